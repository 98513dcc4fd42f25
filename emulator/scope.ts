/** Where an object lives: an account, an organisation of it, or a project of that. */
export interface Scope {
  /** The account. */
  readonly accountId: string;
  /** The organisation; absent at account scope. */
  readonly orgId?: string;
  /** The project; absent at account and organisation scope. */
  readonly projectId?: string;
}

/** The three levels a scope can have. */
export type Level = "account" | "org" | "project";

/** Builds a scope from parts that may be missing. */
export function scopeOf(accountId: string, orgId: string | undefined, projectId: string | undefined): Scope {
  return {
    accountId,
    ...(orgId === undefined ? {} : { orgId }),
    ...(projectId === undefined ? {} : { projectId }),
  };
}

/** One string per scope, for use as a key. */
export function scopeKey(scope: Scope): string {
  return `${scope.accountId}/${scope.orgId ?? ""}/${scope.projectId ?? ""}`;
}

/** One string per object of a kind, for use as a key. */
export function entityKey(scope: Scope, identifier: string): string {
  return `${scopeKey(scope)}/${identifier}`;
}

/** The level of a scope. */
export function levelOf(scope: Scope): Level {
  if (scope.projectId !== undefined) return "project";
  return scope.orgId === undefined ? "account" : "org";
}

/** The ancestor of a scope at a level (or the scope itself). */
export function scopeAt(scope: Scope, level: Level): Scope {
  if (level === "account") return scopeOf(scope.accountId, undefined, undefined);
  return scopeOf(scope.accountId, scope.orgId, level === "org" ? undefined : scope.projectId);
}

/** Tells whether `inner` is `outer` or lies below it. */
export function isWithin(inner: Scope, outer: Scope): boolean {
  return (
    inner.accountId === outer.accountId &&
    (outer.orgId === undefined || inner.orgId === outer.orgId) &&
    (outer.projectId === undefined || inner.projectId === outer.projectId)
  );
}

/** The scope in the words of the API; null where there is none. */
export function wireScope(scope: Scope): { orgIdentifier: string | null; projectIdentifier: string | null } {
  return { orgIdentifier: scope.orgId ?? null, projectIdentifier: scope.projectId ?? null };
}
