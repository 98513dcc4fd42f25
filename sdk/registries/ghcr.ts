import type * as pulumi from "@pulumi/pulumi";
import { connectorArgs, pathProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** What {@link ghcr} needs to know. */
export interface GhcrArgs {
  /** User or organisation the packages belong to, in lower case. */
  namespace: string;
  /** User the token belongs to. @default none: anonymous, for public packages */
  username?: string | undefined;
  /** Reference to the secret with a classic personal access token; others are not accepted. @default none: anonymous */
  tokenRef?: pulumi.Input<string> | undefined;
}

/**
 * GitHub's container registry.
 * https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
 */
export function ghcr(args: GhcrArgs): RegistryConnectorArgs {
  const { namespace, username, tokenRef } = args;
  const problems = [
    pathProblem("namespace", namespace, (given) => given.replace(/^(https:\/\/)?(ghcr\.io|github\.com)\//, "")),
    signInProblem(username, tokenRef, "username", "tokenRef"),
  ];
  return connectorArgs("ghcr", problems, `ghcr.io/${namespace}`, signIn(username, tokenRef));
}
