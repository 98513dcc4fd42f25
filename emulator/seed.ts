import { randomBytes } from "node:crypto";
import type { TokenRecord } from "./records";
import { entityKey } from "./scope";
import type { Seed } from "./specs";
import type { State } from "./state";

/** Who the emulated account is, and with which token one comes in. */
export interface Identity {
  readonly accountId: string;
  readonly platformApiKey: string;
  readonly orgId: string;
  readonly projectId: string;
}

/** The organisation every Harness account has. [H120] */
const ORG = "default";
const PROJECT = "demo";

/** A random id in the manner of Harness. */
export function randomId(): string {
  return randomBytes(16).toString("base64url").replace(/[-_]/g, "x");
}

/**
 * Decides account and token; what is given must fit together.
 * @throws TypeError when the token is not of four parts or of another account
 */
export function identityOf(accountId: string | undefined, platformApiKey: string | undefined): Identity {
  const parts = platformApiKey?.split(".");
  if (parts !== undefined && (parts.length !== 4 || (parts[0] !== "pat" && parts[0] !== "sat"))) {
    throw new TypeError(
      "The emulator's platformApiKey must read pat.<account>.<id>.<secret> or sat.<account>.<id>.<secret>.",
    );
  }
  const account = accountId ?? parts?.[1] ?? randomId();
  if (parts !== undefined && parts[1] !== account) {
    throw new TypeError("The emulator's platformApiKey belongs to another account than its accountId.");
  }
  const token = platformApiKey ?? `pat.${account}.${randomBytes(12).toString("hex")}.${randomId()}`;
  return { accountId: account, platformApiKey: token, orgId: ORG, projectId: PROJECT };
}

/** The token of an identity; it may do everything. */
function tokenOf({ accountId, platformApiKey }: Identity): TokenRecord {
  const [prefix, , id, secret] = platformApiKey.split(".");
  const kind = prefix === "sat" ? "sat" : "pat";
  const life = { grants: undefined, expiresAt: Number.POSITIVE_INFINITY, revoked: false };
  return { kind, accountId, id: id ?? "", secret: secret ?? "", name: "emulator", principal: "emulatorUser", ...life };
}

/** Fills a cleared state: account and token always; for "demo" an organisation, a project and two delegates. */
export function seedState(state: State, identity: Identity, seed: Seed): void {
  const { store } = state;
  const account = { accountId: identity.accountId };
  const token = tokenOf(identity);
  store.accounts.set(identity.accountId, {
    identifier: identity.accountId,
    name: "Emulated account",
    cluster: "emulator",
  });
  store.tokens.set(token.id, token);
  if (seed === "empty") return;
  const createdAt = Date.now();
  const org = { scope: account, identifier: ORG, name: "Default", createdAt };
  store.orgs.set(entityKey(account, ORG), org);
  const inOrg = { ...account, orgId: ORG };
  store.projects.set(entityKey(inOrg, PROJECT), { scope: inOrg, identifier: PROJECT, name: "Demo", createdAt });
  const common = { scope: account, type: "HELM_DELEGATE", connected: true, version: "26.08.89802" };
  for (const [name, region] of [
    ["build-farm", "eu"],
    ["edge-runner", "us"],
  ] as const) {
    store.delegates.set(entityKey(account, name), { ...common, name, tags: [name, region, "linux"] });
  }
}
