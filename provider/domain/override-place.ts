import { isMap, isScalar } from "yaml";
import type { Refusal } from "./override-refusals";
import * as refusals from "./override-refusals";
import type { Pipeline, Stage } from "./pipeline-stages";
import {
  childOf,
  descend,
  dottedPath,
  isExpression,
  isExpressionText,
  isMapAt,
  lineNumber,
  type Spot,
  textAt,
  usesOf,
  wayTo,
  type YamlText,
} from "./pipeline-yaml";

/** Where the image connector of one stage is written, or would be. */
export interface Place {
  readonly stage: string;
  /** What kind of infrastructure was found, in Harness's words: `KubernetesDirect`, `VM`, `Docker`; in v1 YAML `kubernetes`, `vm`, `shell`. */
  readonly infrastructure: string;
  /** The key of the setting. */
  readonly key: string;
  /** The map that holds it. */
  readonly holder: Spot;
  /** The setting, when it is there; without a pair when it comes through a merge key. */
  readonly leaf: Spot | undefined;
  readonly path: readonly (string | number)[];
}

const STAGE_TYPES: ReadonlySet<string> = new Set(["CI", "SecurityTests", "IACM", "IDP"]);
/** The setting's key in v0 YAML. [H127] */
const KEY = "harnessImageConnectorRef";
/** Runtimes of v1 YAML and the key of the setting in each. [H139] */
const UNIFIED_KEYS: Readonly<Record<string, string>> = {
  kubernetes: "harness-image-connector",
  vm: "harness-image-connector",
  shell: "connector",
};

/** Finds the place of a stage's image connector, or says why there is none. */
export function placeOf(pipeline: Pipeline, identifier: string): Place | Refusal {
  const { stages, template } = pipeline;
  const named = stages.filter((stage) => stage.identifier === identifier);
  const [stage] = named;
  if (stage === undefined) {
    const all = stages.map((one) => one.identifier);
    return refusals.noSuchStage(identifier, all, template);
  }
  if (named.length > 1)
    return refusals.severalStages(
      identifier,
      named.map(({ body }) => dottedPath(body.path)),
    );
  const found = pipeline.dialect === "v1" ? unifiedPlace(pipeline.yaml, stage) : wrappedPlace(pipeline.yaml, stage);
  if (!("what" in found)) return sharing(pipeline, found) ?? found;
  return found.source === undefined ? found : fromStage(pipeline, identifier, found.source);
}

/** Follows `useFromStage` to the stage that has an infrastructure of its own. [H130] */
function fromStage(pipeline: Pipeline, stage: string, first: string): Refusal {
  const seen = [stage];
  for (let source = first; ; ) {
    const known = pipeline.stages.filter(({ identifier }) => identifier === source);
    if (known.length !== 1 || seen.includes(source)) {
      return refusals.takesFromNowhere(
        stage,
        source,
        pipeline.stages.map(({ identifier }) => identifier),
      );
    }
    seen.push(source);
    const [body] = known;
    const found = body && wrappedPlace(pipeline.yaml, body);
    if (found === undefined || !("what" in found)) return refusals.takesFromStage(stage, source);
    if (found.source === undefined) return refusals.takesWithoutOverride(stage, source, found);
    source = found.source;
  }
}

/** The reference that applies to the stage; undefined when there is none, or an empty one. */
export function valueAt({ leaf }: Place): string | undefined {
  return textAt(leaf) || undefined;
}

type Kind = Pick<Place, "infrastructure" | "key"> & { readonly holder: Spot | undefined };

