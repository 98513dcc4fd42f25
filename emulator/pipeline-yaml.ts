import { parseDocument } from "yaml";
import type { JsonObject } from "./json";
import { dig, isObject, isStringMap } from "./json";

/** A YAML text as data. */
export interface ReadYaml {
  /** Empty when the text is not YAML, or not a map. */
  readonly root: JsonObject;
  /** Why it is not YAML, if so. */
  readonly problem?: string;
}

/** More than any pipeline has, and few enough to be looked at in no time. */
const MOST_NODES = 200_000;

/** Deeper than any pipeline nests. A parser that runs out of stack can take the whole process with it. */
const DEEPEST = 200;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [mark] of text.matchAll(/[[{}\]]/g)) {
    depth = Math.max(0, depth + (mark === "[" || mark === "{" ? 1 : -1));
    if (depth > DEEPEST) return true;
  }
  return /([-?]\s){200}/.test(text);
}

/** Reads YAML; never throws, whatever the text. */
export function readYaml(text: string): ReadYaml {
  if (isTooDeep(text)) return { root: {}, problem: "it nests too deep" };
  try {
    const document = parseDocument(text, { merge: true, logLevel: "error", prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) return { root: {}, problem: error.message };
    // Through JSON and back: what contains itself, or too often something else, could not be walked to an end.
    let left = MOST_NODES;
    const counted = (_: string, node: unknown): unknown => {
      left -= 1;
      if (left < 0) throw new RangeError("too many nodes");
      return node;
    };
    const value: unknown = JSON.parse(JSON.stringify(document.toJS(), counted) ?? "null");
    return { root: isObject(value) ? value : {} };
  } catch (error) {
    return { root: {}, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Tells v1 YAML from v0. [H139] */
export function isV1(root: JsonObject): boolean {
  return String(root["version"]) === "1";
}

/** How a pipeline is called. */
export interface Naming {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
}

function words(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The identifier a YAML names: `identifier`, in v1 `id`. [H139] */
export function identifierIn(root: JsonObject): string | undefined {
  return words(dig(root, "pipeline", isV1(root) ? "id" : "identifier"));
}

/** Name, description and tags as a YAML gives them. */
export function namingIn(root: JsonObject): Naming {
  const tags = dig(root, "pipeline", "tags");
  return {
    name: words(dig(root, "pipeline", "name")),
    description: words(dig(root, "pipeline", "description")),
    tags: isStringMap(tags) ? tags : undefined,
  };
}

/** A stage and where it stands. */
export interface Stage {
  /** For example `$.pipeline.stages[0].stage`. */
  readonly fqn: string;
  /** The stage's body; anything else when the YAML has no stage where one belongs. */
  readonly body: unknown;
}

/** Where stages can nest, by form of the YAML. [H133] [H139] */
const NESTS = {
  v0: [["parallel"], ["insert", "stages"]],
  v1: [
    ["parallel", "stages"],
    ["group", "stages"],
  ],
} as const;

function collect(items: unknown, fqn: string, form: keyof typeof NESTS): Stage[] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index): Stage[] => {
    const here = `${fqn}[${index}]`;
    const nests = NESTS[form].filter(([key]) => dig(item, key) !== undefined);
    if (nests.length > 0) return nests.flatMap((path) => collect(dig(item, ...path), [here, ...path].join("."), form));
    return [form === "v1" ? { fqn: here, body: item } : { fqn: `${here}.stage`, body: dig(item, "stage") }];
  });
}

/** All stages of a pipeline in order, those within parallels, inserts and groups too. */
export function stagesIn(root: JsonObject): Stage[] {
  return collect(dig(root, "pipeline", "stages"), "$.pipeline.stages", isV1(root) ? "v1" : "v0");
}

/** What a pipeline gives to the stages of its template. [H136] */
export function templateStagesIn(root: JsonObject): Stage[] {
  const path = ["pipeline", "template", "templateInputs", "stages"];
  return collect(dig(root, ...path), `$.${path.join(".")}`, "v0");
}
