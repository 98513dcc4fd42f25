import * as pulumi from "@pulumi/pulumi";

/** Which stages to look for. */
export interface FindBuildStagesArgs {
  /** Organisation to look in. */
  orgId: string;
  /** Project to look in. */
  projectId: string;
  /** Only this pipeline. @default all pipelines of the project */
  pipelineIdentifier?: string | undefined;
  /**
   * Branch to read remote pipelines on; those that are not on it are left out, with a warning, and it is an error if none is.
   * @default each pipeline's own default branch
   */
  branch?: string | undefined;
  /**
   * What becomes of pipelines that cannot be read: broken YAML, a repository that is gone. `"skip"` leaves them out, with a warning;
   * overrides made from the list are then taken back there.
   * @default "throw": an error that names them all
   */
  unreadable?: "throw" | "skip" | undefined;
  /** Only stages for which this holds; a pattern is compared with `pipeline/stage`. @default all of them */
  match?: RegExp | ((stage: BuildStage) => boolean) | undefined;
  /** Settings of another account than the stack's, as for a `Provider`. @default the stack configuration `harness:*` and the environment */
  account?: { platformApiKey?: string; accountId?: string; endpoint?: string } | undefined;
}

/** One stage that has, or could have, an image connector of its own. */
export interface BuildStage {
  orgId: string;
  projectId: string;
  pipelineIdentifier: string;
  stageIdentifier: string;
  /** Whether a `StageImageOverride` can be made for it. */
  overridable: boolean;
  /** Why not, and what to do instead, when it cannot. */
  reason?: string;
  /** `KubernetesDirect`, `VM`, `Docker`; in v1 YAML `kubernetes`, `vm`, `shell`; absent where there is no place for an override. */
  infrastructure?: string;
  /** The reference the stage has now, if any: ours too, once it is set. To leave others' stages out, look at `managedBy` as well. */
  connectorRef?: string;
  /** Owner in the mark of the Pulumi resource that set it, if any. */
  managedBy?: string;
  /** Branch of a remote pipeline, to be given as `git.branch`; absent for an inline one. */
  branch?: string;
}

/**
 * Lists the stages of a project's pipelines with their infrastructure and image connector, so that a program can override many
 * without naming each: by the pipelines' identifiers, and in the order they have there. It asks Harness while the program runs, in
 * preview too; answers are kept for the run.
 *
 * @example
 * ```ts
 * async function overrideAll(connectorRef: pulumi.Input<string>): Promise<void> {
 *   const stages = await findBuildStages({ orgId: "default", projectId: "shop", match: ({ overridable }) => overridable });
 *   for (const { orgId, projectId, pipelineIdentifier, stageIdentifier, branch } of stages) {
 *     new StageImageOverride(`${pipelineIdentifier}-${stageIdentifier}`, {
 *       orgId, projectId, pipelineIdentifier, stageIdentifier, connectorRef,
 *       ...(branch === undefined ? {} : { git: { branch } }),
 *     });
 *   }
 * }
 * ```
 *
 * @throws an error with one of `ERROR_CODES` when an argument is wrong, Harness cannot be asked, or pipeline or branch are not there
 */
export async function findBuildStages(args: FindBuildStagesArgs): Promise<BuildStage[]> {
  const runtime: typeof import("../provider/runtime") = require("../provider/runtime");
  const config = new pulumi.Config("harness");
  const { account, ...where } = args;
  const own: { [key: string]: string | undefined } = { ...account };
  const given = (key: string) =>
    account === undefined ? config.get(key.slice("harness:".length)) : own[key.slice("harness:".length)];
  const run = pulumi.runtime.getStackResource() ?? {};
  return runtime.findStages(run, given, where, (line) => void pulumi.log.warn(line));
}