function wrappedPlace(yaml: YamlText, stage: Stage): Place | Refusal {
  const template = childOf(yaml, stage.body, "template");
  if (template === undefined && stage.pipelineTemplate === undefined) return placeIn(yaml, stage, stage.body, true);
  const inputs = template === undefined ? stage.body : childOf(yaml, template, "templateInputs");
  if (isExpression(inputs)) return refusals.givenAtRunTime(stage.identifier, dottedPath(inputs?.path ?? []));
  const found = inputs === undefined ? undefined : placeIn(yaml, stage, inputs, false);
  if (found !== undefined && ("what" in found ? found.missing !== true : found.leaf !== undefined)) return found;
  const path =
    found !== undefined && "path" in found
      ? dottedPath(found.path)
      : `${dottedPath(stage.body.path)}${template === undefined ? "" : ".template.templateInputs"}.spec.infrastructure.spec.${KEY}`;
  const reference = template && (textAt(childOf(yaml, template, "templateRef")) ?? "?");
  return reference === undefined
    ? refusals.lockedByPipelineTemplate(stage.identifier, stage.pipelineTemplate ?? "?", path)
    : refusals.lockedByTemplate(stage.identifier, reference, path);
}

/** @param whole whether the stage is written here as a whole; inputs of a template hold only parts of it */
function placeIn(yaml: YamlText, { identifier }: Stage, body: Spot, whole: boolean): Place | Refusal {
  const type = textAt(childOf(yaml, body, "type"));
  if (type === "Pipeline") return refusals.chained(identifier, textAt(descend(yaml, body, "spec", "pipeline")));
  if (type !== undefined && isExpressionText(type))
    return refusals.typeAtRunTime(identifier, dottedPath([...body.path, "type"]));
  if (type === undefined ? whole : !STAGE_TYPES.has(type)) return refusals.otherType(identifier, type);
  const spec = childOf(yaml, body, "spec");
  if (!isMapAt(spec)) return absentObject(identifier, spec, [...body.path, "spec"]);
  const infrastructure = childOf(yaml, spec, "infrastructure");
  const runtime = childOf(yaml, spec, "runtime");
  if (infrastructure !== undefined && runtime !== undefined) return refusals.twoInfrastructures(identifier);
  const chosen = infrastructure ?? runtime;
  if (chosen === undefined) return refusals.noInfrastructure(identifier);
  if (!isMapAt(chosen)) return absentObject(identifier, chosen, chosen.path);
  const kind =
    infrastructure === undefined ? runtimeKind(yaml, identifier, chosen) : infrastructureKind(yaml, identifier, chosen);
  return "what" in kind ? kind : placed(yaml, identifier, kind, chosen);
}

function infrastructureKind(yaml: YamlText, stage: string, infrastructure: Spot): Kind | Refusal {
  const owner = textAt(childOf(yaml, infrastructure, "useFromStage"));
  if (owner !== undefined) return refusals.takesFromStage(stage, owner);
  const kind = childOf(yaml, infrastructure, "type");
  if (isExpression(kind)) return refusals.typeAtRunTime(stage, dottedPath(kind?.path ?? []));
  const type = textAt(kind);
  const spec = childOf(yaml, infrastructure, "spec");
  if (type === "KubernetesDirect") return { infrastructure: type, key: KEY, holder: spec };
  if (type === "KubernetesHosted") return refusals.hostedKubernetes(stage);
  if (type !== "VM") return refusals.unknownInfrastructure(stage, kindNamed("infrastructure", type));
  const pool = spec && textAt(childOf(yaml, spec, "type"));
  if (spec !== undefined && pool !== undefined && pool !== "Pool")
    return refusals.unknownInfrastructure(stage, `the infrastructure VM of type ${pool}`);
  if (isExpression(spec)) return { infrastructure: type, key: KEY, holder: spec };
  const inner = (spec && childOf(yaml, spec, "spec")) ?? missingAt([...infrastructure.path, "spec", "spec"]);
  return { infrastructure: type, key: KEY, holder: inner };
}

function runtimeKind(yaml: YamlText, stage: string, runtime: Spot): Kind | Refusal {
  const type = textAt(childOf(yaml, runtime, "type"));
  if (type === "Cloud") return refusals.onHarnessCloud(stage);
  if (type === "Docker") return { infrastructure: type, key: KEY, holder: childOf(yaml, runtime, "spec") };
  return refusals.unknownInfrastructure(stage, kindNamed("runtime", type));
}

