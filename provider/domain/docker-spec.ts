/**
 * What every Docker registry connector is made of, whichever resource manages it: registry, login, connectivity. [H54] Pure.
 */
import { z } from "zod";
import { type DiffRules, sameSet } from "./diff";
import { type Review, remembered, requiredText, type WireObject } from "./object";
import { knownText } from "./object-args";
import { isPlain, type Plain } from "./plain";
import { privateHost } from "./private-host";
import type { Problem, Remark } from "./problem";
import { providerTypeFor, providerTypeProblem, readRegistryUrl } from "./registry-url";
import { secretRefProblem } from "./secret-ref";
import { testConnectionArg, triggersArg } from "./test-connection";
import { isUnknown } from "./unknown";

const anonymous = z.strictObject({ type: z.literal("Anonymous") });
const usernamePassword = z.strictObject({
  type: z.literal("UsernamePassword"),
  username: z.string("must be a string").optional(),
  usernameRef: z.string("must be a string").optional(),
  passwordRef: requiredText("is missing; write the ref of a SecretText that holds the password or token"),
});

/** The arguments of a Docker registry. */
export const dockerSpecArgs = {
  url: requiredText("is missing; write the registry's address, e.g. https://us.icr.io/my-namespace"),
  providerType: z.enum(["DockerHub", "Harbor", "Quay", "Other"], "must be DockerHub, Harbor, Quay or Other").optional(),
  auth: z.discriminatedUnion("type", [anonymous, usernamePassword], {
    error: ({ code }) =>
      code === "invalid_union"
        ? 'must be "Anonymous" or "UsernamePassword"'
        : 'must be { type: "Anonymous" } or { type: "UsernamePassword", username, passwordRef }',
  }),
  connectivityMode: z.enum(
    ["Delegate", "Platform"],
    'must be "Delegate" (Harness reaches the registry through a delegate) or "Platform" (directly; the only one that works with Harness Cloud)',
  ),
  delegateSelectors: z.array(z.string("must be a string"), "must be a list of delegate tags").optional(),
  testConnection: testConnectionArg,
  triggers: triggersArg,
};

/** The same after `check` has filled in what follows from them. */
const checkedSpec = z.looseObject({ ...dockerSpecArgs, providerType: z.string() });

/** Rules of these arguments. */
export const dockerSpecRules: DiffRules = {
  url: { effect: "update" },
  providerType: { effect: "update" },
  auth: { effect: "update" },
  connectivityMode: { effect: "update" },
  delegateSelectors: { effect: "update", same: sameSet, reason: "a set to Harness [H64]" },
  testConnection: remembered,
  triggers: { effect: "update", reason: "any change tests again" },
};

/** Checks and completes these arguments. */
export function reviewSpec(args: Plain): Review {
  const address = knownText(args["url"]);
  const url = address === undefined ? undefined : readRegistryUrl(address);
  const usable = url !== undefined && url.problems.length === 0 ? url.url : undefined;
  const derivedType =
    usable === undefined ? (isUnknown(args["url"]) ? args["url"] : undefined) : providerTypeFor(usable);
  return {
    problems: [
      ...(url?.problems ?? []),
      ...providerTypeProblems(usable, args["providerType"]),
      ...authProblems(args),
      ...selectorProblems(args),
    ],
    remarks: [...(url?.remarks ?? []), ...platformRemarks(args, usable)],
    computed: { url: url?.url ?? args["url"], providerType: args["providerType"] ?? derivedType },
  };
}

function providerTypeProblems(url: string | undefined, providerType: unknown): Problem[] {
  const type = knownText(providerType);
  const known = type !== undefined && dockerSpecArgs.providerType.safeParse(type).success;
  const text = url === undefined || !known ? undefined : providerTypeProblem(url, type);
  return text === undefined ? [] : [{ path: "providerType", text }];
}

