import { nearest } from "./problem";

/** Why a stage cannot carry an override, and the way out. */
export interface Refusal {
  /** A sentence without its full stop. */
  readonly what: string;
  /** One or more whole sentences. */
  readonly next: string;
  /** Something is not written in the pipeline: where the stage comes from a template, it is written there. */
  readonly missing?: true;
  /** The stage whose infrastructure it has. */
  readonly source?: string;
}

const INFRASTRUCTURES = "Kubernetes (KubernetesDirect), a VM pool, or Docker on a local runner";
const RUNTIMES = "kubernetes, vm or shell";
const LONGEST_LIST = 20;
/** Items of v1 YAML that stand for stages written elsewhere. [H139] */
const ELSEWHERE = {
  template: {
    named: "made from a template",
    next: "Set the image connector in the template; this changes all that use it.",
  },
  chain: { named: "a chain", next: "Override the stages of the pipeline it runs; this changes every run of it." },
  dynamic: { named: "dynamic", next: "Set the image connector in the YAML it is made of." },
} as const;

/** A refusal as one text. */
export function refusalText({ what, next }: Refusal): string {
  return `${what}. ${next}`;
}

/** The text is no pipeline that can be read. */
export function unreadable(problem: string): Refusal {
  return { what: problem, next: "Correct the pipeline in Harness first, then run again." };
}

/** The pipeline has no stage of that identifier. */
export function noSuchStage(identifier: string, all: readonly string[], template: string | undefined): Refusal {
  const what = `the pipeline has no stage "${identifier}"`;
  if (all.length === 0 && template !== undefined) return { what, next: inTemplate(template, identifier) };
  if (all.length === 0) return { what, next: "It has no stages at all; add the stage first, then override it." };
  const near = nearest(identifier, all);
  return { what, next: `${near === undefined ? "" : `Did you mean ${near}? `}Its stages are ${listed(all)}.` };
}

function listed(all: readonly string[]): string {
  const more = all.length > LONGEST_LIST ? ` and ${all.length - LONGEST_LIST} more` : "";
  return `${all.slice(0, LONGEST_LIST).join(", ")}${more}`;
}

/** Several stages have that identifier. [H134] */
export function severalStages(identifier: string, paths: readonly string[]): Refusal {
  const what = `${paths.length} stages have the identifier "${identifier}": ${paths.join(", ")}`;
  return { what, next: "Harness wants identifiers to be unique: give all but one of them another." };
}

/** [H129] */
export function onHarnessCloud(stage: string): Refusal {
  const what = `stage "${stage}" runs on Harness Cloud, where no stage can have an image connector of its own`;
  const next =
    "Change the account-wide connector instead (account.harnessImage, connecting through the Harness Platform), or run the " +
    `stage on ${INFRASTRUCTURES}.`;
  return { what, next };
}

/** [H130] */
export function takesFromStage(stage: string, owner: string): Refusal {
  const what = `stage "${stage}" takes its infrastructure from stage "${owner}" (useFromStage), and with it the image connector`;
  return { source: owner, what, next: `Override stage "${owner}": both then pull through the same connector.` };
}

/** [H130] */
export function takesFromNowhere(stage: string, owner: string, all: readonly string[]): Refusal {
  const what = `stage "${stage}" takes its infrastructure from stage "${owner}" (useFromStage), which is no stage of this pipeline with one of its own`;
  return { what, next: `Correct useFromStage in the pipeline first. Its stages are ${listed(all)}.` };
}

/** [H130] */
export function takesWithoutOverride(stage: string, owner: string, refusal: Refusal): Refusal {
  const what = `stage "${stage}" takes its infrastructure from stage "${owner}" (useFromStage), which can have no image connector of its own: ${refusal.what}`;
  return { what, next: refusal.next };
}

/** [H131] */
export function hostedKubernetes(stage: string): Refusal {
  const what = `stage "${stage}" has the infrastructure KubernetesHosted, which Harness no longer offers and which has no override`;
  return { what, next: `Change the account-wide connector instead, or move the stage to ${INFRASTRUCTURES}.` };
}

/** [H137] */
export function chained(stage: string, pipeline: string | undefined): Refusal {
  const which = pipeline === undefined ? "another pipeline" : `the pipeline "${pipeline}"`;
  const what = `stage "${stage}" runs ${which} and has no infrastructure of its own`;
  return { what, next: "Override the stages of that pipeline; this changes every run of it." };
}

/** [H128] */
export function otherType(stage: string, type: string | undefined): Refusal {
  const what = `stage "${stage}" ${type === undefined ? "has no type" : `is of type ${type}, which has no image connector`}`;
  const next =
    "Only stages of type CI, SecurityTests, IACM and IDP have an image connector. A step group with containers has a setting of its own, " +
    "which this resource does not change.";
  return { what, next };
}

/** [H138] */
export function givenAtRunTime(stage: string, path: string): Refusal {
  const what = `stage "${stage}" has a runtime input where an object must be: ${path}`;
  const next =
    "Write the object into the pipeline; values inside it can stay runtime inputs. Or leave the pipeline as it is, and set the " +
    "image connector in the objects that its input sets give.";
  return { missing: true, what, next };
}

