import type * as pulumi from "@pulumi/pulumi";
import { connectorArgs, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** Whose limits apply. */
export interface DockerHubArgs {
  /** Docker ID, or the organisation of an organisation access token. @default none: anonymous, which Docker Hub limits most */
  username?: string | undefined;
  /** Reference to the secret with the access token. @default none: anonymous */
  tokenRef?: pulumi.Input<string> | undefined;
}

/**
 * Harness's own images on Docker Hub. There is no parameter for a namespace of your own: Harness leaves the names of its images as
 * they are there, so that they always come from the namespaces `harness` and `plugins`.
 * https://docs.docker.com/security/access-tokens/personal-access-tokens/
 */
export function dockerHub(args: DockerHubArgs = {}): RegistryConnectorArgs {
  const { username, tokenRef } = args;
  const problems = [signInProblem(username, tokenRef, "username", "tokenRef")];
  return connectorArgs("dockerHub", problems, "registry.hub.docker.com", signIn(username, tokenRef), "DockerHub");
}
