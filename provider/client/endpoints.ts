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
  readonly headers?: Readonly<Record<string, string>>;
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
  /** Tests what is saved; a second test at the same time only costs time. */
  testConnection: {
    name: "testConnection",
    method: "POST",
    path: "/ng/api/connectors/testConnection/{identifier}",
    retry: "create",
    fact: "[H94]",
  },
  /** A question by POST: it changes nothing. */
  checkAccess: {
    name: "checkAccess",
    method: "POST",
    path: "/authz/api/acl",
    retry: "read",
    fact: "[H106]",
  },
  /** A listing by POST: it changes nothing. */
  listDelegates: {
    name: "listDelegates",
    method: "POST",
    path: "/ng/api/delegate-setup/listDelegates",
    retry: "read",
    fact: "[H99]",
  },
  getDefaultCiImages: {
    name: "getDefaultCiImages",
    method: "GET",
    path: "/ci/execution-config/get-default-config",
    retry: "read",
    fact: "[H174]",
  },
  getCiImages: {
    name: "getCiImages",
    method: "GET",
    path: "/ci/execution-config/get-customer-config",
    retry: "read",
    fact: "[H174]",
  },
  /** Sets what it names to what it says: twice is as once. */
  updateCiImages: {
    name: "updateCiImages",
    method: "POST",
    path: "/ci/execution-config/update-config",
    retry: "idempotent",
    fact: "[H174]",
  },
  /** Takes out what it names: twice is as once. */
  resetCiImages: {
    name: "resetCiImages",
    method: "POST",
    path: "/ci/execution-config/reset-config",
    retry: "idempotent",
    fact: "[H174]",
  },
  /** Serves YAML of both kinds, and tells when it was saved last. [H156] */
  getPipeline: {
    name: "getPipeline",
    method: "GET",
    path: "/v1/orgs/{org}/projects/{project}/pipelines/{pipeline}",
    retry: "read",
    // A cached answer may carry ids of an older commit. [H167]
    headers: { "load-from-cache": "false" },
    fact: "[H153]",
  },
  listPipelines: {
    name: "listPipelines",
    method: "GET",
    path: "/v1/orgs/{org}/projects/{project}/pipelines",
    retry: "read",
    fact: "[H155]",
  },
  getPipelineSummary: {
    name: "getPipelineSummary",
    method: "GET",
    path: "/pipeline/api/pipelines/summary/{pipeline}",
    retry: "read",
    fact: "[H149]",
  },
  /** Sent again, it could come over what somebody saved meanwhile. [H157] */
  updatePipeline: {
    name: "updatePipeline",
    method: "PUT",
    path: "/pipeline/api/pipelines/v2/{pipeline}",
    retry: "create",
    contentType: "application/yaml",
    fact: "[H145]",
  },
  updateUnifiedPipeline: {
    name: "updateUnifiedPipeline",
    method: "PUT",
    path: "/v1/orgs/{org}/projects/{project}/pipelines/{pipeline}",
    retry: "create",
    fact: "[H154]",
  },
} as const satisfies Record<string, Endpoint>;