/** [H138] */
export function typeAtRunTime(stage: string, path: string): Refusal {
  const what = `stage "${stage}" has a runtime input for its type, so that nobody knows where its image connector stands: ${path}`;
  return { what, next: "Write the type into the pipeline; other values can stay runtime inputs." };
}

/** [H135] */
export function lockedByTemplate(stage: string, template: string, path: string): Refusal {
  const which = named(template);
  const what = `stage "${stage}" comes from ${which}, which does not leave its image connector open`;
  const next =
    `In ${which}, write harnessImageConnectorRef: <+input>; then ${path} appears in the inputs of this pipeline ` +
    "and can be overridden, with adopt: true. Or override it in the template itself.";
  return { missing: true, what, next };
}

/** [H136] */
export function lockedByPipelineTemplate(stage: string, template: string, path: string): Refusal {
  const which = named(template);
  const what = `the pipeline comes from ${which}, which does not leave the image connector of stage "${stage}" open`;
  const next = `In ${which}, write harnessImageConnectorRef: <+input> in that stage; then ${path} appears in the inputs of this pipeline and can be overridden, with adopt: true.`;
  return { missing: true, what, next };
}

/** [H127] */
export function noInfrastructure(stage: string): Refusal {
  const what = `stage "${stage}" has neither infrastructure nor runtime, so that there is nothing to pull images for`;
  return { missing: true, what, next: `Give the stage an infrastructure first: ${INFRASTRUCTURES}.` };
}

/** [H127] */
export function twoInfrastructures(stage: string): Refusal {
  const what = `stage "${stage}" has infrastructure and runtime, and Harness does not say which of them counts`;
  return { what, next: "Remove the one that is not meant." };
}

/** [H139] */
export function severalRuntimes(stage: string): Refusal {
  const what = `stage "${stage}" has several runtimes, and Harness does not say which of them counts`;
  return { what, next: "Remove those that are not meant." };
}

/** [H131] */
export function unknownInfrastructure(stage: string, kind: string): Refusal {
  const what = `stage "${stage}" has ${kind}, which is not known to have an image connector`;
  return { what, next: `Overrides work with ${INFRASTRUCTURES}.` };
}

/** Something between the stage and its setting is missing, or is no object. */
export function notAnObject(stage: string, path: string, canBeEmpty: boolean): Refusal {
  const what = `stage "${stage}" has no object at ${path}, on the way to its image connector`;
  const hint = canBeEmpty ? ` (an empty one is ${path.split(".").at(-1)}: {})` : "";
  return { missing: true, what, next: `Write it in the pipeline first${hint}.` };
}

/** The setting itself is a list or an object. */
export function notAReference(stage: string, path: string): Refusal {
  const what = `stage "${stage}" has something other than a text where its connector reference belongs: ${path}`;
  return { what, next: "Harness takes only a text there: correct the pipeline first, then run again." };
}

/** The text of the setting, or of what holds it, serves other places too. */
export function sharedText(stage: string, by: string, line: number, others: readonly string[]): Refusal {
  const known = others.filter((other) => other !== stage);
  const users = known.length === 0 ? "other places" : `stage${known.length === 1 ? "" : "s"} ${known.join(", ")}`;
  const what = `stage "${stage}" shares the text of its infrastructure with ${users} (${by}, line ${line}): an edit would change all of them`;
  const next = "Write the infrastructure out in this stage, without the anchor or merge key, and run again.";
  return { what, next };
}

/** [H139] */
export function wordRuntime(stage: string, word: string): Refusal {
  const what = `stage "${stage}" names its runtime with the word "${word}", which leaves no place for an image connector`;
  const key = word === "k8" ? "kubernetes" : word;
  return { what, next: `Write the object instead, e.g. runtime: { ${key}: {} } with its settings, then override it.` };
}

/** [H139] */
export function noRuntime(stage: string): Refusal {
  const what = `stage "${stage}" has no runtime, so that there is nothing to pull images for`;
  return { what, next: `Give the stage a runtime first: ${RUNTIMES}.` };
}

/** [H139] */
export function unknownRuntime(stage: string, kind: string | undefined): Refusal {
  const what = `stage "${stage}" has ${kind === undefined ? "an empty runtime" : `the runtime ${kind}, which is not known to have an image connector`}`;
  return { what, next: `Overrides work with the runtimes ${RUNTIMES}.` };
}

/** [H139] */
export function notAStage(stage: string, kind: keyof typeof ELSEWHERE): Refusal {
  const { named, next } = ELSEWHERE[kind];
  return { what: `stage "${stage}" is ${named}, and what it runs is not written in this pipeline`, next };
}

/** The edit could not be proved to change nothing else. */
export function unprovable(stage: string, path: string): Refusal {
  const what = `the text around ${path} cannot be edited without changing more than this setting of stage "${stage}"`;
  const next = "Write that part of the pipeline in plain block style, one key on each line, and run again.";
  return { what, next };
}

/** A template whose reference is itself an input, or missing, is "?". */
function named(template: string): string {
  return template === "?" ? "its template" : `the template ${template}`;
}

function inTemplate(template: string, stage: string): string {
  return `The pipeline comes from ${named(template)} and gives no inputs for its stages: in the template, write harnessImageConnectorRef: <+input> in stage "${stage}", so that it becomes an input here.`;
}
