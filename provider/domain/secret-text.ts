/**
 * A text secret, as Harness knows it [H83] and as a program writes it. Its value can be written, never read back. [H85]
 */
import { z } from "zod";
import { sameOrBlank } from "./diff";
import type { Tags } from "./marks";
import { type ObjectDomain, objectArgs, objectRules, objectWire, type Review, type WireObject } from "./object";
import { nameRemarks, objectProblems } from "./object-args";
import type { Plain } from "./plain";
import type { Problem } from "./problem";
import { isUnknown } from "./unknown";

/** Harness's own secret manager. [H84] */
const BUILT_IN_MANAGER = "harnessSecretManager";
/** The ways to say what the value is; exactly one is given. */
const SOURCES = ["value", "valueFromEnv", "reference"];

/** The arguments of `SecretText`. */
export const secretTextArgs = z.strictObject({
  ...objectArgs,
  value: z.string("must be a string").optional(),
  valueFromEnv: z.string("must be the name of an environment variable").optional(),
  reference: z.string("must be a string").optional(),
  secretManagerIdentifier: z.string("must be a string").optional(),
  onDelete: z
    .enum(["delete", "retain"], "must be delete or retain: a secret cannot be read, so it cannot be restored")
    .optional(),
});

/** The same after `check` has filled in what follows from them. */
const checkedArgs = z.looseObject({
  ...secretTextArgs.shape,
  name: z.string(),
  identifier: z.string(),
  secretManagerIdentifier: z.string(),
});

/** See {@link ObjectDomain}. */
export const secretTextDomain: ObjectDomain = {
  type: "SecretText",
  noun: "secret",
  wireType: "SecretText",
  schema: secretTextArgs,
  hyphens: true,
  restorable: false,
  rules: {
    ...objectRules,
    value: { effect: "update" },
    valueDigest: { effect: "update", reason: "changes with the value of the environment variable" },
    version: { effect: "note", reason: "counts the values; a state from before there was one gets it without a call" },
    valueFromEnv: { effect: "note", reason: "where the value comes from; the digest tells whether it changed" },
    reference: { effect: "update" },
    secretManagerIdentifier: { effect: "update" },
  },
  review,
  settings,
  wire,
  unseenChange: (stored, wanted) =>
    !sameOrBlank(stored["value"], wanted["value"]) || !sameOrBlank(stored["valueDigest"], wanted["valueDigest"]),
};

function review(args: Plain, stored: Plain): Review {
  const external = args["reference"] !== undefined;
  const manager = args["secretManagerIdentifier"] ?? (external ? undefined : BUILT_IN_MANAGER);
  return {
    problems: [...objectProblems(args, true), ...sourceProblems(args), ...managerProblems(manager, args, stored)],
    remarks: nameRemarks(args),
    computed: { secretManagerIdentifier: manager },
  };
}

function sourceProblems(args: Plain): Problem[] {
  const given = SOURCES.filter((key) => args[key] !== undefined);
  const problems: Problem[] = given
    .filter((key) => args[key] === "")
    .map((key) => ({ path: key, text: "is empty; Harness needs a value that is not empty" }));
  if (given.length === 0) {
    const text =
      "is missing; give the secret's text as value, valueFromEnv (a variable read where Pulumi runs), or reference (a name in an external secret manager)";
    problems.push({ path: "value", text });
  }
  if (given.length > 1) {
    problems.push({
      path: given.join(", "),
      text: `say the same thing in ${given.length} ways; keep exactly one of them`,
    });
  }
  return problems;
}

function managerProblems(manager: unknown, args: Plain, stored: Plain): Problem[] {
  const path = "secretManagerIdentifier";
  if (manager === undefined) {
    return [
      {
        path,
        text: "is missing; reference names a secret in an external manager: write that manager's connector, e.g. account.vault",
      },
    ];
  }
  if (args["reference"] !== undefined && manager === BUILT_IN_MANAGER) {
    return [
      {
        path,
        text: `is ${BUILT_IN_MANAGER}, which holds values, not references; write the external manager's connector`,
      },
    ];
  }
  const before = stored[path];
  if (before !== undefined && before !== manager && !isUnknown(manager) && staysTheSame(args, stored)) {
    const text = `cannot change from ${String(before)}: Harness keeps a secret in its manager for life. Declare a new SecretText with another identifier`;
    return [{ path, text }];
  }
  return [];
}

/** Whether the arguments name the stored secret; another scope or identifier is another secret. [H91] */
function staysTheSame(args: Plain, stored: Plain): boolean {
  const identifier = args["identifier"] ?? stored["identifier"];
  return (
    identifier === stored["identifier"] &&
    args["orgId"] === stored["orgId"] &&
    args["projectId"] === stored["projectId"]
  );
}

const wireSpec = z.looseObject({
  secretManagerIdentifier: z.string().nullish(),
  valueType: z.string().nullish(),
  value: z.string().nullish(),
});

/** The value is no setting: what is stored stands in for it. A reference is not secret and is read. */
function settings(live: WireObject): Plain {
  const spec = wireSpec.parse(live.spec ?? {});
  const reference = spec.valueType === "Reference" ? (spec.value ?? "") : "";
  return {
    secretManagerIdentifier: spec.secretManagerIdentifier ?? "",
    reference,
  };
}

function wire(input: Plain, tags: Tags, base: WireObject | undefined): Plain {
  const args = checkedArgs.parse(input);
  return objectWire(args, "SecretText", tags, base, {
    secretManagerIdentifier: args.secretManagerIdentifier,
    valueType: args.reference === undefined ? "Inline" : "Reference",
    value: args.reference ?? args.value,
  });
}
