import type { Answer } from "./answers";
import { requirePermission } from "./auth";
import type { Refusal } from "./errors";
import { refusal } from "./errors";
import { notFound, requirePlace } from "./not-found";
import type { GitAsk } from "./pipeline-git";
import { branchOfUpdate, newHome } from "./pipeline-git";
import { dropPipeline, savePipeline } from "./pipeline-save";
import { schemaProblems, schemaRefusal } from "./pipeline-schema";
import type { Naming } from "./pipeline-yaml";
import { identifierIn, isV1, readYaml } from "./pipeline-yaml";
import { policyDenial } from "./policy";
import type { PipelineRecord } from "./records";
import type { Call } from "./router";
import type { Scope } from "./scope";
import { entityKey, wireScope } from "./scope";
import type { State } from "./state";

/** A create or update as it was asked for. */
export interface PipelineWrite {
  readonly api: "v0" | "v1";
  readonly scope: Scope;
  /** From the path or body; a v0 create has it in the YAML only. */
  readonly identifier: string | undefined;
  readonly yaml: string;
  readonly git: GitAsk;
  readonly naming?: Naming;
}

/** Lets pass who may do something with a pipeline, or with those of a project. [H161] */
export function requirePipelineRight(call: Call, verb: string, scope: Scope, identifier?: string): void {
  const target = { scope, permission: `core_pipeline_${verb}`, resourceType: "PIPELINE" };
  requirePermission(call.token, identifier === undefined ? target : { ...target, identifier });
}

/** A pipeline that must be there. [H158] */
export function existingPipeline(state: State, scope: Scope, identifier: string): PipelineRecord {
  const record = state.store.pipelines.get(entityKey(scope, identifier));
  if (record !== undefined) return record;
  const place = `under Project[${scope.projectId}], Organization [${scope.orgId}]`;
  throw notFound(state, `Pipeline [${identifier}] ${place} doesn't exist or has been deleted.`);
}

/** Checks the YAML; gives the identifier of the pipeline, which must be the one asked for. [H147] [H159] */
function checkedIdentifier({ api, yaml, identifier }: PipelineWrite): string {
  const { root, problem } = readYaml(yaml);
  if (problem !== undefined) throw refusal("INVALID_REQUEST", `Cannot read the YAML of the pipeline: ${problem}`);
  if (api === "v0" && isV1(root)) throw refusal("INVALID_REQUEST", "This endpoint does not take YAML of version 1");
  const problems = schemaProblems(root);
  if (problems.length > 0) throw schemaRefusal(root, problems, api);
  const named = identifierIn(root) ?? identifier ?? "";
  if (identifier !== undefined && named !== identifier) {
    throw refusal("INVALID_REQUEST", "Pipeline identifier in URL does not match pipeline identifier in yaml");
  }
  return named;
}

/** A policy's denial, as a success or as an error. [H150] */
function denialOf(state: State, { api, scope, yaml }: PipelineWrite, identifier: string): Answer | undefined {
  const denial = policyDenial(state, { identifier, ...wireScope(scope), yaml }, identifier);
  if (denial === undefined || (api === "v0" && state.switches.pipelineDenial === "200")) return denial;
  throw refusal("INVALID_REQUEST", "Pipeline does not follow the Policies in these Policy Sets: [emulator policies]");
}

function save({ state }: Call, write: PipelineWrite, place: Pick<PipelineRecord, "identifier"> & Where): void {
  const { scope, yaml, git, naming } = write;
  const said = naming === undefined ? {} : { naming };
  savePipeline(state, { scope, yaml, by: "api", base: git.base, message: git.commitMsg, ...said, ...place });
}

type Where = { readonly home?: PipelineRecord["home"]; readonly branch: string | undefined };

/** Creates a pipeline; gives its identifier, or the answer of a policy that denies. [H145] [H154] */
export function createPipeline(call: Call, write: PipelineWrite): string | Answer {
  const { state } = call;
  requirePipelineRight(call, "edit", write.scope);
  const identifier = checkedIdentifier(write);
  const denied = denialOf(state, write, identifier);
  if (denied !== undefined) return denied;
  requirePlace(state, write.scope);
  if (state.store.pipelines.get(entityKey(write.scope, identifier)) !== undefined) throw taken(write.scope, identifier);
  const home = newHome(state, write.git);
  save(call, write, { identifier, home, branch: home?.branch });
  return identifier;
}

function taken({ orgId, projectId }: Scope, identifier: string): Refusal {
  const place = `under Project[${projectId}], Organization [${orgId}]`;
  return refusal("DUPLICATE_FIELD", `Pipeline [${identifier}] ${place} already exists`);
}

/** Replaces the YAML of a pipeline, whoever wrote it last. [H145] [H154] [H157] */
export function updatePipeline(call: Call, write: PipelineWrite): string | Answer {
  const { state } = call;
  requirePipelineRight(call, "edit", write.scope, write.identifier);
  const identifier = checkedIdentifier(write);
  const record = existingPipeline(state, write.scope, identifier);
  const denied = denialOf(state, write, identifier);
  if (denied !== undefined) return denied;
  save(call, write, { identifier, branch: branchOfUpdate(state, record, write.git) });
  return identifier;
}

/** Deletes a pipeline. [H145] [H154] */
export function deletePipeline(call: Call, scope: Scope, identifier: string): void {
  requirePipelineRight(call, "delete", scope, identifier);
  existingPipeline(call.state, scope, identifier);
  dropPipeline(call.state, scope, identifier);
}
