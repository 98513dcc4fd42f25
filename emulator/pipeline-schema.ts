import type { Refusal } from "./errors";
import { refusal } from "./errors";
import { identifierProblem } from "./identifier";
import type { JsonObject } from "./json";
import { dig, isObject } from "./json";
import { overridePath } from "./pipeline-references";
import { runtimeProblems } from "./pipeline-runtimes";
import type { Stage } from "./pipeline-yaml";
import { identifierIn, isV1, stagesIn } from "./pipeline-yaml";
import type { SchemaProblem } from "./schema-problem";
import { listProblem, noObject, textProblem } from "./schema-problem";

/** A v0 stage: of a template, or with a body whose steps and override can be looked at. [H127] [H135] [H159] */
function stageProblems({ fqn, body }: Stage): SchemaProblem[] {
  if (!isObject(body)) return noObject(body, fqn);
  const names = ["identifier", "name"].flatMap((key) => textProblem(body[key], `${fqn}.${key}`));
  if (isObject(body["template"])) return names;
  const execution = dig(body, "spec", "execution");
  const steps = isObject(execution) ? listProblem(execution["steps"], `${fqn}.spec.execution.steps`) : [];
  const path = overridePath(body);
  const override = path === undefined ? [] : textProblem(dig(body, ...path), [fqn, ...path].join("."), true);
  return [...names, ...textProblem(body["type"], `${fqn}.type`), ...steps, ...override];
}

/** A v1 stage. [H139] [H140] */
function stageProblemsV1({ fqn, body }: Stage): SchemaProblem[] {
  if (!isObject(body)) return noObject(body, fqn);
  return [...textProblem(body["id"], `${fqn}.id`, true), ...runtimeProblems(body["runtime"], `${fqn}.runtime`)];
}

/** Identifiers that an earlier stage has. [H134] */
function repeated(stages: readonly Stage[], key: "identifier" | "id"): SchemaProblem[] {
  const seen = new Set<unknown>();
  return stages.flatMap(({ fqn, body }) => {
    const identifier = dig(body, key);
    const known = identifier !== undefined && seen.has(identifier);
    seen.add(identifier);
    return known ? [{ fqn: `${fqn}.${key}`, error: `the identifier ${identifier} is not unique in the pipeline` }] : [];
  });
}

/** What is wrong with a pipeline as far as the emulator looks; unknown keys of v0 are nobody's concern. [H132] */
export function schemaProblems(root: JsonObject): SchemaProblem[] {
  const pipeline = root["pipeline"];
  if (!isObject(pipeline)) return noObject(pipeline, "$.pipeline");
  const v1 = isV1(root);
  const key = v1 ? "id" : "identifier";
  const stages = stagesIn(root);
  const problem = identifierProblem("connector", identifierIn(root) ?? "x", 128);
  const ofTemplate = isObject(pipeline["template"]) && pipeline["stages"] === undefined;
  return [
    ...textProblem(pipeline[key], `$.pipeline.${key}`, v1),
    ...(problem === undefined ? [] : [{ fqn: `$.pipeline.${key}`, error: problem }]),
    ...textProblem(pipeline["name"], "$.pipeline.name", v1),
    ...(ofTemplate ? [] : listProblem(pipeline["stages"], "$.pipeline.stages")),
    ...stages.flatMap(v1 ? stageProblemsV1 : stageProblems),
    ...repeated(stages, key),
  ];
}

/** The stage a problem is in. */
function stageInfo(root: JsonObject, fqn: string): JsonObject | null {
  const stage = stagesIn(root).find((one) => fqn.startsWith(`${one.fqn}.`));
  if (stage === undefined) return null;
  const [identifier, type, name] = ["identifier", "type", "name"].map((key) => dig(stage.body, key) ?? null);
  return { identifier: identifier ?? dig(stage.body, "id") ?? null, type, name, fqn: stage.fqn };
}

/** The refusal of a YAML that breaks the schema, in the spelling of the API it came through. [H159] */
export function schemaRefusal(root: JsonObject, problems: readonly SchemaProblem[], api: "v0" | "v1"): Refusal {
  const errors = problems.map(({ fqn, error }) => {
    const message = `${fqn.slice(fqn.lastIndexOf(".") + 1)}: ${error}`;
    const full = `${fqn}: ${error}`;
    const stage = stageInfo(root, fqn);
    return api === "v0"
      ? { message, messageWithFQN: full, fqn, stageInfo: stage, stepInfo: null, hintMessage: null }
      : { message, message_fqn: full, fqn, stage_info: stage, step_info: null, hint_message: null };
  });
  const list = api === "v0" ? "schemaErrors" : "yaml_error_wrapper";
  const message = problems.map(({ fqn, error }) => `${fqn}: ${error}`).join("; ");
  return refusal("INVALID_REQUEST", message, { metadata: { type: "YamlSchemaErrorWrapperDTO", [list]: errors } });
}
