import type { CiRecord } from "./ci-images";
import { Git } from "./git";
import type {
  AccountRecord,
  ConnectorRecord,
  DelegateRecord,
  PipelineRecord,
  PlaceRecord,
  SecretRecord,
  TokenRecord,
} from "./records";
import { References } from "./references";
import type { Scope } from "./scope";
import { entityKey, scopeKey } from "./scope";

/** Records by key, in order of first insertion. */
class Collection<T> {
  private readonly records = new Map<string, T>();

  /** The record of a key. */
  get(key: string): T | undefined {
    return this.records.get(key);
  }

  /** Inserts or replaces. */
  set(key: string, record: T): void {
    this.records.set(key, record);
  }

  /** Removes; tells whether there was one. */
  delete(key: string): boolean {
    return this.records.delete(key);
  }

  /** All records that a condition holds for. */
  list(condition: (record: T) => boolean = () => true): T[] {
    return [...this.records.values()].filter(condition);
  }

  /** Removes all. */
  clear(): void {
    this.records.clear();
  }
}

/** Everything an emulated Harness knows. A new kind of object is one more collection here. */
export class Store {
  readonly accounts = new Collection<AccountRecord>();
  /** By token id. */
  readonly tokens = new Collection<TokenRecord>();
  readonly orgs = new Collection<PlaceRecord>();
  readonly projects = new Collection<PlaceRecord>();
  readonly delegates = new Collection<DelegateRecord>();
  readonly connectors = new Collection<ConnectorRecord>();
  /** Keys of connectors that once were, for servers that do not give an identifier free. [H59] */
  readonly deletedConnectors = new Set<string>();
  readonly secrets = new Collection<SecretRecord>();
  /** By account. */
  readonly ciImages = new Collection<CiRecord>();
  readonly pipelines = new Collection<PipelineRecord>();
  /** The repositories of remote pipelines. [H162] */
  readonly git = new Git();
  readonly references = new References();

  /** Tells whether a scope's organisation and project exist. */
  missingPlace(scope: Scope): string | undefined {
    if (scope.orgId === undefined) return undefined;
    if (this.orgs.get(entityKey({ accountId: scope.accountId }, scope.orgId)) === undefined) {
      return `org [${scope.orgId}] not found.`;
    }
    if (scope.projectId === undefined) return undefined;
    const org = { accountId: scope.accountId, orgId: scope.orgId };
    const found = this.projects.get(entityKey(org, scope.projectId)) !== undefined;
    return found ? undefined : `project [${scope.projectId}] not found.`;
  }

  /** Forgets everything. */
  clear(): void {
    for (const part of Object.values(this)) {
      if (part instanceof Collection || part instanceof Set || part instanceof References || part instanceof Git)
        part.clear();
    }
  }
}

/** The name under which the usage index knows a connector. */
export function connectorNode(scope: Scope, identifier: string): string {
  return `connector:${entityKey(scope, identifier)}`;
}

/** The name under which the usage index knows a secret. */
export function secretNode(scope: Scope, identifier: string): string {
  return `secret:${entityKey(scope, identifier)}`;
}

/** Tells whether a record lies exactly in a scope. */
export function liesIn(scope: Scope): (record: { readonly scope: Scope }) => boolean {
  const key = scopeKey(scope);
  return (record) => scopeKey(record.scope) === key;
}
