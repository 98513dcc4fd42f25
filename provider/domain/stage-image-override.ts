/**
 * The image connector of one stage (Harness: *Override Image Connector*): one field of one stage of a pipeline that belongs to
 * somebody else. [H127]
 */
import { z } from "zod";
import { type DiffRule, type DiffRules, sameOrBlank } from "./diff";
import { identifierProblem } from "./identifier";
import { type Review, remembered, requiredText, treatmentArgs, treatmentRules } from "./object";
import { knownText } from "./object-args";
import { isExpressionText } from "./pipeline-yaml";
import { isPlain, type Plain } from "./plain";
import type { Problem } from "./problem";
import { readRef } from "./scope";

/** The arguments of `StageImageOverride`. */
export const stageImageOverrideArgs = z.strictObject({
  orgId: requiredText("is missing; write the identifier of the pipeline's organisation"),
  projectId: requiredText("is missing; write the identifier of the pipeline's project"),
  pipelineIdentifier: requiredText(
    "is missing; write the identifier of the pipeline (Harness shows it below the name)",
  ),
  stageIdentifier: requiredText("is missing; write the identifier of the stage (findBuildStages lists them)"),
  connectorRef: requiredText("is missing; write a DockerConnector's ref, or account.<id>"),
  git: z
    .strictObject({
      branch: requiredText("is missing; write the branch whose pipeline is to change"),
      commitMessage: z.string("must be a string").optional(),
    })
    .optional(),
  onDelete: z.enum(["restore", "remove", "retain"], "must be restore, remove or retain").optional(),
  allowNonAccountScope: z.boolean("must be true or false").optional(),
  marker: z.boolean("must be true or false").optional(),
  ...treatmentArgs,
});

const elsewhere: DiffRule = { effect: "replace", reason: "names the stage; another one is another override" };

/** What a change of each argument means. */
export const stageImageOverrideRules: DiffRules = {
  orgId: elsewhere,
  projectId: elsewhere,
  pipelineIdentifier: elsewhere,
  stageIdentifier: elsewhere,
  "git.branch": elsewhere,
  connectorRef: { effect: "update" },
  marker: { effect: "update", same: (a, b) => (a ?? true) === (b ?? true), reason: "the comment comes or goes" },
  "git.commitMessage": remembered,
  allowNonAccountScope: remembered,
  ...treatmentRules,
};

/** One stage of one pipeline, on one branch where the pipeline is in Git. */
export interface StageAddress {
  readonly orgId: string;
  readonly projectId: string;
  readonly pipelineIdentifier: string;
  readonly stageIdentifier: string;
  readonly branch: string | undefined;
}

/** The stage that arguments or outputs name; undefined while a part of it is not known. */
export function stageIn(props: Plain): StageAddress | undefined {
  const [orgId, projectId] = [knownText(props["orgId"]), knownText(props["projectId"])];
  const [pipelineIdentifier, stageIdentifier] = [
    knownText(props["pipelineIdentifier"]),
    knownText(props["stageIdentifier"]),
  ];
  if (!orgId || !projectId || !pipelineIdentifier || !stageIdentifier) return undefined;
  const { git } = props;
  if (git !== undefined && !isPlain(git)) return undefined;
  const branch = knownText(git?.["branch"]);
  return git !== undefined && branch === undefined
    ? undefined
    : { orgId, projectId, pipelineIdentifier, stageIdentifier, branch };
}

/** `org/project/pipeline/stage` */
export function stageId({ orgId, projectId, pipelineIdentifier, stageIdentifier }: StageAddress): string {
  return [orgId, projectId, pipelineIdentifier, stageIdentifier].join("/");
}

/** Reads `org/project/pipeline/stage`; undefined when the text has not four non-empty parts. */
export function stageOfId(id: string): StageAddress | undefined {
  const [orgId, projectId, pipelineIdentifier, stageIdentifier, ...more] = id.split("/");
  if (!orgId || !projectId || !pipelineIdentifier || !stageIdentifier || more.length > 0) return undefined;
  return { orgId, projectId, pipelineIdentifier, stageIdentifier, branch: undefined };
}

/** What can be known of the arguments without asking Harness. */
export function reviewOverride(args: Plain): Review {
  const names = ["orgId", "projectId", "pipelineIdentifier", "stageIdentifier"];
  const problems = [...names.flatMap((path) => nameProblems(path, args[path])), ...gitProblems(args["git"])];
  const { problem, remark } = referenceFinding(args["connectorRef"], args["allowNonAccountScope"] === true);
  return {
    problems: problem === undefined ? problems : [...problems, { path: "connectorRef", text: problem }],
    remarks: remark === undefined ? [] : [{ path: "connectorRef", text: remark }],
    computed: {},
  };
}

/** Whether live and wanted reference are one. */
export function sameReference(live: string | undefined, wanted: unknown): boolean {
  return sameOrBlank(live, wanted);
}

function nameProblems(path: string, value: unknown): Problem[] {
  const text = knownText(value);
  if (text === undefined || /^[\w$.-]+$/.test(text)) return [];
  const hint = text.includes("/") ? "; each part of org/project/pipeline/stage has an argument of its own" : "";
  return [{ path, text: `is not an identifier; copy it from Harness, where it stands below the name${hint}` }];
}

function gitProblems(git: unknown): Problem[] {
  if (!isPlain(git)) return [];
  const [branch, message] = [knownText(git["branch"]), knownText(git["commitMessage"])];
  const problems: Problem[] = [];
  if (branch !== undefined && !/^\S+$/.test(branch)) {
    problems.push({ path: "git.branch", text: "is no name of a Git branch; write e.g. main" });
  }
  if (message?.trim() === "") {
    const text = "is blank; write a message, or leave it out to have one that names the stage";
    problems.push({ path: "git.commitMessage", text });
  }
  return problems;
}

/** Harness's documentation wants account scope; its server checks nothing. [H141] [H160] */
function referenceFinding(value: unknown, anyScope: boolean): { problem?: string; remark?: string } {
  const reference = knownText(value);
  if (reference === undefined) return {};
  if (reference.trim() === "")
    return { problem: "is empty; write account.<id>, or remove the resource to have no override" };
  if (isExpressionText(reference)) {
    const found = "is an expression, of which nobody can say where it leads";
    return anyScope
      ? { remark: `${found}; it is written as it is` }
      : { problem: `${found}; write account.<id>, or allowNonAccountScope: true if you are sure` };
  }
  const { level, identifier } = readRef(reference);
  if (identifierProblem(identifier) !== undefined) {
    return { problem: "is not a reference to a connector; write a DockerConnector's ref, or account.<id>" };
  }
  if (level === "account") return {};
  const found = `(${reference}) names a connector of the ${level === "org" ? "organisation" : "project"}, but Harness asks for one at account scope here`;
  return anyScope
    ? { remark: `${found}; builds decide whether it works` }
    : {
        problem: `${found}; create the connector at account scope (no orgId, no projectId) and write account.<id>, or write allowNonAccountScope: true (whether that works only a build shows)`,
      };
}
