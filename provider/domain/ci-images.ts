/**
 * The images Harness CI uses for its own steps, for all builds of the account: which name and tag, by field. Pure. [H174]
 */
import { z } from "zod";
import type { DiffRules } from "./diff";
import { type Review, remembered, treatmentRules } from "./object";
import { isPlain, type Plain } from "./plain";
import { misspelt, type Problem, type Remark } from "./problem";
import { hasUnknown, isUnknown } from "./unknown";
import { verifyImagesArg, verifyProblems, verifyRule } from "./verify-arg";

/** The kinds of infrastructure the account keeps a list for. */
export type Infra = "K8" | "VM";
/** Images by field, e.g. `addonTag: "harness/ci-addon:1.16.92"`. */
export type Images = Readonly<Record<string, string>>;

/** The arguments of `CiImages`. */
export const ciImagesArgs = z.strictObject({
  infra: z.enum(["K8", "VM"], 'must be "K8" (Kubernetes) or "VM"'),
  images: z.record(
    z.string(),
    z.string("must be a string, e.g. harness/ci-addon:1.16.92"),
    "must be a map of field to image",
  ),
  verify: verifyImagesArg,
  adopt: z.boolean("must be true or false").optional(),
  onDelete: z.enum(["restore", "reset", "retain"], "must be restore, reset or retain").optional(),
  preflight: z.literal("off", 'can only be "off"; leave it out otherwise').optional(),
});

/** What a change of each argument means. Another infrastructure is another list. */
export const ciImagesRules: DiffRules = {
  infra: { effect: "replace", reason: "each infrastructure has a list of its own" },
  images: { effect: "update" },
  verify: verifyRule,
  adopt: remembered,
  onDelete: remembered,
  ...treatmentRules,
};

/** `repository:tag`, or with a digest; no registry before it. */
const IMAGE = /^[a-z0-9]+([._/-][a-z0-9]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** Checks the arguments offline. */
export function reviewCiImages(args: Plain): Review {
  const { images } = args;
  const entries = isPlain(images) ? Object.entries(images) : [];
  const problems: Problem[] = entries.flatMap(([field, image]) => {
    const text = typeof image === "string" && !isUnknown(image) ? imageProblem(image) : undefined;
    return text === undefined ? [] : [{ path: `images.${field}`, text }];
  });
  if (isPlain(images) && entries.length === 0)
    problems.push({ path: "images", text: "is empty; name at least one field" });
  const remarks: Remark[] = entries
    .filter(([, image]) => typeof image === "string" && image.endsWith(":latest"))
    .map(([field]) => ({
      path: `images.${field}`,
      text: "is the tag latest: what it is can change without notice, and builds of one day can differ from those of the next",
    }));
  return { problems: [...problems, ...verifyProblems(args)], remarks, computed: {} };
}

function imageProblem(image: string): string | undefined {
  const [first = "", ...rest] = image.split("/");
  if (/^[a-z]+:\/\//i.test(image) || (rest.length > 0 && /[.:]|^localhost$/.test(first))) {
    const without = image
      .replace(/^[a-z]+:\/\//i, "")
      .split("/")
      .slice(1)
      .join("/");
    return `names a registry; Harness puts that of the connector before it. Write ${without || "repository:tag"}`;
  }
  if (!IMAGE.test(image)) return "is not the name of an image; write repository:tag, e.g. harness/ci-addon:1.16.92";
  return /[:@]/.test(image) ? undefined : `has no tag; write e.g. ${image}:1.16.92`;
}

/** The images an argument or output holds, as far as they are known. */
export function imagesIn({ images }: Plain): Images {
  if (!isPlain(images)) return {};
  const known = Object.entries(images).filter(([, image]) => typeof image === "string" && !isUnknown(image));
  return Object.fromEntries(known.map(([field, image]) => [field, String(image)]));
}

/** What stands against fields that are new to the resource; undefined when nothing does. */
export function fieldProblem(fields: readonly string[], defaults: Images, infra: string): string | undefined {
  const words = misspelt(fields, Object.keys(defaults));
  if (words.length === 0) return undefined;
  return `has ${words.length === 1 ? "a field" : "fields"} that Harness does not have for ${infra}: ${words.join(", ")}`;
}

/** Says that fields are overridden already by somebody else. */
export function takenProblem(fields: readonly string[], live: Images, wanted: Images): string | undefined {
  const taken = fields.filter((field) => live[field] !== undefined);
  if (taken.length === 0) return undefined;
  const words = taken.map(
    (field) => `${field} (there ${live[field]}, wanted ${wanted[field] ?? "a value known only after the update"})`,
  );
  return (
    `overrides what is overridden already, and nothing says that it is ours: ${words.join(", ")}. To take it over, write adopt: true ` +
    "(destroy puts the present values back); otherwise leave these fields out"
  );
}

/** What a preview tells of each field that is set. To pin what Harness gives today changes no build today. */
export function imagesNews(wanted: Plain, live: Images, defaults: Images): string | undefined {
  const given = isPlain(wanted["images"]) ? wanted["images"] : {};
  const set = Object.entries(given).filter(([field, image]) => image !== live[field]);
  if (set.length === 0) return undefined;
  const stays = ([field, image]: readonly [string, unknown]) => live[field] === undefined && image === defaults[field];
  const words = set.map(([field, image]) => {
    if (stays([field, image])) return `${field}: stays ${String(image)}, which Harness will no longer renew`;
    const becomes = hasUnknown(image) ? "a value known only after the update" : String(image);
    return `${field}: default ${defaults[field] ?? "unknown"}, now ${live[field] ?? "not overridden"}, becomes ${becomes}`;
  });
  const verb = set.every(stays) ? "pins" : "changes";
  return `${verb} the images of all ${String(wanted["infra"])} builds of the account, and a tag that is not in the registry breaks them: ${words.join("; ")}`;
}
