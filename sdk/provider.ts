import * as pulumi from "@pulumi/pulumi";

/** The arguments of an explicit {@link Provider}; the same settings as the configuration keys `harness:*`. */
export interface ProviderArgs {
  /** Personal or service account token, `pat.…` or `sat.…`; kept as a secret. @default `HARNESS_PLATFORM_API_KEY` */
  platformApiKey?: pulumi.Input<string> | undefined;
  /** Harness account. @default the account the token carries; the environment never overrides it */
  accountId?: pulumi.Input<string> | undefined;
  /** Address of the Harness API. @default `HARNESS_ENDPOINT`, else `https://app.harness.io/gateway` */
  endpoint?: pulumi.Input<string> | undefined;
  /** Allow a plain `http://` endpoint on a host other than this machine. @default false */
  allowHttp?: pulumi.Input<boolean> | undefined;
  /** What is asked of Harness before a change. @default `HARNESS_PREFLIGHT`, else `auto` */
  preflight?: pulumi.Input<"auto" | "strict" | "off"> | undefined;
  /** Most requests in any 60 seconds. @default 360 */
  requestsPerMinute?: pulumi.Input<number> | undefined;
  /** Seconds one request may take. @default 30 */
  requestTimeoutSeconds?: pulumi.Input<number> | undefined;
}

/**
 * A second Harness account in one program: pass it as the option `provider` to the resources that belong to that account. Without
 * one, resources use the stack configuration `harness:*` and the environment.
 *
 * @example
 * ```ts
 * const other = new Provider("other", { platformApiKey: config.requireSecret("otherKey") });
 * new SecretText("token", { valueFromEnv: "TOKEN" }, { provider: other });
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const { platformApiKey, ...settings } = args;
    const key = platformApiKey === undefined ? {} : { "harness:platformApiKey": pulumi.secret(platformApiKey) };
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const texts = given.map(([setting, value]) => [
      `harness:${setting}`,
      pulumi.output(value).apply((known) => (known === undefined ? undefined : String(known))),
    ]);
    super("pulumi-nodejs", name, { ...Object.fromEntries(texts), ...key, "harness:explicit": "true" }, opts);
  }
}
