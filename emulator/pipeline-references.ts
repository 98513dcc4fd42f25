import type { JsonObject } from "./json";
import { dig } from "./json";
import type { Stage } from "./pipeline-yaml";
import { isV1, stagesIn, templateStagesIn } from "./pipeline-yaml";
import type { Scope } from "./scope";
import { scopeAt } from "./scope";
import { connectorNode } from "./store";

/** The stage types that can have their images from elsewhere. [H128] */
const IMAGE_STAGES: readonly unknown[] = ["CI", "SecurityTests", "IACM", "IDP"];
const INFRASTRUCTURE = ["spec", "infrastructure"];
const REF = "harnessImageConnectorRef";

/** Where in a v0 stage the override stands; nothing where it would not be read. [H127] [H129] [H130] */
export function overridePath(stage: unknown): readonly string[] | undefined {
  if (!IMAGE_STAGES.includes(dig(stage, "type"))) return undefined;
  const type = dig(stage, ...INFRASTRUCTURE, "type");
  if (type === "KubernetesDirect") return [...INFRASTRUCTURE, "spec", REF];
  if (type === "VM" && dig(stage, ...INFRASTRUCTURE, "spec", "type") === "Pool") {
    return [...INFRASTRUCTURE, "spec", "spec", REF];
  }
  return dig(stage, "spec", "runtime", "type") === "Docker" ? ["spec", "runtime", "spec", REF] : undefined;
}

/** Where in the runtime of a v1 stage connectors stand. [H139] */
const V1_PLACES = [
  ["kubernetes", "harness-image-connector"],
  ["kubernetes", "connector"],
  ["vm", "harness-image-connector"],
  ["shell", "connector"],
  ["cloud", "connector"],
];

function referencesOf({ body }: Stage, v1: boolean): unknown[] {
  if (v1) return V1_PLACES.map((path) => dig(body, "runtime", ...path));
  const stage = dig(body, "template", "templateInputs") ?? body;
  const path = overridePath(stage);
  return [path && dig(stage, ...path), dig(stage, ...INFRASTRUCTURE, "spec", "connectorRef")];
}

/** The name of the connector in the usage index; undefined for what is none, an expression say. [H141] */
function nodeOf(reference: unknown, owner: Scope): string | undefined {
  if (typeof reference !== "string" || reference === "" || reference.includes("<+")) return undefined;
  const [, prefix, identifier = ""] = /^(?:(account|org)\.)?(.*)$/.exec(reference) ?? [];
  const level = prefix === "account" || prefix === "org" ? prefix : "project";
  return connectorNode(scopeAt(owner, level), identifier);
}

/** The connectors a pipeline refers to; whether they exist is nobody's concern. [H142] [H160] */
export function connectorNodes(root: JsonObject, owner: Scope): string[] {
  const references = [...stagesIn(root), ...templateStagesIn(root)].flatMap((stage) => referencesOf(stage, isV1(root)));
  return [...new Set(references)].flatMap((reference) => nodeOf(reference, owner) ?? []);
}
