import type { Answer } from "../answers";
import { json } from "../answers";
import { invalid, refusal } from "../errors";
import { bodyObject, object, text, textMap } from "../fields";
import { gitOfDetails, gitOfQueryV1, requireHome } from "../pipeline-git";
import { yamlOf } from "../pipeline-save";
import { itemViewV1, pipelineViewV1, readingOf } from "../pipeline-view";
import type { PipelineWrite } from "../pipeline-write";
import {
  createPipeline,
  deletePipeline,
  existingPipeline,
  requirePipelineRight,
  updatePipeline,
} from "../pipeline-write";
import type { Call, Route } from "../router";
import type { Scope } from "../scope";
import { scopeOf } from "../scope";
import { listedPipelines } from "./pipelines";

function scopeIn({ accountId, path }: Call): Scope {
  return scopeOf(accountId, path.get("org"), path.get("project"));
}

/** Reads the body of a create or update. [H154] */
function write(call: Call): PipelineWrite {
  const body = bodyObject(call.body);
  const [yaml = "", identifier = "", name = ""] = ["pipeline_yaml", "identifier", "name"].map((key) => text(body, key));
  const missing = Object.entries({ pipeline_yaml: yaml, identifier, name }).filter(([, value]) => value === "");
  if (missing.length > 0) throw invalid(missing.map(([fieldId]) => ({ fieldId, error: "must not be null" })));
  const details = object(body, "git_details") ?? {};
  const naming = { name, description: text(body, "description"), tags: textMap(body, "tags") };
  return { api: "v1", scope: scopeIn(call), identifier, yaml, git: gitOfDetails(details), naming };
}

/** The answer of a save; a denial was thrown before. [H150] [H154] */
function saved(status: number, identifier: string | Answer): Answer {
  return json(status, { identifier });
}

/** Create. [H154] */
function create(call: Call): Answer {
  const sent = write(call);
  if (sent.git.storeType === undefined) throw refusal("UNKNOWN_ERROR", "java.lang.NullPointerException");
  return saved(201, createPipeline(call, sent));
}

/** Update. [H154] */
function update(call: Call): Answer {
  const sent = write(call);
  if (sent.git.filePath !== undefined) {
    throw invalid([{ fieldId: "git_details.file_path", error: "is not a field of an update" }]);
  }
  const identifier = call.path.get("pipeline") ?? "";
  if (sent.identifier !== identifier) {
    const words = `Expected Pipeline identifier in Request Body to be [${identifier}], but was [${sent.identifier}]`;
    throw refusal("INVALID_REQUEST", words);
  }
  return saved(200, updatePipeline(call, sent));
}

/** Read, of a remote pipeline from any branch. [H153] */
function read(call: Call): Answer {
  const { state, query } = call;
  const identifier = call.path.get("pipeline") ?? "";
  const scope = scopeIn(call);
  requirePipelineRight(call, "view", scope, identifier);
  const record = existingPipeline(state, scope, identifier);
  const { branch, ...place } = gitOfQueryV1(query);
  if (record.home !== undefined) requireHome(record.home, place);
  const falls = query.flag("load_from_fallback_branch") && yamlOf(state, record, branch) === undefined;
  const reading = readingOf(state, record, falls ? undefined : branch);
  return json(200, pipelineViewV1(state, reading, query.flag("template_applied")));
}

/** Delete. [H154] */
function remove(call: Call): Answer {
  deletePipeline(call, scopeIn(call), call.path.get("pipeline") ?? "");
  return { ...json(204, {}), body: "" };
}

/** List: a bare array, and where the neighbouring pages are. [H155] */
function list(call: Call): Answer {
  const { state, query } = call;
  const scope = scopeIn(call);
  const { pageIndex, pageSize } = query.paging(30, 100, ["page", "limit"]);
  requirePipelineRight(call, "view", scope);
  const all = listedPipelines(state, scope, query.text("search_term"));
  const from = pageIndex * pageSize;
  const items = all.slice(from, from + pageSize).map((record) => itemViewV1(state, readingOf(state, record)));
  const path = `/v1/orgs/${scope.orgId}/projects/${scope.projectId}/pipelines`;
  const link = (rel: string, page: number) => `<${path}?page=${page}&limit=${pageSize}>; rel="${rel}"`;
  const links = [
    link("self", pageIndex),
    ...(pageIndex > 0 ? [link("previous", pageIndex - 1)] : []),
    ...(from + pageSize < all.length ? [link("next", pageIndex + 1)] : []),
  ];
  return { ...json(200, items), headers: { link: links.join(", ") } };
}

const ROOT = "/v1/orgs/{org}/projects/{project}/pipelines";
const ONE = `${ROOT}/{pipeline}`;
const READ = ["branch_name", "template_applied", "connector_ref", "repo_name", "load_from_fallback_branch"];
const COMMON = { account: "header", query: [] } as const;

/** The v1 endpoints of pipelines. */
export const pipelineV1Routes: readonly Route[] = [
  { ...COMMON, method: "GET", path: ROOT, query: ["page", "limit", "search_term"], handle: list },
  { ...COMMON, method: "POST", path: ROOT, hasBody: true, handle: create },
  { ...COMMON, method: "GET", path: ONE, query: READ, handle: read },
  { ...COMMON, method: "PUT", path: ONE, hasBody: true, handle: update },
  { ...COMMON, method: "DELETE", path: ONE, handle: remove },
];
