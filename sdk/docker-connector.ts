import * as pulumi from "@pulumi/pulumi";

import provider = require("../provider/docker-connector");

import { ownerOf } from "./owner";
import type { LastTest, TestConnectionArgs } from "./test-connection";

/** Pulls without credentials. */
export interface AnonymousAuth {
  type: pulumi.Input<"Anonymous">;
}

/** Pulls with a user name and a password or token that is kept as a Harness secret. */
export interface UsernamePasswordAuth {
  type: pulumi.Input<"UsernamePassword">;
  /** The user name in clear, e.g. `iamapikey` for IBM. Exactly one of `username` and `usernameRef`. */
  username?: pulumi.Input<string> | undefined;
  /** Reference to a secret that holds the user name. */
  usernameRef?: pulumi.Input<string> | undefined;
  /**
   * Reference to the secret that holds the password or token: a `SecretText`'s `ref`, or `account.<id>`, `org.<id>`, `<id>`. An
   * object can use secrets of its own scope or above. Never the password itself.
   */
  passwordRef: pulumi.Input<string>;
}

/** The arguments of a {@link DockerConnector}, in the order of Harness's own form. */
export interface DockerConnectorArgs {
  /** Display name, at most 128 characters. @default the Pulumi name */
  name?: pulumi.Input<string> | undefined;
  /**
   * Harness identifier: a letter or `_`, then letters, digits, `_`, `$`; at most 128. Changing it replaces the connector.
   * @default made from `name` when the connector is first created, then kept even if the name changes
   */
  identifier?: pulumi.Input<string> | undefined;
  /** @default no description; one written in Harness is removed by the next update */
  description?: pulumi.Input<string> | undefined;
  /** Tags; `pulumi_owner` and `pulumi_former` are written by this provider itself. @default none */
  tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined;
  /** Organisation the connector belongs to. Changing it replaces the connector. @default the account */
  orgId?: pulumi.Input<string> | undefined;
  /** Project the connector belongs to; needs `orgId`. Changing it replaces the connector. @default the organisation or account */
  projectId?: pulumi.Input<string> | undefined;
  /**
   * Address of the registry, e.g. `https://us.icr.io/my-namespace`. Host, port and path become the beginning of the names of the
   * images Harness pulls. A missing scheme becomes `https://`, with a notice; nothing else is rewritten.
   */
  url: pulumi.Input<string>;
  /**
   * What Harness calls the provider type. `Other` is any Docker V2 compliant registry.
   * @default `DockerHub` for Docker Hub's hosts, `Quay` for quay.io, else `Other`
   */
  providerType?: pulumi.Input<"DockerHub" | "Harbor" | "Quay" | "Other"> | undefined;
  /** How Harness signs in to the registry. */
  auth: pulumi.Input<AnonymousAuth | UsernamePasswordAuth>;
  /**
   * `"Delegate"`: through a Harness Delegate. `"Platform"`: through the Harness Platform, the only mode that works with Harness
   * Cloud. There is no safe default.
   */
  connectivityMode: pulumi.Input<"Delegate" | "Platform">;
  /** Tags that a delegate must all carry to be used; only with `"Delegate"`. The order does not matter. @default any delegate */
  delegateSelectors?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Whether and how Harness tests the connector after a change. Changing it tests nothing. @default a failed test is a notice */
  testConnection?: pulumi.Input<TestConnectionArgs> | undefined;
  /** Any change tests again, e.g. `{ key: secret.version }` for a rotated password. @default none */
  triggers?: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined;
  /**
   * Whether an existing connector with this identifier may be taken over: `true` takes one that no Pulumi resource owns;
   * `"takeover"` also one that another resource owns. What it was before is kept. Changing it sends nothing.
   * @default false: create refuses, and says how the existing one differs
   */
  adopt?: pulumi.Input<boolean | "takeover"> | undefined;
  /**
   * What destroying the resource does: `"delete"` deletes the connector, `"restore"` puts back what it was before it was adopted,
   * `"retain"` leaves it as it is. Changing it sends nothing.
   * @default `"restore"` for an adopted connector, else `"delete"`
   */
  onDelete?: pulumi.Input<"delete" | "restore" | "retain"> | undefined;
  /**
   * Delete even while pipelines refer to the connector; the account must allow it. Changing it sends nothing.
   * @default false: a delete waits up to 30 seconds for references to go, then fails with Harness's words
   */
  forceDelete?: pulumi.Input<boolean> | undefined;
  /** `"off"` asks Harness nothing about this resource before applying. @default as `harness:preflight` says */
  preflight?: pulumi.Input<"off"> | undefined;
}

