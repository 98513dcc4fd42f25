import type * as pulumi from "@pulumi/pulumi";
import type { AnonymousAuth, UsernamePasswordAuth } from "../docker-connector";
import type { TestConnectionArgs } from "../test-connection";

/** What a vendor's registry asks of a connector: arguments to spread into one. */
export interface RegistryConnectorArgs {
  /** Address of the registry, with the path below which Harness's images are. */
  url: string;
  /** What Harness calls the provider type. */
  providerType: "DockerHub" | "Harbor" | "Quay" | "Other";
  /** User name of the vendor's kind and the reference given, or anonymous. */
  auth: AnonymousAuth | UsernamePasswordAuth;
  /** How long a test is repeated. @default as the connector has it */
  testConnection?: TestConnectionArgs;
}

/** How to sign in: both, or neither. */
export interface SignInArgs {
  /** User name in clear. @default none: anonymous */
  username?: string | undefined;
  /** Reference to the Harness secret with the password or token. @default none: anonymous */
  passwordRef?: pulumi.Input<string> | undefined;
}
