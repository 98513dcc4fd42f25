import type { FieldProblem } from "./errors";
import { refusal } from "./errors";
import { bool, object, oneOf, text, texts } from "./fields";
import type { JsonObject } from "./json";
import { copyOf, isObject } from "./json";
import type { Switches } from "./switches";

/** All provider types there are. [H61] */
const PROVIDERS = ["DockerHub", "Harbor", "Quay", "Other"];

/** The `auth` object, checked. [H62] [H63] */
function parseAuth(auth: JsonObject, problems: FieldProblem[]): JsonObject {
  const type = oneOf(auth, "type", ["UsernamePassword", "Anonymous"]);
  if (type === undefined) problems.push({ fieldId: "type", error: "must not be null" });
  if (type !== "UsernamePassword") return { type };
  const spec = object(auth, "spec");
  if (spec === undefined) {
    problems.push({ fieldId: "spec", error: "must not be null" });
    return { type };
  }
  const username = text(spec, "username");
  const usernameRef = text(spec, "usernameRef");
  const passwordRef = text(spec, "passwordRef");
  if (passwordRef === undefined) problems.push({ fieldId: "passwordRef", error: "must not be null" });
  if ((username === undefined) === (usernameRef === undefined)) {
    problems.push({ fieldId: "spec", error: "exactly one of username, usernameRef must be given" });
  }
  const user = username === undefined ? { usernameRef } : { username };
  return { type, spec: { ...user, passwordRef } };
}

/**
 * Reads the spec of a Docker connector. Keys that are not known are kept: the live schema has more than any client. [H67]
 * The selectors are a set; they come back sorted backwards, so that nobody relies on their order. [H64]
 */
export function parseDockerSpec(raw: JsonObject, problems: FieldProblem[], switches: Switches): JsonObject {
  const url = text(raw, "dockerRegistryUrl");
  if (url === undefined || url.trim() === "")
    problems.push({ fieldId: "dockerRegistryUrl", error: "may not be empty" });
  const providerType = oneOf(raw, "providerType", PROVIDERS);
  if (providerType === undefined) problems.push({ fieldId: "providerType", error: "must not be null" });
  const auth = object(raw, "auth");
  const selectors = texts(raw, "delegateSelectors");
  const spec: JsonObject = {
    ...copyOf(raw),
    executeOnDelegate: bool(raw, "executeOnDelegate") ?? switches.executeOnDelegateWhenOmitted,
  };
  if (auth !== undefined) spec["auth"] = parseAuth(auth, problems);
  if (selectors !== undefined) spec["delegateSelectors"] = [...new Set(selectors)].sort().reverse();
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null && value !== undefined));
}

/** Fails as the server does on a spec without `auth`: it dereferences what is not there. [H62] */
export function requireAuth(spec: Readonly<JsonObject>): void {
  if (!isObject(spec["auth"])) throw refusal("UNKNOWN_ERROR", "Oops, something went wrong on our end.");
}

/** The secret references of a spec by field name. */
export function secretFields(spec: Readonly<JsonObject>): Map<string, string> {
  const auth = spec["auth"];
  const credentials = isObject(auth) ? auth["spec"] : undefined;
  const found = new Map<string, string>();
  if (!isObject(credentials)) return found;
  for (const field of ["usernameRef", "passwordRef"]) {
    const reference = credentials[field];
    if (typeof reference === "string") found.set(field, reference);
  }
  return found;
}

/** The spec as it is returned; what was never set depends on the switch `unset`. [H70] [H71] */
export function dockerSpecView(spec: Readonly<JsonObject>, unset: Switches["unset"]): JsonObject {
  const view = copyOf(spec);
  const auth = view["auth"];
  if (isObject(auth)) {
    const credentials = auth["spec"];
    if (isObject(credentials)) auth["spec"] = { username: null, usernameRef: null, ...credentials };
    else auth["spec"] = unset === "empty" ? {} : null;
  }
  return { ...view, delegateSelectors: view["delegateSelectors"] ?? (unset === "empty" ? [] : null) };
}
