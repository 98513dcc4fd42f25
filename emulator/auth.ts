import type { Refusal } from "./errors";
import { refusal } from "./errors";
import type { TokenRecord } from "./records";
import type { Scope } from "./scope";
import type { State } from "./state";

/** What the caller presented. */
export interface Credentials {
  readonly apiKey: string | undefined;
  /** Accounts named by the header `Harness-Account`, the query and the path. [H6] */
  readonly accounts: readonly string[];
}

/** The permissions the emulator knows; an unknown one is never granted. [H104] [H161] */
const PERMISSIONS: ReadonlySet<string> = new Set([
  ...["connector", "secret"].flatMap((kind) =>
    ["view", "edit", "delete", "access"].map((verb) => `core_${kind}_${verb}`),
  ),
  ...["delegate", "pipeline"].flatMap((kind) => ["view", "edit", "delete"].map((verb) => `core_${kind}_${verb}`)),
  ...["account_view", "account_edit", "organization_view", "project_view"].map((name) => `core_${name}`),
]);

/** An object or a whole scope that a permission is asked for. */
export interface Target {
  readonly scope: Scope;
  readonly permission: string;
  /** For example `CONNECTOR`. [H106] */
  readonly resourceType: string;
  /** Absent: the scope as a whole. */
  readonly identifier?: string;
}

/**
 * Finds the token of a request and checks it against the account. [H6] [H7] [H8]
 * @throws Refusal 401 in the forms of [H14] to [H17]
 */
export function authenticate(state: State, credentials: Credentials): TokenRecord {
  const key = credentials.apiKey;
  if (key === undefined) throw refusal("INVALID_TOKEN", "Invalid API Token: no x-api-key header");
  const parts = key.split(".");
  if (parts.length !== 3 && parts.length !== 4) {
    throw refusal("INVALID_TOKEN", "Invalid API Token: Token length not matching for API token");
  }
  const [prefix, account, id, secret] = parts.length === 4 ? parts : [parts[0], undefined, parts[1], parts[2]];
  if (account !== undefined && isForeign(account, credentials)) throw wrongAccount(state, id);
  const token = state.store.tokens.get(id ?? "");
  if (token === undefined || token.kind !== prefix || (account !== undefined && token.accountId !== account)) {
    throw refusal("INVALID_TOKEN", `Invalid API token ${id}: Token not found`);
  }
  if (isForeign(token.accountId, credentials)) throw wrongAccount(state, id);
  if (token.secret !== secret) {
    const form = parts.length === 4 ? "new API token format" : "old API token format";
    throw refusal("INVALID_TOKEN", `Invalid API token ${id}: Raw password not matching for ${form}`);
  }
  if (token.revoked) throw refusal("REVOKED_TOKEN", `API token ${id} has been revoked`);
  if (token.expiresAt <= Date.now()) {
    throw refusal("EXPIRED_TOKEN", `Incoming API token ${token.name} has expired. Token id: ${id}`);
  }
  return token;
}

function isForeign(account: string, credentials: Credentials): boolean {
  return credentials.accounts.some((named) => named !== account);
}

function wrongAccount(state: State, id: string | undefined): Refusal {
  const message = `Invalid account token access ${id}`;
  return refusal(state.switches.wrongAccount === "403" ? "ACCESS_DENIED" : "INVALID_TOKEN", message);
}

/** Tells whether a token has a permission. */
export function isPermitted(token: TokenRecord, target: Target): boolean {
  if (token.accountId !== target.scope.accountId || !PERMISSIONS.has(target.permission)) return false;
  if (token.grants === undefined) return true;
  return token.grants.some(
    (grant) =>
      grant.permission === target.permission &&
      (grant.orgId === undefined || grant.orgId === target.scope.orgId) &&
      (grant.projectId === undefined || grant.projectId === target.scope.projectId) &&
      (grant.identifier === undefined || grant.identifier === target.identifier),
  );
}

/** The type of the principal behind a token. [H9] */
export function principalType(token: TokenRecord): "USER" | "SERVICE_ACCOUNT" {
  return token.kind === "pat" ? "USER" : "SERVICE_ACCOUNT";
}

/**
 * Lets a permitted caller pass.
 * @throws Refusal 403 `NG_ACCESS_DENIED` with `failedPermissionChecks` [H107]
 */
export function requirePermission(token: TokenRecord, target: Target): void {
  if (isPermitted(token, target)) return;
  const on = target.identifier === undefined ? "" : ` with identifier ${target.identifier}`;
  const who = `Principal of type ${principalType(token)} with identifier ${token.principal}`;
  const { accountId, orgId, projectId } = target.scope;
  throw refusal("NG_ACCESS_DENIED", `${who} : Missing permission ${target.permission} on ${target.resourceType}${on}`, {
    failedPermissionChecks: [
      {
        resourceScope: { accountIdentifier: accountId, orgIdentifier: orgId, projectIdentifier: projectId },
        resourceType: target.resourceType,
        resourceIdentifier: target.identifier ?? null,
        permission: target.permission,
      },
    ],
  });
}
