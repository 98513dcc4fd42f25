import {
  childOf,
  descend,
  isMapAt,
  itemsOf,
  readYaml,
  rootOf,
  type Spot,
  textAt,
  type YamlText,
} from "./pipeline-yaml";

/** How a pipeline is written: with `stage:` wrappers [H133], or Harness 3.0's way [H139]. */
type Dialect = "v0" | "v1";

/** One stage of a pipeline, wherever it hides. */
export interface Stage {
  readonly identifier: string;
  /** Its body: in v0 YAML the value of `stage`. */
  readonly body: Spot;
  /** The pipeline template whose inputs it is in, if any. [H136] */
  readonly pipelineTemplate: string | undefined;
}

/** A pipeline's text and its stages. */
export interface Pipeline {
  readonly yaml: YamlText;
  readonly dialect: Dialect;
  readonly stages: readonly Stage[];
  /** The template it is made from as a whole, if any. [H136] */
  readonly template: string | undefined;
}

/** Deeper than anybody nests; aliases could lead in circles. */
const DEEPEST = 16;

/** A pipeline, or what is wrong with its text: a sentence without its full stop. */
export type Content = Pipeline | { readonly problem: string };

/** Reads a pipeline's YAML; a problem is a sentence without its full stop. */
export function readPipeline(text: string): Content {
  const yaml = readYaml(text);
  if ("problem" in yaml) return { problem: `the YAML of the pipeline cannot be read: ${yaml.problem}` };
  const root = rootOf(yaml);
  const pipeline = childOf(yaml, root, "pipeline");
  if (!isMapAt(pipeline)) return { problem: "the YAML holds no pipeline" };
  const dialect = String(childOf(yaml, root, "version")?.node ?? "") === "1" ? "v1" : "v0";
  const template = childOf(yaml, pipeline, "template");
  const templateRef = isMapAt(template) ? (textAt(childOf(yaml, template, "templateRef")) ?? "?") : undefined;
  const list = descend(yaml, pipeline, "stages") ?? descend(yaml, pipeline, "template", "templateInputs", "stages");
  const found = dialect === "v0" ? stagesIn(yaml, list, 0) : unifiedStagesIn(yaml, list, 0);
  const stages = found.map((stage) => ({ ...stage, pipelineTemplate: templateRef }));
  return { yaml, dialect, stages, template: templateRef };
}

type Found = Omit<Stage, "pipelineTemplate">;

function stagesIn(yaml: YamlText, list: Spot | undefined, depth: number): Found[] {
  if (depth > DEEPEST) return [];
  return itemsOf(yaml, list).flatMap((item) => [
    ...stageOf(yaml, childOf(yaml, item, "stage"), "identifier"),
    ...stagesIn(yaml, childOf(yaml, item, "parallel"), depth + 1),
    ...stagesIn(yaml, descend(yaml, item, "insert", "stages"), depth + 1),
  ]);
}

function unifiedStagesIn(yaml: YamlText, list: Spot | undefined, depth: number): Found[] {
  if (depth > DEEPEST) return [];
  return itemsOf(yaml, list).flatMap((item) => {
    const nested = ["parallel", "group"].filter((key) => childOf(yaml, item, key) !== undefined);
    if (nested.length === 0) return stageOf(yaml, item, "id");
    return nested.flatMap((key) => unifiedStagesIn(yaml, descend(yaml, item, key, "stages"), depth + 1));
  });
}

function stageOf(yaml: YamlText, body: Spot | undefined, key: string): Found[] {
  const identifier = body && textAt(childOf(yaml, body, key));
  return body === undefined || identifier === undefined ? [] : [{ identifier, body }];
}