function authProblems(args: Plain): Problem[] {
  const auth = args["auth"];
  if (!isPlain(auth) || auth["type"] !== "UsernamePassword") return [];
  const problems: Problem[] = [];
  const { username, usernameRef } = auth;
  if (username === undefined && usernameRef === undefined) {
    problems.push({ path: "auth", text: "needs a user name; write username, or usernameRef for one kept in a secret" });
  }
  if (username !== undefined && usernameRef !== undefined) {
    problems.push({
      path: "auth",
      text: "has both username and usernameRef; Harness takes exactly one of them, remove the other",
    });
  }
  if (username === "") problems.push({ path: "auth.username", text: "is empty; write the user name (IBM: iamapikey)" });
  if (isUnknown(args["orgId"]) || isUnknown(args["projectId"])) return problems;
  const scope = { orgId: knownText(args["orgId"]), projectId: knownText(args["projectId"]) };
  for (const key of ["usernameRef", "passwordRef"]) {
    const reference = knownText(auth[key]);
    const text = reference === undefined ? undefined : secretRefProblem(reference, scope);
    if (text !== undefined) problems.push({ path: `auth.${key}`, text });
  }
  return problems;
}

function selectorProblems({ connectivityMode, delegateSelectors }: Plain): Problem[] {
  if (!Array.isArray(delegateSelectors)) return [];
  const problems: Problem[] = [];
  if (delegateSelectors.length > 0 && connectivityMode === "Platform") {
    const text =
      'mean nothing with connectivityMode "Platform": no delegate takes part. Remove them, or write connectivityMode: "Delegate"';
    problems.push({ path: "delegateSelectors", text });
  }
  if (delegateSelectors.includes(""))
    problems.push({ path: "delegateSelectors", text: "holds an empty tag; remove it" });
  return problems;
}

/** Harness Cloud and the connection test of this mode reach the registry from Harness's own network. [H97] */
function platformRemarks({ connectivityMode }: Plain, url: string | undefined): Remark[] {
  const reason = connectivityMode === "Platform" && url !== undefined ? privateHost(url) : undefined;
  if (reason === undefined) return [];
  const text = `is "Platform", which reaches the registry from Harness's own network, but ${reason}; write "Delegate" unless that network reaches it`;
  return [{ path: "connectivityMode", text }];
}

const wireSpec = z.looseObject({
  dockerRegistryUrl: z.string().nullish(),
  providerType: z.string().nullish(),
  auth: z.looseObject({ type: z.string(), spec: z.looseObject({}).nullish() }).nullish(),
  delegateSelectors: z.array(z.string()).nullish(),
  executeOnDelegate: z.boolean().nullish(),
});

/** The settings of a live connector, under the names of the arguments. */
export function specSettings(live: WireObject): Plain {
  const spec = wireSpec.parse(live.spec ?? {});
  return {
    url: spec.dockerRegistryUrl ?? "",
    providerType: spec.providerType ?? "",
    auth: authOf(spec.auth?.type, spec.auth?.spec ?? {}),
    connectivityMode: spec.executeOnDelegate === true ? "Delegate" : "Platform",
    delegateSelectors: spec.delegateSelectors ?? [],
  };
}

/** Harness may answer the unused one of `username` and `usernameRef` as null. [H70] */
function authOf(type: string | undefined, spec: Plain): Plain {
  if (type !== "UsernamePassword") return { type: "Anonymous" };
  const given = Object.entries(spec).filter(
    ([key, value]) => ["username", "usernameRef", "passwordRef"].includes(key) && typeof value === "string",
  );
  return { type, ...Object.fromEntries(given) };
}

/** The `spec` to send. */
export function specWire(input: Plain): Plain {
  const args = checkedSpec.parse(input);
  const { type, ...credentials } = args.auth;
  return {
    dockerRegistryUrl: args.url,
    providerType: args.providerType,
    auth: type === "Anonymous" ? { type } : { type, spec: credentials },
    delegateSelectors: args.delegateSelectors ?? [],
    executeOnDelegate: args.connectivityMode === "Delegate",
  };
}
