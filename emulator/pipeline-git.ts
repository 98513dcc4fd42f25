import type { FieldProblem } from "./errors";
import { invalid, refusal } from "./errors";
import { bool, text } from "./fields";
import { blobId } from "./git";
import type { JsonObject } from "./json";
import { notFound } from "./not-found";
import type { Query } from "./query";
import type { GitHome, PipelineRecord } from "./records";
import type { State } from "./state";

/** What a request says of Git in words: the names of v0, in the query, and those of v1, in the body. [H154] [H163] */
const NAMES = [
  ["storeType", "store_type"],
  ["connectorRef", "connector_ref"],
  ["repoName", "repo_name"],
  ["branch", "branch_name"],
  ["filePath", "file_path"],
  ["commitMsg", "commit_message"],
  ["lastObjectId", "last_object_id"],
  ["lastCommitId", "last_commit_id"],
] as const;

/** What a request says of Git, in the words of v0. */
export interface GitAsk extends Partial<Record<(typeof NAMES)[number][0], string>> {
  /** The branch that a new branch starts from. */
  readonly base?: string | undefined;
  /** Whether a conflict is overridden. [H166] */
  readonly force?: boolean;
  readonly isHarnessCode?: boolean;
}

function wordsOf(read: (v0: string, v1: string) => string | undefined): GitAsk {
  const ask: GitAsk = {};
  for (const [v0, v1] of NAMES) {
    const word = read(v0, v1);
    if (word) ask[v0] = word;
  }
  if (!["INLINE", "INLINE_HC", "REMOTE", undefined].includes(ask.storeType)) {
    throw invalid([{ fieldId: "storeType", error: "must be INLINE or REMOTE" }]);
  }
  return ask;
}

/** Reads the query of a v0 request. [H163] */
export function gitOfQuery(query: Query): GitAsk {
  return {
    ...wordsOf((name) => query.text(name)),
    base: query.flag("isNewBranch") ? query.required("baseBranch") : undefined,
    force: query.text("resolvedConflictCommitId") !== undefined,
    isHarnessCode: query.flag("isHarnessCodeRepo"),
  };
}

/** Reads the query of a v1 GET. [H153] */
export function gitOfQueryV1(query: Query): GitAsk {
  return wordsOf((_, name) => query.text(name));
}

/** Reads `git_details` of a v1 request. [H154] */
export function gitOfDetails(details: JsonObject): GitAsk {
  const ask = wordsOf((_, name) => text(details, name));
  const base = text(details, "base_branch");
  const isHarnessCode = bool(details, "is_harness_code_repo") ?? false;
  return { ...ask, base: base === ask.branch ? undefined : base, isHarnessCode };
}

/** A branch must be there, and a new one must not. */
function requireBranch(state: State, repoName: string, { branch = "", base }: GitAsk): void {
  const { git } = state.store;
  const needed = base ?? branch;
  if (git.head(repoName, needed) === undefined) throw noBranch(state, repoName, needed);
  if (base !== undefined && git.head(repoName, branch) !== undefined) {
    throw refusal("INVALID_REQUEST", `Branch [${branch}] already exists in repository [${repoName}]`);
  }
}

/** A branch that is not there, as GET answers it too. */
export function noBranch(state: State, repoName: string, branch: string): Error {
  return notFound(state, `Branch [${branch}] of repository [${repoName}] not found`);
}

/** Where a new pipeline will live; undefined for an inline one. [H162] [H163] */
export function newHome(state: State, ask: GitAsk): GitHome | undefined {
  if (ask.storeType !== "REMOTE") return undefined;
  const { repoName = "", branch = "", filePath = "", connectorRef, isHarnessCode = false } = ask;
  const missing = Object.entries({ repoName, branch, filePath }).filter(([, value]) => value === "");
  const problems = missing.map(([fieldId]) => ({ fieldId, error: "must not be null" }));
  if ((connectorRef === undefined) !== isHarnessCode) {
    problems.push({ fieldId: "connectorRef", error: "must be given, except for Harness Code" });
  }
  if (problems.length > 0) throw invalid(problems);
  const { git } = state.store;
  if (git.knows(repoName)) requireBranch(state, repoName, ask);
  if (git.file(repoName, ask.base ?? branch, filePath) !== undefined) {
    throw refusal("INVALID_REQUEST", `File [${filePath}] already exists in repository [${repoName}]`);
  }
  return { repoName, branch, filePath, connectorRef };
}

/** The branch that an update of a pipeline goes to, when nothing speaks against it; undefined for an inline one. */
export function branchOfUpdate(state: State, { home, identifier }: PipelineRecord, ask: GitAsk): string | undefined {
  if (home === undefined) {
    if (ask.storeType !== "REMOTE" && ask.branch === undefined) return undefined;
    throw refusal("INVALID_REQUEST", `Pipeline [${identifier}] is stored inline, not in Git`);
  }
  if (ask.branch === undefined) throw refusal("INVALID_REQUEST", "No branch provided for modifying the file.");
  requireHome(home, ask);
  requireBranch(state, home.repoName, ask);
  if (!ask.force) requireFresh(state, home, ask);
  return ask.branch;
}

/** What a request says of a pipeline's place must be so: an update does not move it. */
export function requireHome(home: GitHome, ask: GitAsk): void {
  const problems: FieldProblem[] = (["connectorRef", "repoName", "filePath"] as const)
    .filter((key) => ask[key] !== undefined && ask[key] !== home[key])
    .map((fieldId) => ({ fieldId, error: `is not that of the pipeline, ${home[fieldId] ?? "which has none"}` }));
  if (ask.storeType?.startsWith("INLINE")) problems.push({ fieldId: "storeType", error: "the pipeline is remote" });
  if (problems.length > 0) throw invalid(problems);
}

/** Whether the caller has seen what it replaces. [H164] [H165] [H166] */
function requireFresh({ store, switches }: State, home: GitHome, ask: GitAsk): void {
  const { repoName, filePath } = home;
  const branch = ask.base ?? ask.branch ?? "";
  const byBlob = switches.gitConflict === "blob";
  const file = store.git.file(repoName, branch, filePath);
  const given = byBlob ? ask.lastObjectId : ask.lastCommitId;
  const current = byBlob ? file !== undefined && blobId(file) : store.git.head(repoName, branch);
  if (given === undefined) {
    throw refusal("INVALID_REQUEST", "the provided commit sha '__default__' is of invalid format");
  }
  if (given === current) return;
  if (switches.gitConflict === "scm") {
    const metadata = { conflictCommitId: store.git.head(repoName, branch) };
    throw refusal("SCM_CONFLICT_ERROR", "Cannot update file as it has conflicts with remote", { metadata }, 409);
  }
  const place = `file [${filePath}] at head of the branch [${branch}] in Github repository [${repoName}]`;
  const advice = "Please check the input blob id of the requested file. It should match with current blob id of the";
  throw refusal("INVALID_REQUEST", `${advice} ${place}`);
}
