import type * as pulumi from "@pulumi/pulumi";
import { connectorArgs, formProblem, signIn } from "./checks";
import type { RegistryConnectorArgs } from "./registry-connector";

/** How to sign in to Google: one of these, or none of them for a public repository. */
export interface GoogleSignInArgs {
  /** Reference to the secret with the JSON key of a service account, as it was downloaded. @default none */
  jsonKeyRef?: pulumi.Input<string> | undefined;
  /** The same for a key that was encoded with base64. @default none */
  base64KeyRef?: pulumi.Input<string> | undefined;
  /** Reference to the secret with an access token: it ends after an hour, so something must renew the secret. @default none */
  accessTokenRef?: pulumi.Input<string> | undefined;
}

/** What {@link gar} needs to know. */
export interface GarArgs extends GoogleSignInArgs {
  /** A region, e.g. `europe-west3`, or `us`, `europe`, `asia`. */
  location: string;
  /** Id of the project, not its number or name. */
  project: string;
  /** Name of the repository, of the format Docker. */
  repository: string;
}

/** The user name that goes with each kind of secret. */
const USERS = [
  ["jsonKeyRef", "_json_key"],
  ["base64KeyRef", "_json_key_base64"],
  ["accessTokenRef", "oauth2accesstoken"],
] as const;
const LETTERS = 'lower-case letters, digits and "-", with a letter first and no "-" last';

/**
 * A repository of your own in Google Artifact Registry. Harness documents no URL for one; this is docker's.
 * https://docs.cloud.google.com/artifact-registry/docs/docker/authentication
 */
export function gar(args: GarArgs): RegistryConnectorArgs {
  const { location, project, repository } = args;
  const problems = [
    formProblem(
      "location",
      location,
      /^(us|europe|asia|[a-z]+-[a-z]+\d+)$/,
      'must be a region such as "europe-west3", or "us", "europe" or "asia"',
      (given) => given.replace(/^eu$/, "europe").replace(/-[a-z]$|-docker\.pkg\.dev.*$/, ""),
    ),
    formProblem(
      "project",
      project,
      /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      `must be an id of 6 to 30 ${LETTERS}`,
    ),
    formProblem("repository", repository, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, `must have at most 63 ${LETTERS}`),
  ];
  // A project that belongs to a domain, "example.com:my-project", is a path of two parts to docker.
  const path = `${project}/${repository}`.replace(":", "/");
  return signedIn("gar", args, `${location}-docker.pkg.dev/${path}`, problems);
}

/**
 * Harness's own images in Google Artifact Registry, anonymously unless told otherwise. Harness recommends it; on Harness Cloud it is
 * the only anonymous way without limits.
 * https://developer.harness.io/docs/platform/connectors/artifact-repositories/connect-to-harness-container-image-registry-using-docker-connector
 */
export function harnessGar(args: GoogleSignInArgs = {}): RegistryConnectorArgs {
  return signedIn("harnessGar", args, "us-docker.pkg.dev/gar-prod-setup/harness-public", []);
}

function signedIn(
  name: string,
  args: GoogleSignInArgs,
  url: string,
  problems: readonly (string | undefined | false)[],
): RegistryConnectorArgs {
  const [first, ...more] = USERS.filter(([key]) => args[key] !== undefined);
  const surplus = more.map(([key]) => `${key} and ${first?.[0]} exclude each other; keep one`);
  return connectorArgs(name, [...problems, ...surplus], url, signIn(first?.[1], first && args[first[0]]));
}
