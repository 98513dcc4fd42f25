import { shaped } from "./connector-view";
import { blobId } from "./git";
import type { JsonObject } from "./json";
import { copyOf, dig } from "./json";
import { notFound } from "./not-found";
import { noBranch } from "./pipeline-git";
import { yamlOf } from "./pipeline-save";
import { readYaml, stagesIn } from "./pipeline-yaml";
import type { PipelineRecord } from "./records";
import type { State } from "./state";
import type { Switches } from "./switches";

/** A pipeline as it stands on a branch. */
export interface Reading {
  readonly record: PipelineRecord;
  readonly yaml: string;
  /** Absent for an inline one. */
  readonly git?: { readonly branch: string; readonly objectId: string; readonly commitId: string };
}

/** Reads a pipeline from a branch, without it from its own. @throws Refusal when branch or file is not there */
export function readingOf(state: State, record: PipelineRecord, branch = record.home?.branch): Reading {
  const { home, identifier } = record;
  const yaml = yamlOf(state, record, branch);
  if (home === undefined || branch === undefined) return { record, yaml: yaml ?? "" };
  const commitId = state.store.git.head(home.repoName, branch);
  if (commitId === undefined) throw noBranch(state, home.repoName, branch);
  if (yaml === undefined) {
    throw notFound(state, `File [${home.filePath}] of pipeline [${identifier}] not found on branch [${branch}]`);
  }
  return { record, yaml, git: { branch, commitId, objectId: blobId(yaml) } };
}

/** What all answers about a pipeline say, in the words of v0. */
function common({ switches }: State, { record, git }: Reading) {
  const { name, identifier, description, tags, home } = record;
  const { unset, inlineStoreType } = switches;
  const connectorRef = home?.connectorRef ?? null;
  const place = git && { ...git, filePath: home?.filePath, repoName: home?.repoName };
  return {
    naming: {
      name,
      identifier,
      description: description ?? (unset === "empty" ? "" : null),
      tags: copyOf(tags) ?? (unset === "empty" ? {} : null),
      modules: ["ci"],
    },
    // What is undefined is left out of the answer.
    storeType: home ? "REMOTE" : inlineStoreType === "absent" ? undefined : inlineStoreType,
    connectorRef,
    place,
    noGit: unset === "empty" ? {} : null,
  };
}

/** The answer of the v0 GET; it has no version. [H148] [H149] */
export function pipelineView(state: State, reading: Reading, resolved: boolean): JsonObject {
  const { storeType, naming, place, noGit, connectorRef } = common(state, reading);
  const view = {
    yamlPipeline: reading.yaml,
    resolvedTemplatesPipelineYaml: resolved ? reading.yaml : null,
    gitDetails: place ? { ...place, repoIdentifier: null, rootFolder: null } : noGit,
    entityValidityDetails: { valid: true, invalidYaml: null },
    modules: naming.modules,
    storeType,
    connectorRef,
    governanceMetadata: null,
    yamlSchemaErrorWrapper: null,
  };
  return shaped(view, state.switches.unset);
}

/** A summary, alone or in the v0 list. [H149] [H151] */
export function summaryView(state: State, reading: Reading): JsonObject {
  const { storeType, naming, place, noGit, connectorRef } = common(state, reading);
  const { version, createdAt, lastUpdatedAt } = reading.record;
  const stages = stagesIn(readYaml(reading.yaml).root);
  const view = {
    ...naming,
    version: { number: version, constant: 0, absent: undefined }[state.switches.summaryVersion],
    numOfStages: stages.length,
    stageNames: stages.map(({ body }) => dig(body, "name") ?? dig(body, "id") ?? null),
    createdAt,
    lastUpdatedAt,
    storeType,
    connectorRef,
    gitDetails: place ?? noGit,
  };
  return shaped(view, state.switches.unset);
}

/** An item of the v1 list. [H153] [H155] */
export function itemViewV1(state: State, reading: Reading): JsonObject {
  const { naming, place, noGit, storeType, connectorRef } = common(state, reading);
  const { scope, createdAt, lastUpdatedAt } = reading.record;
  const details = place && {
    object_id: place.objectId,
    branch_name: place.branch,
    file_path: place.filePath,
    repo_name: place.repoName,
    commit_id: place.commitId,
    file_url: null,
    repo_url: null,
    base_branch: null,
    connector_ref: connectorRef,
    is_harness_code_repo: connectorRef === null,
  };
  const view = {
    ...naming,
    org: scope.orgId,
    project: scope.projectId,
    git_details: details ?? noGit,
    created: createdAt,
    updated: lastUpdatedAt,
    store_type: storeType,
    connector_ref: connectorRef,
  };
  return shaped(view, state.switches.unset);
}

/** The time of the last save, as the switch has it. [H156] */
function timeOf(updated: unknown, how: Switches["pipelineUpdated"]): JsonObject {
  if (how === "absent") return {};
  return { updated: how === "seconds" ? Math.floor(Number(updated) / 1000) * 1000 : updated };
}

/** The answer of the v1 GET; unlike an item it has no store type. [H153] [H156] */
export function pipelineViewV1(state: State, reading: Reading, resolved: boolean): JsonObject {
  const { store_type: _type, connector_ref: _connector, updated, ...item } = itemViewV1(state, reading);
  const { pipelineUpdated, unset } = state.switches;
  const view = {
    ...item,
    ...timeOf(updated, pipelineUpdated),
    pipeline_yaml: reading.yaml,
    template_applied_pipeline_yaml: resolved ? reading.yaml : null,
    valid: true,
    yaml_error_wrapper: null,
  };
  return shaped(view, unset);
}
