import type * as pulumi from "@pulumi/pulumi";
import type { RegistryConnectorArgs } from "./registry-connector";

type Problem = string | undefined | false;

const PART = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*";
const PATH = new RegExp(`^${PART}(?:/${PART})*$`);
const HOST = new RegExp(`^(?!.*/v[12]$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\\d+)?(?:/${PART})*$`);

/**
 * The arguments of a connector, or an error that says all that is wrong at once.
 * @internal
 */
export function connectorArgs(
  registry: string,
  problems: readonly Problem[],
  url: string,
  auth: RegistryConnectorArgs["auth"],
  providerType: RegistryConnectorArgs["providerType"] = "Other",
): RegistryConnectorArgs {
  const found = problems.filter((problem) => typeof problem === "string");
  if (found.length > 0) throw new Error(`registries.${registry}: ${found.join("\n  ")}`);
  return { url: `https://${url}`, providerType, auth };
}

/**
 * What is wrong with a parameter that must have a form; `meant` makes of a wrong one, in lower case, what it was probably to be.
 * @internal
 */
export function formProblem(
  key: string,
  given: unknown,
  form: RegExp,
  rule: string,
  meant: (given: string) => string | undefined = (text) => text,
): Problem {
  if (given === undefined || given === "") return `${key} is missing; it ${rule}`;
  if (typeof given !== "string") return `${key} must be a plain string, which an Output is not; it ${rule}`;
  if (form.test(given)) return undefined;
  // Before an "@" there may be a password.
  const shown = given.includes("@") ? "" : ` "${given}"`;
  const right = meant(given.toLowerCase());
  return `${key}${shown} ${rule}${right !== undefined && form.test(right) ? `; did you mean "${right}"?` : ""}`;
}

/**
 * The same for a path before the names of images.
 * @internal
 */
export function pathProblem(key: string, given: unknown, meant?: (given: string) => string): Problem {
  const rule = 'must have lower-case letters and digits, with ".", "_", "-" or "/" between them';
  return formProblem(key, given, PATH, rule, meant);
}

/**
 * The same for a host, which may have a port and a path.
 * @internal
 */
export function hostProblem(given: unknown): Problem {
  const rule =
    "must be host, port and path in lower case, without scheme and without /v2/, which would get into image names";
  return formProblem("host", given, HOST, rule, (text) => text.replace(/^.*@|^[a-z]+:\/\/|(\/v[12])?\/*$/g, ""));
}

/**
 * What is wrong with the reference to a secret without which nothing works.
 * @internal
 */
export function refProblem(key: string, ref: unknown): Problem {
  return ref === undefined && `${key} is missing; write the ref of a SecretText`;
}

/**
 * What is wrong with a user name and the reference to its secret, which are given both or not at all.
 * @internal
 */
export function signInProblem(username: unknown, ref: unknown, user = "username", secret = "passwordRef"): Problem {
  if ((username === undefined) === (ref === undefined)) return false;
  const [given, lacking] = ref === undefined ? [user, secret] : [secret, user];
  return `${lacking} is missing; write it, or leave out ${given} too to pull anonymously`;
}

/**
 * Signs in if there is something to sign in with.
 * @internal
 */
export function signIn(
  username: string | undefined,
  passwordRef: pulumi.Input<string> | undefined,
): RegistryConnectorArgs["auth"] {
  if (username === undefined || passwordRef === undefined) return { type: "Anonymous" };
  return { type: "UsernamePassword", username, passwordRef };
}

/**
 * A host with the path below which the images are.
 * @internal
 */
export function below(host: string, path: string | undefined): string {
  return path === undefined ? host : `${host}/${path}`;
}
