import { randomBytes } from "node:crypto";
import type { CiInfra } from "./ci-images";
import type { TokenRecord } from "./records";
import type { Scope } from "./scope";
import { entityKey } from "./scope";
import { randomId } from "./seed";
import type { AccountSpec, DelegateSpec, OrgSpec, ProjectSpec, TokenSpec } from "./specs";
import type { State } from "./state";

/** Adds an account. */
export function addAccount(state: State, spec: AccountSpec): void {
  const { id, name = id, cluster = "emulator" } = spec;
  state.store.accounts.set(id, { identifier: id, name, cluster });
}

/** Adds a token; gives its text. */
export function addToken(state: State, ownAccount: string, spec: TokenSpec): string {
  const token: TokenRecord = {
    kind: spec.kind ?? "pat",
    accountId: spec.accountId ?? ownAccount,
    id: spec.id ?? randomBytes(12).toString("hex"),
    secret: spec.secret ?? randomId(),
    name: spec.name ?? "token",
    principal: spec.principal ?? "emulatorUser",
    grants: spec.permissions?.map((one) => (typeof one === "string" ? { permission: one } : { ...one })),
    expiresAt: spec.expiresAt ?? Number.POSITIVE_INFINITY,
    revoked: spec.revoked ?? false,
  };
  state.store.tokens.set(token.id, token);
  const account = spec.parts === 3 ? [] : [token.accountId];
  return [token.kind, ...account, token.id, token.secret].join(".");
}

/** Revokes a token by its text; tells whether there was one. */
export function revokeToken(state: State, text: string): boolean {
  const id = text.split(".").at(-2) ?? "";
  const token = state.store.tokens.get(id);
  if (token === undefined) return false;
  state.store.tokens.set(id, { ...token, revoked: true });
  return true;
}

/** Adds an organisation. */
export function addOrg(state: State, ownAccount: string, spec: OrgSpec): void {
  const scope = { accountId: spec.accountId ?? ownAccount };
  const org = { scope, identifier: spec.id, name: spec.name ?? spec.id, createdAt: Date.now() };
  state.store.orgs.set(entityKey(scope, spec.id), org);
}

/** Adds a project. */
export function addProject(state: State, ownAccount: string, spec: ProjectSpec): void {
  const scope = { accountId: spec.accountId ?? ownAccount, orgId: spec.orgId };
  const project = { scope, identifier: spec.id, name: spec.name ?? spec.id, createdAt: Date.now() };
  state.store.projects.set(entityKey(scope, spec.id), project);
}

/** Adds a delegate, or replaces the one of that name. */
export function addDelegate(state: State, scope: Scope, spec: DelegateSpec): void {
  const { name, type = "HELM_DELEGATE", version = "26.08.89802", connected = true } = spec;
  const tags = [...new Set([name, ...(spec.tags ?? [])])];
  state.store.delegates.set(entityKey(scope, name), { scope, name, type, version, connected, tags });
}

/** Connects or disconnects a delegate; tells whether there is one. */
export function setDelegateConnected(state: State, scope: Scope, name: string, connected: boolean): boolean {
  const key = entityKey(scope, name);
  const delegate = state.store.delegates.get(key);
  if (delegate !== undefined) state.store.delegates.set(key, { ...delegate, connected });
  return delegate !== undefined;
}

/** Removes a delegate; tells whether there was one. */
export function removeDelegate(state: State, scope: Scope, name: string): boolean {
  return state.store.delegates.delete(entityKey(scope, name));
}

/** Overrides a CI image of the account, or takes the override away. */
export function setCiImage(
  state: State,
  accountId: string,
  infra: CiInfra,
  field: string,
  image: string | undefined,
): void {
  const record = state.store.ciImages.get(accountId) ?? {};
  const { [field]: _before, ...others } = record[infra] ?? {};
  state.store.ciImages.set(accountId, {
    ...record,
    [infra]: image === undefined ? others : { ...others, [field]: image },
  });
}
