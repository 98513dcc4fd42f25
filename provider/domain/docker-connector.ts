/**
 * A Docker registry connector, as Harness knows it [H54] and as a program writes it. Pure: schema, rules, wire form.
 */
import { z } from "zod";
import { sameSet } from "./diff";
import type { Tags } from "./marks";
import {
  type ObjectDomain,
  objectArgs,
  objectRules,
  objectWire,
  type Review,
  requiredText,
  type WireObject,
} from "./object";
import { deriveIdentity, knownText, nameRemarks, objectProblems } from "./object-args";
import { isPlain, type Plain } from "./plain";
import { privateHost } from "./private-host";
import type { Problem, Remark } from "./problem";
import { providerTypeFor, providerTypeProblem, readRegistryUrl } from "./registry-url";
import { secretRefProblem } from "./secret-ref";
import { isUnknown } from "./unknown";

const anonymous = z.strictObject({ type: z.literal("Anonymous") });
const usernamePassword = z.strictObject({
  type: z.literal("UsernamePassword"),
  username: z.string("must be a string").optional(),
  usernameRef: z.string("must be a string").optional(),
  passwordRef: requiredText("is missing; write the ref of a SecretText that holds the password or token"),
});

/** The arguments of `DockerConnector`. */
export const dockerConnectorArgs = z.strictObject({
  ...objectArgs,
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
  onDelete: z.enum(["delete", "restore", "retain"], "must be delete, restore or retain").optional(),
});

/** The same after `check` has filled in what follows from them. */
const checkedArgs = z.looseObject({
  ...dockerConnectorArgs.shape,
  name: z.string(),
  identifier: z.string(),
  providerType: z.string(),
});

/** The id of the connector every build of the account depends on. [H113] */
const ACCOUNT_DEFAULT = "harnessImage";

/** See {@link ObjectDomain}. */
export const dockerConnectorDomain: ObjectDomain = {
  type: "DockerConnector",
  noun: "connector",
  wireType: "DockerRegistry",
  schema: dockerConnectorArgs,
  hyphens: false,
  restorable: true,
  rules: {
    ...objectRules,
    url: { effect: "update" },
    providerType: { effect: "update" },
    auth: { effect: "update" },
    connectivityMode: { effect: "update" },
    delegateSelectors: { effect: "update", same: sameSet, reason: "a set to Harness [H64]" },
  },
  review,
  settings,
  wire,
  unseenChange: () => false,
};

function review(args: Plain, stored: Plain): Review {
  const address = knownText(args["url"]);
  const url = address === undefined ? undefined : readRegistryUrl(address);
  const usable = url !== undefined && url.problems.length === 0 ? url.url : undefined;
  const problems: Problem[] = [
    ...objectProblems(args, false),
    ...accountDefaultProblems(deriveIdentity(args, stored)["identifier"], args["orgId"]),
    ...(url?.problems ?? []),
    ...providerTypeProblems(usable, args["providerType"]),
    ...authProblems(args),
    ...selectorProblems(args),
  ];
  const remarks: Remark[] = [...nameRemarks(args), ...(url?.remarks ?? []), ...platformRemarks(args, usable)];
  const derivedType =
    usable === undefined ? (isUnknown(args["url"]) ? args["url"] : undefined) : providerTypeFor(usable);
  return {
    problems,
    remarks,
    computed: { url: url?.url ?? args["url"], providerType: args["providerType"] ?? derivedType },
  };
}

/** The name alone can lead there too: an identifier is made from it. */
function accountDefaultProblems(identifier: unknown, orgId: unknown): Problem[] {
  if (identifier !== ACCOUNT_DEFAULT || orgId !== undefined) return [];
  const text =
    `"${ACCOUNT_DEFAULT}" is the connector all builds of the account pull Harness's images through, and one mistake in it stops ` +
    "them all; this resource does not touch it. Choose another identifier here";
  return [{ path: "identifier", text }];
}

function providerTypeProblems(url: string | undefined, providerType: unknown): Problem[] {
  const type = knownText(providerType);
  const known = type !== undefined && dockerConnectorArgs.shape.providerType.safeParse(type).success;
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

function settings(live: WireObject): Plain {
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

function wire(input: Plain, tags: Tags, base: WireObject | undefined): Plain {
  const args = checkedArgs.parse(input);
  const { type, ...credentials } = args.auth;
  return objectWire(args, "DockerRegistry", tags, base, {
    dockerRegistryUrl: args.url,
    providerType: args.providerType,
    auth: type === "Anonymous" ? { type } : { type, spec: credentials },
    delegateSelectors: args.delegateSelectors ?? [],
    executeOnDelegate: args.connectivityMode === "Delegate",
  });
}
