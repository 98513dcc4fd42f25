/** Where a Harness object lives: the account, an organisation, or a project of an organisation. */
export interface Scope {
  readonly orgId?: string | undefined;
  readonly projectId?: string | undefined;
}

/** A scope and an identifier in it: what names one object. */
export interface Address extends Scope {
  readonly identifier: string;
}

/** `account`, `organisation o` or `project o/p`, for messages. */
export function describeScope({ orgId, projectId }: Scope): string {
  if (projectId !== undefined) return `project ${orgId}/${projectId}`;
  return orgId === undefined ? "the account" : `organisation ${orgId}`;
}

/** The Pulumi id of an object: `[org/[project/]]identifier`, as the official provider's import ids. */
export function idOf({ orgId, projectId, identifier }: Address): string {
  return [orgId, projectId, identifier].filter((part) => part !== undefined).join("/");
}

/** Reads `[org/[project/]]identifier`; undefined when the text has not one to three non-empty parts. */
export function addressOf(id: string): Address | undefined {
  const parts = id.split("/");
  if (parts.some((part) => part === "")) return undefined;
  const [first, second, third] = parts;
  if (first === undefined || parts.length > 3) return undefined;
  if (second === undefined) return { identifier: first };
  if (third === undefined) return { orgId: first, identifier: second };
  return { orgId: first, projectId: second, identifier: third };
}

/** How other Harness objects refer to it: `account.x`, `org.x`, or `x` inside a project. [H78] */
export function refOf({ orgId, projectId, identifier }: Address): string {
  if (projectId !== undefined) return identifier;
  return orgId === undefined ? `account.${identifier}` : `org.${identifier}`;
}

/** Which level a reference names, and what there; the inverse of `refOf`. [H78] */
export function readRef(reference: string): {
  readonly level: "account" | "org" | "project";
  readonly identifier: string;
} {
  if (reference.startsWith("account.")) return { level: "account", identifier: reference.slice("account.".length) };
  if (reference.startsWith("org.")) return { level: "org", identifier: reference.slice("org.".length) };
  return { level: "project", identifier: reference };
}

/** Where a reference leads, seen from an object in a scope. [H78] */
export function addressOfRef(reference: string, { orgId, projectId }: Scope): Address {
  const { level, identifier } = readRef(reference);
  if (level === "account") return { identifier };
  return level === "org" ? { orgId, identifier } : { orgId, projectId, identifier };
}

/** The query parameters that name a scope. */
export function scopeQuery({ orgId, projectId }: Scope): Record<string, string | undefined> {
  return { orgIdentifier: orgId, projectIdentifier: projectId };
}