/**
 * A Docker registry connector of Harness, at account, organisation or project scope.
 *
 * @example
 * ```ts
 * const registry = new DockerConnector("registry", {
 *   url: "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
 *   auth: { type: "Anonymous" },
 *   connectivityMode: "Platform",
 * });
 * ```
 *
 * @example
 * ```ts
 * const key = new SecretText("ibm-key", { valueFromEnv: "IBM_API_KEY" });
 * const ibm = new DockerConnector("ibm", {
 *   url: "https://us.icr.io/my-namespace",
 *   auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: key.ref },
 *   connectivityMode: "Delegate",
 *   delegateSelectors: ["eu"],
 * });
 * ```
 *
 * Every mistake that can be known before a change is shown in `pulumi preview`. Create refuses to touch a connector it did not make,
 * unless `adopt` says so. Settings this resource does not know (`proxy`, `ignoreTestConnection`) are left as they are. The connector
 * `harnessImage` of the account is refused: every build depends on it.
 */
export class DockerConnector extends pulumi.dynamic.Resource {
  declare readonly name: pulumi.Output<string>;
  declare readonly identifier: pulumi.Output<string>;
  /** How pipelines and other objects refer to the connector: `account.<id>`, `org.<id>` or `<id>`. Known in preview. */
  declare readonly ref: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string>;
  /** Tags without the provider's own. */
  declare readonly tags: pulumi.Output<{ [key: string]: string }>;
  declare readonly orgId: pulumi.Output<string | undefined>;
  declare readonly projectId: pulumi.Output<string | undefined>;
  /** The registry's address as stored in Harness. */
  declare readonly url: pulumi.Output<string>;
  declare readonly providerType: pulumi.Output<string>;
  declare readonly auth: pulumi.Output<{ type: string; username?: string; usernameRef?: string; passwordRef?: string }>;
  declare readonly connectivityMode: pulumi.Output<"Delegate" | "Platform">;
  declare readonly delegateSelectors: pulumi.Output<string[]>;
  /** How the last connection test ended; absent when none was run. */
  declare readonly lastTest: pulumi.Output<LastTest | undefined>;
  /** The Harness account the connector lives in. */
  declare readonly accountId: pulumi.Output<string>;

  /**
   * Reads an existing connector without managing it.
   *
   * @param name Pulumi name of the looked-up resource
   * @param id `[org/[project/]]identifier`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): DockerConnector {
    return new DockerConnector(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: DockerConnectorArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: DockerConnectorArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...OUTPUTS, ...args, ...(args === undefined ? {} : { __owner: ownerOf("DockerConnector", name, opts) }) },
      opts,
      "harness",
      "DockerConnector",
    );
  }
}

/** A property the program does not give becomes an output only if it is named here. */
const OUTPUTS = {
  name: undefined,
  identifier: undefined,
  ref: undefined,
  description: undefined,
  tags: undefined,
  orgId: undefined,
  projectId: undefined,
  url: undefined,
  providerType: undefined,
  auth: undefined,
  connectivityMode: undefined,
  delegateSelectors: undefined,
  lastTest: undefined,
  accountId: undefined,
};
