import type * as pulumi from "@pulumi/pulumi";
import { below, connectorArgs, formProblem, pathProblem, refProblem, signIn } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** What {@link ecr} needs to know. */
export interface EcrArgs {
  /** Number of the AWS account, 12 digits. */
  accountId: string;
  /** Region, e.g. `eu-central-1`. */
  region: string;
  /** What the names of the repositories begin with, e.g. `mirror` for `mirror/harness/ci-addon`. @default nothing: `harness/ci-addon` */
  namespace?: string | undefined;
  /**
   * Reference to the secret with what `aws ecr get-login-password` prints: it ends after 12 hours, so something must renew the secret.
   */
  passwordRef: pulumi.Input<string>;
}

/**
 * A private registry of Amazon ECR; the user name is `AWS`. Each image needs a repository of its own before it is pushed. Harness
 * documents no URL for it; this is docker's. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export function ecr(args: EcrArgs): RegistryConnectorArgs {
  const { accountId, region, namespace, passwordRef } = args;
  const problems = [
    formProblem("accountId", accountId, /^\d{12}$/, "must be the 12 digits of an AWS account", (given) =>
      given.replace(/\D/g, ""),
    ),
    formProblem(
      "region",
      region,
      // The regions left out have domains of their own.
      /^(?!us-iso|eu-iso)[a-z]{2}(-[a-z]+)+-\d$/,
      'must be a region of AWS below amazonaws.com, such as "eu-central-1"',
      (given) => given.replace(/(\d)[a-z]$/, "$1"),
    ),
    namespace !== undefined && pathProblem("namespace", namespace),
    refProblem("passwordRef", passwordRef),
  ];
  const host = `${accountId}.dkr.ecr.${region}.amazonaws.com${/^cn-/.test(region) ? ".cn" : ""}`;
  return connectorArgs("ecr", problems, below(host, namespace), signIn("AWS", passwordRef));
}

/**
 * Harness's own images in the public gallery of Amazon ECR, anonymously; Amazon limits such pulls by source address.
 * https://developer.harness.io/docs/platform/connectors/artifact-repositories/connect-to-harness-container-image-registry-using-docker-connector
 */
export function harnessEcr(): RegistryConnectorArgs {
  return connectorArgs("harnessEcr", [], "public.ecr.aws/harness", { type: "Anonymous" });
}