/** [H139] */
function unifiedPlace(yaml: YamlText, { identifier, body }: Stage): Place | Refusal {
  const elsewhere = (["template", "chain", "dynamic"] as const).find((key) => childOf(yaml, body, key) !== undefined);
  if (elsewhere !== undefined) return refusals.notAStage(identifier, elsewhere);
  const runtime = childOf(yaml, body, "runtime");
  if (runtime === undefined) return refusals.noRuntime(identifier);
  const word = textAt(runtime);
  if (word === "cloud" || childOf(yaml, runtime, "cloud") !== undefined) return refusals.onHarnessCloud(identifier);
  if (isExpression(runtime) || (word === undefined && !isMapAt(runtime)))
    return absentObject(identifier, runtime, runtime.path);
  if (word !== undefined) return refusals.wordRuntime(identifier, word);
  const [found, another] = Object.entries(UNIFIED_KEYS).filter(([kind]) => childOf(yaml, runtime, kind) !== undefined);
  if (another !== undefined) return refusals.severalRuntimes(identifier);
  if (found === undefined) return refusals.unknownRuntime(identifier, keysOf(runtime)[0]);
  const [infrastructure, key] = found;
  return placed(yaml, identifier, { infrastructure, key, holder: childOf(yaml, runtime, infrastructure) }, runtime);
}

function placed(yaml: YamlText, stage: string, { infrastructure, key, holder }: Kind, above: Spot): Place | Refusal {
  if (!isMapAt(holder)) return absentObject(stage, holder, holder?.path ?? [...above.path, "spec"], true);
  const leaf = childOf(yaml, holder, key);
  const path = [...holder.path, key];
  const isReference =
    leaf?.node === undefined || (isScalar(leaf.node) && ["string", "object"].includes(typeof leaf.node.value));
  return isReference
    ? { stage, infrastructure, key, holder, leaf, path }
    : refusals.notAReference(stage, dottedPath(path));
}

function missingAt(path: Spot["path"]): Spot {
  return { node: undefined, path, pair: undefined, shared: undefined };
}

function kindNamed(noun: string, type: string | undefined): string {
  return type === undefined ? `${noun === "runtime" ? "a" : "an"} ${noun} without a type` : `the ${noun} ${type}`;
}

function absentObject(stage: string, spot: Spot | undefined, path: Spot["path"], canBeEmpty = false): Refusal {
  const shown = dottedPath(path);
  return isExpression(spot) ? refusals.givenAtRunTime(stage, shown) : refusals.notAnObject(stage, shown, canBeEmpty);
}

function keysOf({ node }: Spot): string[] {
  return isMap(node) ? node.items.map(({ key }) => String(key)) : [];
}

/** Whether the text to edit serves other places too: through an alias or merge key here, or an anchor that others use. */
function sharing(pipeline: Pipeline, place: Place): Refusal | undefined {
  const { yaml } = pipeline;
  const { holder, leaf, stage } = place;
  // A reference that is an alias itself can be replaced: only the alias stands here.
  const written = leaf?.pair !== undefined && leaf.shared === holder.shared;
  const used = anchorsTo(yaml, written ? place.path : holder.path).find(
    (name) => usesOf(yaml, name).aliases.length > 0,
  );
  const by = holder.shared ?? (used === undefined ? undefined : `&${used}`);
  if (by === undefined) return undefined;
  const name = by.replace(/^<<: |[*&]/g, "");
  const { anchor, aliases } = usesOf(yaml, name);
  const places = anchor === undefined ? aliases : [anchor, ...aliases];
  const others = pipeline.stages.filter(({ body }) => places.some((offset) => holds(body, offset)));
  const names = others.map(({ identifier }) => identifier);
  // A map that a merge key brings in can stand right there, without an anchor.
  const at = anchor === undefined ? holder.node?.range?.[0] : yaml.text.lastIndexOf(`&${name}`, anchor);
  const line = lineNumber(yaml.text, at ?? 0);
  return refusals.sharedText(stage, by, line, names);
}

function anchorsTo(yaml: YamlText, path: Spot["path"]): string[] {
  return wayTo(yaml, path).flatMap((node) => ("anchor" in node && node.anchor ? [node.anchor] : []));
}

function holds({ node }: Spot, offset: number): boolean {
  const range = node?.range;
  return range !== undefined && range !== null && range[0] <= offset && offset < range[1];
}
