import type { RetryPolicy } from "./retry";

/** One call of the Harness API as data. */
export interface Endpoint {
  /** Name in the debug log and the call summary. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the configured endpoint; `{parameter}` is replaced. `{accountIdentifier}` is always known. */
  readonly path: string;
  /** What may be repeated; there is no default. */
  readonly retry: RetryPolicy;
  /** How the body is written: JSON by default; YAML bodies are strings, sent as they are. */
  readonly contentType?: "application/json" | "application/yaml";
  /** Where this call is described in docs/harness-api.md. */
  readonly fact: `[H${number}]`;
}

/** Every call this provider makes. */
export const endpoints = {
  getAccount: {
    name: "getAccount",
    method: "GET",
    path: "/ng/api/accounts/{accountIdentifier}",
    retry: "read",
    fact: "[H10]",
  },
  getOrganization: {
    name: "getOrganization",
    method: "GET",
    path: "/ng/api/organizations/{identifier}",
    retry: "read",
    fact: "[H120]",
  },
  getProject: {
    name: "getProject",
    method: "GET",
    path: "/ng/api/projects/{identifier}",
    retry: "read",
    fact: "[H120]",
  },
  createConnector: {
    name: "createConnector",
    method: "POST",
    path: "/ng/api/connectors",
    retry: "create",
    fact: "[H29]",
  },
  updateConnector: {
    name: "updateConnector",
    method: "PUT",
    path: "/ng/api/connectors",
    retry: "idempotent",
    fact: "[H30]",
  },
  getConnector: {
    name: "getConnector",
    method: "GET",
    path: "/ng/api/connectors/{identifier}",
    retry: "read",
    fact: "[H31]",
  },
  deleteConnector: {
    name: "deleteConnector",
    method: "DELETE",
    path: "/ng/api/connectors/{identifier}",
    retry: "idempotent",
    fact: "[H31]",
  },
  /** A listing by POST: it changes nothing. */
  listConnectors: {
    name: "listConnectors",
    method: "POST",
    path: "/ng/api/connectors/listV2",
    retry: "read",
    fact: "[H55]",
  },
  createSecret: {
    name: "createSecret",
    method: "POST",
    path: "/ng/api/v2/secrets",
    retry: "create",
    fact: "[H81]",
  },
  updateSecret: {
    name: "updateSecret",
    method: "PUT",
    path: "/ng/api/v2/secrets/{identifier}",
    retry: "idempotent",
    fact: "[H81]",
  },
  getSecret: {
    name: "getSecret",
    method: "GET",
    path: "/ng/api/v2/secrets/{identifier}",
    retry: "read",
    fact: "[H81]",
  },
  deleteSecret: {
    name: "deleteSecret",
    method: "DELETE",
    path: "/ng/api/v2/secrets/{identifier}",
    retry: "idempotent",
    fact: "[H81]",
  },
  listSecrets: {
    name: "listSecrets",
    method: "GET",
    path: "/ng/api/v2/secrets",
    retry: "read",
    fact: "[H92]",
  },
} as const satisfies Record<string, Endpoint>;
