import type { Purpose } from "../client/call";
import type { Address, Scope } from "../domain/scope";
import { idOf } from "../domain/scope";
import { isHarnessError } from "../errors";

/** How a shelf is filled. */
export interface ShelfSource<T> {
  /** One object, or undefined when it is not there. */
  one(address: Address, purpose: Purpose): Promise<T | undefined>;
  /** All objects of exactly one scope, by identifier. */
  all(scope: Scope, purpose: Purpose): Promise<ReadonlyMap<string, T>>;
}

interface ScopeShelf<T> {
  asked: number;
  listedAt: number;
  listing: Promise<ReadonlyMap<string, T>> | undefined;
  readonly written: Set<string>;
}

/** How a listing is used. */
interface Manner {
  /** Whether the scope is listed for the first question already. */
  readonly atOnce?: boolean;
  /** Whether one that is some time old will do. */
  readonly ofAnyAge?: boolean;
}

/**
 * Answers to a listing that say nothing about a single object: it needs a permission on the whole scope that reading one does not
 * [H105], and what it takes for a filter and a page size is only partly known [H55] [H56].
 */
const NO_LISTING: ReadonlySet<string> = new Set(["PERMISSION_DENIED", "REFUSED", "NOT_FOUND"]);
/** A listing is trusted for this long. */
const FRESH_MS = 10_000;

/**
 * Reads many objects with few calls: the first question about a scope asks for that object alone, the second lists the scope
 * once for all that follow. What we wrote ourselves since is asked for again. [H57]
 */
export class Shelf<T> {
  private readonly scopes = new Map<string, ScopeShelf<T>>();
  private readonly source: ShelfSource<T>;
  private readonly now: () => number;

  constructor(source: ShelfSource<T>, now: () => number) {
    this.source = source;
    this.now = now;
  }

  /** The object at an address, at most some seconds old; undefined when it is not there. Absence is always asked for anew. */
  async find(address: Address, purpose: Purpose): Promise<T | undefined> {
    const listed = await this.listed(address, purpose);
    return listed?.get(address.identifier) ?? this.source.one(address, purpose);
  }

  /**
   * As `find`, but takes the listing's word for absence: good enough for a question before a create, which asks again. An
   * organisation or project, which holds few objects, is listed at once.
   */
  async glance(address: Address, purpose: Purpose): Promise<T | undefined> {
    const listed = await this.listed(address, purpose, { atOnce: address.orgId !== undefined, ofAnyAge: true });
    return listed === undefined ? this.source.one(address, purpose) : listed.get(address.identifier);
  }

  /** As `find`, but takes the word of any listing of this run for what is there: good enough for a question before a change. */
  async seek(address: Address, purpose: Purpose): Promise<T | undefined> {
    const listed = await this.listed(address, purpose, { ofAnyAge: true });
    return listed?.get(address.identifier) ?? this.source.one(address, purpose);
  }

  /** The identifiers of a scope, to suggest one of them; none where Harness does not list it. */
  async names(scope: Scope, purpose: Purpose): Promise<string[]> {
    const address = { ...scope, identifier: "" };
    return [
      ...((await this.listed(address, purpose, { atOnce: true, ofAnyAge: true })) ?? new Map<string, T>()).keys(),
    ];
  }

  /** Forgets one object, because we have just written it. */
  forget(address: Address): void {
    this.shelf(address).written.add(address.identifier);
  }

  private async listed(
    address: Address,
    purpose: Purpose,
    { atOnce = false, ofAnyAge = false }: Manner = {},
  ): Promise<ReadonlyMap<string, T> | undefined> {
    const shelf = this.shelf(address);
    shelf.asked += 1;
    if ((shelf.asked === 1 && !atOnce) || shelf.written.has(address.identifier)) return undefined;
    if (shelf.listing === undefined || (!ofAnyAge && this.now() - shelf.listedAt > FRESH_MS)) {
      shelf.listedAt = this.now();
      shelf.written.clear();
      shelf.listing = this.source.all(address, purpose);
    }
    try {
      return await shelf.listing;
    } catch (error) {
      if (isHarnessError(error) && NO_LISTING.has(error.code)) return undefined;
      throw error;
    }
  }

  private shelf(scope: Scope): ScopeShelf<T> {
    const key = idOf({ ...scope, identifier: "" });
    const found = this.scopes.get(key);
    if (found !== undefined) return found;
    const fresh: ScopeShelf<T> = { asked: 0, listedAt: 0, listing: undefined, written: new Set() };
    this.scopes.set(key, fresh);
    return fresh;
  }
}
