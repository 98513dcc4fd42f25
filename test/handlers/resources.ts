import assert from "node:assert/strict";
import type { ConnectorView, Emulator, ScopeRef, SecretView } from "../../emulator";
import { omit, type Plain } from "../../provider/domain/plain";
import { CANARY } from "../support/harness";

/** An object behind the API's back. */
interface Put {
  readonly scope: ScopeRef;
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What the life-cycle contract needs to know of a resource. */
export interface Resource {
  readonly type: string;
  readonly noun: "connector" | "secret";
  /** Valid arguments, with an identifier. */
  readonly args: Plain;
  /** All arguments that can be updated in place, with other values. */
  readonly changed: Plain;
  /** Arguments with a mistake each, by the beginning of what is said of it. */
  readonly mistakes: Readonly<Record<string, Plain>>;
  /** The arguments in which `other` differs from `args`. */
  readonly differing: readonly string[];
  /** Writes an object that is not the wanted one. */
  other(harness: Emulator, put: Put): void;
  /** Somebody changes a setting in the console; gives the setting's name. */
  drift(harness: Emulator, scope: ScopeRef, identifier: string): string;
  live(harness: Emulator, scope: ScopeRef): readonly (ConnectorView | SecretView)[];
  remove(harness: Emulator, scope: ScopeRef, identifier: string): void;
}

export const VALUE = `${CANARY}-value-1f0c`;
export const OTHER_VALUE = `${CANARY}-value-77aa`;

export const connector: Resource = {
  type: "DockerConnector",
  noun: "connector",
  args: {
    identifier: "registry",
    url: "https://registry.example.com/images",
    auth: { type: "UsernamePassword", username: "robot", passwordRef: "account.registry_password" },
    connectivityMode: "Delegate",
    delegateSelectors: ["linux", "eu"],
    testConnection: { mode: "off" },
  },
  changed: {
    name: "Another name",
    description: "mirrors",
    tags: { team: "platform", empty: "" },
    url: "https://quay.io/acme",
    providerType: "Quay",
    auth: { type: "Anonymous" },
    connectivityMode: "Platform",
    delegateSelectors: [],
  },
  mistakes: {
    name: { name: " " },
    identifier: { identifier: "not-allowed" },
    description: { description: 7 },
    "tags.pulumi_owner": { tags: { pulumi_owner: "me" } },
    projectId: { projectId: "p p" },
    url: { url: "https://hub.docker.com/r/acme" },
    providerType: { providerType: "Docker" },
    "auth.passwordRef": { auth: { type: "UsernamePassword", username: "robot", passwordRef: "hunter two" } },
    connectivityMode: { connectivityMode: "Direct" },
    delegateSelectors: { delegateSelectors: "linux" },
    onDelete: { onDelete: "keep" },
    forceDelete: { forceDelete: "yes" },
    adopt: { adopt: "yes" },
    delegateSelector: { delegateSelector: ["linux"] },
  },
  differing: ["name", "description", "tags", "url", "auth", "connectivityMode", "delegateSelectors"],
  other: (harness, put) =>
    harness.putConnector({
      description: "made in the console",
      tags: { team: "web" },
      name: "By hand",
      ...put,
      spec: {
        dockerRegistryUrl: "https://mirror.example.com",
        providerType: "Other",
        auth: { type: "Anonymous" },
        executeOnDelegate: false,
        proxy: true,
      },
    }),
  drift(harness, scope, identifier) {
    harness.editConnector(scope, identifier, (there) => {
      there.spec["dockerRegistryUrl"] = "https://elsewhere.example.com";
    });
    return "url";
  },
  live: (harness, scope) => harness.connectors(scope),
  remove: (harness, scope, identifier) => assert.ok(harness.deleteConnector(scope, identifier)),
};

export const secret: Resource = {
  type: "SecretText",
  noun: "secret",
  args: { identifier: "registry-key", value: VALUE },
  changed: { name: "Another name", description: "rotated", tags: { team: "platform", empty: "" }, value: OTHER_VALUE },
  mistakes: {
    name: { name: " " },
    identifier: { identifier: "not allowed" },
    description: { description: 7 },
    "tags.pulumi_former": { tags: { pulumi_former: "me" } },
    projectId: { projectId: "p p" },
    value: { value: "" },
    "value, valueFromEnv": { valueFromEnv: "REGISTRY_KEY" },
    secretManagerIdentifier: { secretManagerIdentifier: 7 },
    onDelete: { onDelete: "restore" },
    forceDelete: { forceDelete: "yes" },
    adopt: { adopt: "yes" },
    values: { values: VALUE },
  },
  differing: ["name", "description", "tags"],
  other: (harness, put) =>
    harness.putSecret({
      description: "made in the console",
      tags: { team: "web" },
      name: "By hand",
      value: "value-of-another",
      ...put,
    }),
  drift(harness, scope, identifier) {
    const there = harness.secrets(scope).find((one) => one.identifier === identifier);
    assert.ok(there !== undefined);
    const { name, tags = {} } = there;
    harness.putSecret({ scope, identifier, name, tags, description: "changed by hand" });
    return "description";
  },
  live: (harness, scope) => harness.secrets(scope).filter((one) => one.identifier !== "registry_password"),
  remove: (harness, scope, identifier) => assert.ok(harness.deleteSecret(scope, identifier)),
};

/** The three scopes a resource can live in. */
export const SCOPES = {
  account: {},
  organisation: { orgId: "default" },
  project: { orgId: "default", projectId: "demo" },
} as const;

/** The Pulumi id of an object. */
export function idIn(scope: ScopeRef, identifier: unknown): string {
  return [scope.orgId, scope.projectId, identifier].filter((part) => part !== undefined).join("/");
}

/** Requests that may change something, as `METHOD path`. */
export function writes(harness: Emulator): string[] {
  return harness
    .requests()
    .filter(({ method, path }) => method !== "GET" && !/listV2$|\/acl$|listDelegates$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

/** What a fault is played on. */
export function writeOf(
  noun: Resource["noun"],
  method: "POST" | "PUT" | "DELETE" | "GET",
): {
  method: string;
  path: RegExp;
} {
  const path = noun === "connector" ? /^\/ng\/api\/connectors(?!\/listV2)/ : /^\/ng\/api\/v2\/secrets/;
  return { method, path };
}

/** An object as Harness keeps it, without what changes by itself. */
export function kept(view: ConnectorView | SecretView | undefined): Plain {
  assert.ok(view !== undefined, "the object is not there");
  return omit({ ...view }, ["createdAt", "lastModifiedAt", "updatedAt", "status", "scope"]);
}
