import * as pulumi from "@pulumi/pulumi";

import provider = require("../provider/secret-text");

import { ownerOf } from "./owner";

/** The arguments of a {@link SecretText}. Exactly one of `value`, `valueFromEnv` and `reference` is given. */
export interface SecretTextArgs {
  /** Display name, at most 128 characters. @default the Pulumi name */
  name?: pulumi.Input<string> | undefined;
  /**
   * Harness identifier: a letter or `_`, then letters, digits, `_`, `$`, `-`; at most 128. Changing it replaces the secret.
   * @default made from `name` when the secret is first created, then kept even if the name changes
   */
  identifier?: pulumi.Input<string> | undefined;
  /** @default no description */
  description?: pulumi.Input<string> | undefined;
  /** Tags; `pulumi_owner` and `pulumi_former` are written by this provider itself. @default none */
  tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined;
  /** Organisation the secret belongs to. Changing it replaces the secret. @default the account */
  orgId?: pulumi.Input<string> | undefined;
  /** Project the secret belongs to; needs `orgId`. Changing it replaces the secret. @default the organisation or account */
  projectId?: pulumi.Input<string> | undefined;
  /** The secret's text. Always a Pulumi secret, in inputs, outputs and state, whether or not it was marked as one. */
  value?: pulumi.Input<string> | undefined;
  /**
   * Name of an environment variable that holds the text where Pulumi runs. The provider reads it while applying; the state keeps only
   * a salted digest (`valueDigest`), by which a rotation is seen. The value itself is stored nowhere but in Harness.
   */
  valueFromEnv?: pulumi.Input<string> | undefined;
  /** Name of the secret in an external secret manager; needs `secretManagerIdentifier`. */
  reference?: pulumi.Input<string> | undefined;
  /**
   * Secret manager that keeps the text. It cannot change: declare a new secret instead.
   * @default `harnessSecretManager`, Harness's own; required with `reference`
   */
  secretManagerIdentifier?: pulumi.Input<string> | undefined;
  /**
   * Whether an existing secret with this identifier may be taken over and its value overwritten: `true` takes one that no Pulumi
   * resource owns; `"takeover"` also one that another resource owns. Changing it sends nothing.
   * @default false: create refuses
   */
  adopt?: pulumi.Input<boolean | "takeover"> | undefined;
  /**
   * What destroying the resource does: `"delete"` or `"retain"`. A secret cannot be read, so it cannot be restored. Changing it sends
   * nothing.
   * @default `"retain"` for an adopted secret, else `"delete"`
   */
  onDelete?: pulumi.Input<"delete" | "retain"> | undefined;
  /**
   * Delete even while connectors refer to the secret; the account must allow it. Changing it sends nothing.
   * @default false: a delete waits up to 30 seconds for references to go, then fails with Harness's words
   */
  forceDelete?: pulumi.Input<boolean> | undefined;
  /** `"off"` asks Harness nothing about this resource before applying. @default as `harness:preflight` says */
  preflight?: pulumi.Input<"off"> | undefined;
}

/**
 * A text secret of Harness, at account, organisation or project scope: what a connector's `passwordRef` refers to.
 *
 * @example
 * ```ts
 * const token = new SecretText("registry-token", { value: config.requireSecret("registryToken") });
 * ```
 *
 * Harness never returns a value, so a value changed outside Pulumi is not seen.
 */
export class SecretText extends pulumi.dynamic.Resource {
  declare readonly name: pulumi.Output<string>;
  declare readonly identifier: pulumi.Output<string>;
  /** How connectors refer to the secret: `account.<id>`, `org.<id>` or `<id>`. Known in preview. */
  declare readonly ref: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string>;
  /** Tags without the provider's own. */
  declare readonly tags: pulumi.Output<{ [key: string]: string }>;
  declare readonly orgId: pulumi.Output<string | undefined>;
  declare readonly projectId: pulumi.Output<string | undefined>;
  /** The value the program gave, as a secret output; absent with `valueFromEnv` and `reference`. */
  declare readonly value: pulumi.Output<string | undefined>;
  /** Salted digest of the environment variable's value; changes when the value changes. Only with `valueFromEnv`. */
  declare readonly valueDigest: pulumi.Output<string | undefined>;
  /**
   * Counts the values the secret has had: `"1"`, then `"2"` after a rotation. Give it to a connector's `triggers`, and a rotated
   * password is tested. A secret made by an older version of this package gets it with the next update.
   */
  declare readonly version: pulumi.Output<string>;
  declare readonly secretManagerIdentifier: pulumi.Output<string>;
  /** The Harness account the secret lives in. */
  declare readonly accountId: pulumi.Output<string>;

  /**
   * Looks up an existing secret without managing it; its value stays unknown.
   *
   * @param name Pulumi name of the looked-up resource
   * @param id `[org/[project/]]identifier`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): SecretText {
    return new SecretText(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: SecretTextArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: SecretTextArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    const value = args?.value === undefined ? {} : { value: pulumi.secret(args.value) };
    super(
      provider,
      name,
      { ...OUTPUTS, ...args, ...value, ...(args === undefined ? {} : { __owner: ownerOf("SecretText", name, opts) }) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["value"] }),
      "harness",
      "SecretText",
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
  value: undefined,
  valueDigest: undefined,
  version: undefined,
  secretManagerIdentifier: undefined,
  accountId: undefined,
};
