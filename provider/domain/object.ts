import { z } from "zod";
import type { DiffRule, DiffRules } from "./diff";
import type { Tags } from "./marks";
import { omit, type Plain } from "./plain";
import type { Problem, Remark } from "./problem";

/** A Harness object as the server describes it, whatever its resource: the body under `connector` or `secret`. */
export const wireObject = z.looseObject({
  identifier: z.string(),
  name: z.string(),
  type: z.string(),
  description: z.string().nullish(),
  orgIdentifier: z.string().nullish(),
  projectIdentifier: z.string().nullish(),
  tags: z.record(z.string(), z.string().nullable()).nullish(),
  spec: z.looseObject({}).nullish(),
});

/** See {@link wireObject}. */
export type WireObject = z.infer<typeof wireObject>;

/** Keys of an object that belong to the server and are never sent back. [H54] */
export const SERVER_KEYS: readonly string[] = ["accountIdentifier", "uniqueId", "parentUniqueId"];

/** What looking at arguments, without asking anybody, brings to light. */
export interface Review {
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
  /** Arguments that are derived or put into the form Harness needs. */
  readonly computed: Plain;
}

/**
 * The pure side of a Harness object that has a scope, an identifier, a name and tags. With it, `ownedObject` gives the resource
 * its whole life.
 */
export interface ObjectDomain {
  /** The resource class, e.g. `DockerConnector`. */
  readonly type: string;
  /** Harness's word for the object, e.g. `connector`: also its key in bodies. */
  readonly noun: "connector" | "secret";
  /** Harness's `type` of the object. */
  readonly wireType: string;
  /** The arguments a program may give. */
  readonly schema: z.ZodObject;
  readonly rules: DiffRules;
  /** Whether an identifier may hold `-`. [H73] */
  readonly hyphens: boolean;
  /** Whether Harness reports everything a write needs, so that an object can be put back as it was. A secret's value it does not. */
  readonly restorable: boolean;
  /** Checks the arguments beyond their schema. */
  review(args: Plain, stored: Plain): Review;
  /** The settings Harness reports, under the names of the arguments. */
  settings(live: WireObject): Plain;
  /** The object to send. `base` is what is there now: what we do not model is carried through. [H30] */
  wire(args: Plain, tags: Tags, base: WireObject | undefined): Plain;
  /** Whether something that cannot be read back has changed, so that equal settings do not mean an equal object. */
  unseenChange(stored: Plain, wanted: Plain): boolean;
}

/** A text that must be given. Absent and of another type are different mistakes. */
export function requiredText(missing: string): z.ZodString {
  return z.string({ error: ({ input }) => (input === undefined ? missing : "must be a string") });
}

/** Arguments of every resource that say how we treat what is in Harness, and not what it is. */
export const treatmentArgs = {
  adopt: z.union([z.boolean(), z.literal("takeover")], 'must be true, false or "takeover"').optional(),
  preflight: z.literal("off", 'can only be "off"; leave it out otherwise').optional(),
};

/** Arguments every object has. */
export const objectArgs = {
  ...treatmentArgs,
  name: z.string("must be a string").optional(),
  identifier: z.string("must be a string").optional(),
  description: z.string("must be a string").optional(),
  tags: z.record(z.string(), z.string("must be a string"), "must be a map of strings").optional(),
  orgId: z.string("must be a string").optional(),
  projectId: z.string("must be a string").optional(),
  forceDelete: z.boolean("must be true or false").optional(),
};

const newObject: DiffRule = { effect: "replace", reason: "names the object; Harness cannot rename or move one [H34]" };
/** The rule of an argument that only says how we treat what is in Harness. */
export const remembered: DiffRule = { effect: "note", reason: "says how we treat it, not what it is" };

/** Rules of the arguments and outputs that every resource has. */
export const treatmentRules: DiffRules = {
  adopt: remembered,
  onDelete: remembered,
  preflight: { effect: "ignore", reason: "says what is asked in preview" },
  accountId: { effect: "ignore", reason: "another account is refused, never a replacement" },
};

/** Rules every object has. */
export const objectRules: DiffRules = {
  identifier: newObject,
  orgId: newObject,
  projectId: newObject,
  name: { effect: "update" },
  description: { effect: "update" },
  tags: { effect: "update" },
  forceDelete: remembered,
  ...treatmentRules,
};

/** The body that every object has, around its `spec`. What is there now and we do not model is carried through. [H30] */
export function objectWire(
  args: Plain,
  wireType: string,
  tags: Tags,
  base: WireObject | undefined,
  spec: Plain,
): Plain {
  return {
    ...omit(base ?? {}, SERVER_KEYS),
    name: args["name"],
    identifier: args["identifier"],
    description: args["description"] ?? "",
    orgIdentifier: args["orgId"],
    projectIdentifier: args["projectId"],
    tags,
    type: wireType,
    spec: { ...(base?.spec ?? {}), ...spec },
  };
}
