import type { Answer } from "../answers";
import { success } from "../answers";
import { invalid } from "../errors";
import { bodyObject, oneOf } from "../fields";
import { gitOfQuery, requireHome } from "../pipeline-git";
import { pipelineView, readingOf, summaryView } from "../pipeline-view";
import type { PipelineWrite } from "../pipeline-write";
import {
  createPipeline,
  deletePipeline,
  existingPipeline,
  requirePipelineRight,
  updatePipeline,
} from "../pipeline-write";
import type { PipelineRecord } from "../records";
import type { Call, Route } from "../router";
import type { Scope } from "../scope";
import type { State } from "../state";
import { liesIn } from "../store";
import { foundBy } from "./connector-list";

/** Pipelines live in projects only. [H145] */
function projectScope({ query, accountId }: Call): Scope {
  for (const name of SCOPE) query.required(name);
  return query.scope(accountId);
}

function write(call: Call): PipelineWrite {
  const identifier = call.path.get("identifier");
  return { api: "v0", scope: projectScope(call), identifier, yaml: String(call.body), git: gitOfQuery(call.query) };
}

/** The answer of a save. [H150] */
function saved(result: string | Answer): Answer {
  if (typeof result !== "string") return result;
  const governanceMetadata = { id: "1", status: "pass", deny: false, message: "", details: [] };
  return success({ identifier: result, governanceMetadata });
}

/** The pipeline in the path, for whoever may see it. */
function visible(call: Call): PipelineRecord {
  const scope = projectScope(call);
  const identifier = call.path.get("identifier") ?? "";
  requirePipelineRight(call, "view", scope, identifier);
  return existingPipeline(call.state, scope, identifier);
}

/** Read, of a remote pipeline from any branch. [H148] */
function read(call: Call): Answer {
  const record = visible(call);
  const { query, state } = call;
  if (record.home !== undefined) requireHome(record.home, gitOfQuery(query));
  const resolved = query.flag("getTemplatesResolvedPipeline");
  return success(pipelineView(state, readingOf(state, record, query.text("branch")), resolved));
}

/** Summary. [H149] */
function summary(call: Call): Answer {
  return success(summaryView(call.state, readingOf(call.state, visible(call))));
}

/** Delete; the file of a remote pipeline stays. [H145] */
function remove(call: Call): Answer {
  deletePipeline(call, projectScope(call), call.path.get("identifier") ?? "");
  return success(true);
}

/** The pipelines of a project that a search finds, last saved first. [H151] [H155] */
export function listedPipelines({ store }: State, scope: Scope, term: string | undefined): PipelineRecord[] {
  const isMeant = liesIn(scope);
  const records = store.pipelines.list(
    ({ tags, ...record }) => isMeant(record) && foundBy(term, { ...record, tags: { ...tags } }),
  );
  return records.sort((a, b) => b.lastUpdatedAt - a.lastUpdatedAt);
}

/** List. [H151] */
function list(call: Call): Answer {
  const { state, query } = call;
  const scope = projectScope(call);
  const { pageIndex: number, pageSize: size } = query.paging(25, state.switches.maxPageSize, ["page", "size"]);
  if (oneOf(bodyObject(call.body), "filterType", ["PipelineSetup"]) === undefined) {
    throw invalid([{ fieldId: "filterType", error: "must not be null" }]);
  }
  requirePipelineRight(call, "view", scope);
  const all = listedPipelines(state, scope, query.text("searchTerm"));
  const content = all
    .slice(number * size, (number + 1) * size)
    .map((record) => summaryView(state, readingOf(state, record)));
  const totalPages = Math.ceil(all.length / size);
  const place = { number, size, first: number === 0, last: number + 1 >= totalPages, empty: content.length === 0 };
  return success({ totalPages, totalElements: all.length, content, numberOfElements: content.length, ...place });
}

const SCOPE = ["orgIdentifier", "projectIdentifier"];
const PLACE = [...SCOPE, "storeType", "connectorRef", "repoName", "branch"];
const WRITE = [...PLACE, "filePath", "commitMsg", "isNewBranch", "baseBranch", "isHarnessCodeRepo"];
const UPDATE = [...WRITE, "lastObjectId", "lastCommitId", "resolvedConflictCommitId"];
const READ = [...PLACE, "repoIdentifier", "getDefaultFromOtherRepo", "getTemplatesResolvedPipeline"];
const LIST = [...SCOPE, "page", "size", "searchTerm"];
const ROOT = "/pipeline/api/pipelines";
const ONE = `${ROOT}/{identifier}`;
const SAVE = `${ROOT}/v2/{identifier}`;

/** The v0 endpoints of pipelines. */
export const pipelineRoutes: readonly Route[] = [
  {
    method: "POST",
    path: `${ROOT}/v2`,
    query: WRITE,
    hasBody: "yaml",
    handle: (call) => saved(createPipeline(call, write(call))),
  },
  {
    method: "PUT",
    path: SAVE,
    query: UPDATE,
    hasBody: "yaml",
    handle: (call) => saved(updatePipeline(call, write(call))),
  },
  { method: "GET", path: ONE, query: READ, handle: read },
  { method: "DELETE", path: ONE, query: SCOPE, handle: remove },
  { method: "GET", path: `${ROOT}/summary/{identifier}`, query: SCOPE, handle: summary },
  { method: "POST", path: `${ROOT}/list`, query: LIST, hasBody: true, handle: list },
];
