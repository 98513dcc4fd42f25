import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../provider/domain/problem";
import { below, connectorArgs, formProblem, refProblem, signIn } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** What {@link ibm} needs to know. */
export interface IbmArgs {
  /**
   * `us-south`, `eu-gb`, `eu-de`, `eu-es`, `au-syd`, `jp-tok`, `jp-osa`, `ca-tor`, `ca-mon`, `br-sao`, `in-che`, `in-mum` or
   * `global`. Namespaces and images are in one region only.
   */
  region: string;
  /** Namespace with the images. @default none: then their namespaces are `harness` and `plugins`, which one account of a region has */
  namespace?: string | undefined;
  /** Whether to use the private network of IBM Cloud; delegates and build nodes must be in it. @default false */
  private?: boolean | undefined;
  /** Reference to the secret with the IAM API key, best that of a service ID. Reader is enough to pull. */
  apiKeyRef: pulumi.Input<string>;
}

/** The first part of each region's domain. */
const DOMAINS: { readonly [region: string]: string } = {
  "us-south": "us",
  "eu-gb": "uk",
  "eu-de": "de",
  "eu-es": "es",
  "au-syd": "au",
  "jp-tok": "jp",
  "jp-osa": "jp2",
  "ca-tor": "ca",
  "ca-mon": "ca2",
  "br-sao": "br",
  "in-che": "in",
  "in-mum": "in2",
};
const REGIONS = [...Object.keys(DOMAINS), "global"];
const REGION = new RegExp(`^(${REGIONS.join("|")})$`);

/**
 * IBM Cloud Container Registry; the user name is `iamapikey`. What was changed in IAM can take five minutes to take effect, so a
 * failing connection test is repeated for 330 seconds. https://cloud.ibm.com/docs/Registry?topic=Registry-registry_overview
 */
export function ibm(args: IbmArgs): RegistryConnectorArgs {
  const { region, namespace, apiKeyRef } = args;
  const rule = 'must have 4 to 30 lower-case letters, digits, "-" and "_", with a letter or digit at both ends';
  const problems = [
    formProblem("region", region, REGION, `must be one of ${REGIONS.join(", ")}`, regionOf),
    namespace !== undefined && formProblem("namespace", namespace, /^[a-z0-9][a-z0-9_-]{2,28}[a-z0-9]$/, rule),
    refProblem("apiKeyRef", apiKeyRef),
  ];
  const parts = [args.private === true && "private", DOMAINS[region], "icr.io"].filter(Boolean);
  const made = connectorArgs("ibm", problems, below(parts.join("."), namespace), signIn("iamapikey", apiKeyRef));
  return { ...made, testConnection: { retryForSeconds: 330 } };
}

/** The region of a domain or of its first part, else the one that is written nearly so. */
function regionOf(given: string): string | undefined {
  const first = given.replace(/^private\.|\.icr\.io$/g, "");
  return REGIONS.find((region) => DOMAINS[region] === first) ?? nearest(given, REGIONS);
}
