import type * as pulumi from "@pulumi/pulumi";
import { below, connectorArgs, formProblem, hostProblem, pathProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** What {@link quay} needs to know. */
export interface QuayArgs {
  /** Host of a Red Hat Quay of your own, with its port. @default `quay.io` */
  host?: string | undefined;
  /** Organisation or user with the images. @default none: then these are `harness` and `plugins` */
  organization?: string | undefined;
  /** Robot account, `OWNER+NAME`. @default none: anonymous, for public repositories */
  robot?: string | undefined;
  /** Reference to the secret with the robot's token. @default none: anonymous */
  tokenRef?: pulumi.Input<string> | undefined;
}

/**
 * Quay. Harness's images have a "/" in their names, which a Quay of your own must allow (FEATURE_EXTENDED_REPOSITORY_NAMES, the
 * default). Harness documents no URL for it; this is docker's.
 * https://docs.redhat.com/en/documentation/red_hat_quay/3.15/html/managing_access_and_permissions/creating-robot-account-api
 */
export function quay(args: QuayArgs = {}): RegistryConnectorArgs {
  const { host = "quay.io", organization, robot, tokenRef } = args;
  const rule = 'must be the name of a robot account, "OWNER+NAME"';
  const problems = [
    hostProblem(host),
    organization !== undefined && pathProblem("organization", organization),
    robot !== undefined && formProblem("robot", robot, /^[^\s+]+\+[^\s+]+$/, rule),
    signInProblem(robot, tokenRef, "robot", "tokenRef"),
  ];
  return connectorArgs("quay", problems, below(host, organization), signIn(robot, tokenRef), "Quay");
}
