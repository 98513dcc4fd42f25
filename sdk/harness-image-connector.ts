import * as pulumi from "@pulumi/pulumi";

import provider = require("../provider/image-connector");

import type { AnonymousAuth, UsernamePasswordAuth } from "./docker-connector";
import { ownerOf } from "./owner";
import type { LastTest, TestConnectionArgs } from "./test-connection";
import type { ConnectorVerifyArgs } from "./verify";

/** The arguments of a {@link HarnessImageConnector}. */
export interface HarnessImageConnectorArgs {
  /** Address of the registry, e.g. `https://us.icr.io/my-namespace`; it becomes the beginning of the names of the images Harness pulls. */
  url: pulumi.Input<string>;
  /**
   * What Harness calls the provider type. `Other` is any Docker V2 compliant registry.
   * @default `DockerHub` for Docker Hub's hosts, `Quay` for quay.io, else `Other`
   */
  providerType?: pulumi.Input<"DockerHub" | "Harbor" | "Quay" | "Other"> | undefined;
  /** How Harness signs in to the registry. Secrets must be at account scope. */
  auth: pulumi.Input<AnonymousAuth | UsernamePasswordAuth>;
  /** `"Platform"` is the only mode that works with Harness Cloud; `"Delegate"` reaches a registry in your own network. */
  connectivityMode: pulumi.Input<"Delegate" | "Platform">;
  /** Tags that a delegate must all carry to be used; only with `"Delegate"`. @default any delegate */
  delegateSelectors?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** How new settings are tested, first on a canary connector, then in place. @default a failed test is an error, and nothing changes */
  testConnection?: pulumi.Input<TestConnectionArgs> | undefined;
  /** Any change tests again, e.g. `{ key: secret.version }` for a rotated password. @default none */
  triggers?: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined;
  /** Whether to look for the images in the registry before the account is switched to it. @default not */
  verify?: pulumi.Input<ConnectorVerifyArgs> | undefined;
  /** `"takeover"` takes the connector from another Pulumi resource, with what that one would have put back. @default it is refused */
  adopt?: pulumi.Input<"takeover"> | undefined;
  /** `"retain"` leaves the present settings when the resource is destroyed. Changing it sends nothing. @default `"restore"` */
  onDelete?: pulumi.Input<"restore" | "retain"> | undefined;
  /** Whether destroy puts back what was there even if somebody has changed the connector since. @default false: it is left, with a notice */
  force?: pulumi.Input<boolean> | undefined;
  /** `"off"` asks Harness nothing about this resource before applying. @default as `harness:preflight` says */
  preflight?: pulumi.Input<"off"> | undefined;
}

/**
 * The account's default: the connector `harnessImage`, through which every build pulls Harness's own images unless its stage says
 * otherwise.
 *
 * @example
 * ```ts
 * const token = new SecretText("registry-token", { valueFromEnv: "REGISTRY_TOKEN" });
 * new HarnessImageConnector("default", {
 *   url: "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
 *   auth: { type: "UsernamePassword", username: "_json_key", passwordRef: token.ref },
 *   connectivityMode: "Platform",
 *   triggers: { token: token.version },
 * });
 * ```
 *
 * New settings are tried out on a canary connector first; only when Harness can use them is `harnessImage` switched, tested again, and
 * put back if that fails. What was there before is kept in a connector `harnessImage_pulumi_backup`, so that even a killed run loses
 * nothing; destroy puts it back, or removes the connector if there was none. Name, description, tags and settings this resource does
 * not know stay as they are. An account has one default: a second resource or stack that declares it is refused in preview.
 */
export class HarnessImageConnector extends pulumi.dynamic.Resource {
  /** Always `harnessImage`. */
  declare readonly identifier: pulumi.Output<string>;
  /** `account.harnessImage` */
  declare readonly ref: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;
  declare readonly providerType: pulumi.Output<string>;
  declare readonly auth: pulumi.Output<{ type: string; username?: string; usernameRef?: string; passwordRef?: string }>;
  declare readonly connectivityMode: pulumi.Output<"Delegate" | "Platform">;
  declare readonly delegateSelectors: pulumi.Output<string[]>;
  /** The settings destroy puts back; absent where there was no such connector. */
  declare readonly previous: pulumi.Output<
    | {
        url: string;
        providerType: string;
        auth: { type: string; username?: string; usernameRef?: string; passwordRef?: string };
        connectivityMode: string;
        delegateSelectors: string[];
      }
    | undefined
  >;
  /** How the last connection test ended; absent when none was run. */
  declare readonly lastTest: pulumi.Output<LastTest | undefined>;
  declare readonly accountId: pulumi.Output<string>;

  /**
   * Reads the account's default without managing it.
   *
   * @param name Pulumi name of the looked-up resource
   * @param id `harnessImage`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): HarnessImageConnector {
    return new HarnessImageConnector(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: HarnessImageConnectorArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: HarnessImageConnectorArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    const owner = args === undefined ? {} : { __owner: ownerOf("HarnessImageConnector", name, opts) };
    const verify = args?.verify === undefined ? {} : { verify: pulumi.secret(args.verify) };
    super(
      provider,
      name,
      { ...OUTPUTS, ...args, ...verify, ...owner },
      pulumi.mergeOptions({ deleteBeforeReplace: true, ...opts }, { additionalSecretOutputs: ["verify"] }),
      "harness",
      "HarnessImageConnector",
    );
  }
}

/** A property the program does not give becomes an output only if it is named here. */
const OUTPUTS = {
  identifier: undefined,
  ref: undefined,
  url: undefined,
  providerType: undefined,
  auth: undefined,
  connectivityMode: undefined,
  delegateSelectors: undefined,
  previous: undefined,
  lastTest: undefined,
  accountId: undefined,
};
