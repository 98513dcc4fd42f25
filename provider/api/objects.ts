import { z } from "zod";
import type { Purpose } from "../client/call";
import type { HarnessClient } from "../client/client";
import type { Endpoint } from "../client/endpoints";
import { type WireObject, wireObject } from "../domain/object";
import type { Plain } from "../domain/plain";
import { type Address, type Scope, scopeQuery } from "../domain/scope";
import { isHarnessError } from "../errors";
import { SUCCESS, unsaved } from "./saved";
import { Shelf } from "./shelf";

/** The endpoints of one kind of object. */
export interface ObjectEndpoints {
  readonly create: Endpoint;
  readonly get: Endpoint;
  readonly update: Endpoint;
  readonly delete: Endpoint;
  readonly list: Endpoint;
  /** The path of update, when it holds the identifier. */
  readonly updatePath: (identifier: string) => Record<string, string>;
  /** Where a write names its scope besides the body: secrets want it in the query too. [H82] */
  readonly writeQuery: (scope: Scope) => Record<string, string | undefined>;
  /** The body of a listing, when it is a POST. */
  readonly listBody: Plain | undefined;
}

const PAGE_SIZE = 500;
/** A listing this long is a server that repeats itself. */
const MOST_PAGES = 200;

/** Reads and writes the objects of one kind (connectors, secrets) in Harness. Not found is a value here, not an error. */
export class HarnessObjects {
  /** Looks objects up, many with few calls. */
  readonly shelf: Shelf<WireObject>;
  private readonly client: HarnessClient;
  private readonly noun: string;
  private readonly endpoints: ObjectEndpoints;

  constructor(client: HarnessClient, noun: string, endpoints: ObjectEndpoints, now: () => number) {
    this.client = client;
    this.noun = noun;
    this.endpoints = endpoints;
    this.shelf = new Shelf(
      { one: (address, purpose) => this.get(address, purpose), all: (scope, purpose) => this.list(scope, purpose) },
      now,
    );
  }

  /** The object as it is now; undefined when it is not there. */
  async get(address: Address, purpose: Purpose): Promise<WireObject | undefined> {
    try {
      return await this.client.request({
        endpoint: this.endpoints.get,
        ...purpose,
        path: { identifier: address.identifier },
        query: scopeQuery(address),
        parse: (body) => this.itemOf(body),
      });
    } catch (error) {
      if (isHarnessError(error, "NOT_FOUND")) return undefined;
      throw error;
    }
  }

  /** Creates the object. @throws PolicyDeniedError when a policy refused it although the answer says success. */
  create(address: Address, object: Plain, purpose: Purpose): Promise<WireObject> {
    return this.write(this.endpoints.create, {}, address, object, purpose);
  }

  /** Replaces the object wholly. [H30] @throws PolicyDeniedError as `create`. */
  update(address: Address, object: Plain, purpose: Purpose): Promise<WireObject> {
    return this.write(this.endpoints.update, this.endpoints.updatePath(address.identifier), address, object, purpose);
  }

  /**
   * Deletes the object. That it was not there may come as NotFoundError or as another refusal. [H47]
   *
   * @returns false when Harness answers that it did not delete it [H41]
   */
  async delete(address: Address, force: boolean, purpose: Purpose): Promise<boolean> {
    this.shelf.forget(address);
    return this.client.request({
      endpoint: this.endpoints.delete,
      ...purpose,
      path: { identifier: address.identifier },
      query: { ...scopeQuery(address), forceDelete: force ? true : undefined },
      parse: (body) => deletedEnvelope.parse(body).data !== false,
    });
  }

  private async write(
    endpoint: Endpoint,
    path: Record<string, string>,
    address: Address,
    object: Plain,
    purpose: Purpose,
  ): Promise<WireObject> {
    this.shelf.forget(address);
    const answer = await this.client.request({
      endpoint,
      ...purpose,
      path,
      query: this.endpoints.writeQuery(address),
      body: { [this.noun]: object },
      parse: (body) => {
        const { data, correlationId } = savedEnvelope.parse(body);
        return {
          item: this.itemOf(body),
          governance: data?.governanceMetadata,
          correlationId: correlationId ?? undefined,
        };
      },
    });
    if (answer.item !== undefined) return answer.item;
    throw unsaved(purpose, answer.governance, answer.correlationId);
  }

  private async list(scope: Scope, purpose: Purpose): Promise<ReadonlyMap<string, WireObject>> {
    const found = new Map<string, WireObject>();
    for (let pageIndex = 0; pageIndex < MOST_PAGES; pageIndex += 1) {
      const { items, received, pages } = await this.page(scope, pageIndex, purpose);
      for (const item of items) found.set(item.identifier, item);
      if (received === 0 || (pages === undefined ? received < PAGE_SIZE : pageIndex + 1 >= pages)) break;
    }
    return found;
  }

  private page(scope: Scope, pageIndex: number, purpose: Purpose): Promise<Page> {
    return this.client.request({
      endpoint: this.endpoints.list,
      ...purpose,
      query: { ...scopeQuery(scope), pageIndex, pageSize: PAGE_SIZE },
      ...(this.endpoints.listBody === undefined ? {} : { body: this.endpoints.listBody }),
      parse: (body) => {
        const { data } = pageEnvelope.parse(body);
        // One object of a kind we have never seen must not hide all others: it is asked for by itself where it is needed. [H60]
        const items = data.content.flatMap((item) => wireObject.safeParse(item[this.noun]).data ?? []);
        return { items, received: data.content.length, pages: data.totalPages ?? undefined };
      },
    });
  }

  /** An answer without data is how older servers say that a secret is not there. [H87] */
  private itemOf(body: unknown): WireObject | undefined {
    const item = savedEnvelope.parse(body).data?.[this.noun];
    return item === undefined || item === null ? undefined : wireObject.parse(item);
  }
}

/** One page of a listing. */
interface Page {
  readonly items: readonly WireObject[];
  /** How many objects it held, also those that could not be read. */
  readonly received: number;
  readonly pages: number | undefined;
}

const savedEnvelope = z.looseObject({
  status: SUCCESS,
  data: z.looseObject({ governanceMetadata: z.unknown().optional() }).nullish(),
  correlationId: z.string().nullish(),
});
const deletedEnvelope = z.looseObject({ status: SUCCESS, data: z.unknown().optional() });
const pageEnvelope = z.looseObject({
  status: SUCCESS,
  data: z.looseObject({ content: z.array(z.looseObject({})), totalPages: z.number().nullish() }),
});
