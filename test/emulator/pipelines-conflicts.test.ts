import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import type { Reply } from "./calls";
import { at, refusalOf } from "./calls";
import { bodyV1, PipelineCalls, picked, pipelineYaml, SCOPE } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const FILE = ".harness/p.yaml";
const GIT = { repoName: "repo", branch: "main", connectorRef: "account.github" };
const STALE =
  `Please check the input blob id of the requested file. It should match with current blob id of the file [${FILE}] ` +
  "at head of the branch [main] in Github repository [repo]";
const WITHOUT_IDS = "the provided commit sha '__default__' is of invalid format";

describe("emulator: updates of remote pipelines that miss what happened meanwhile", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: GIT });
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("q"), git: GIT });
  });
  after(() => emulator.close());

  type Ids = { readonly lastObjectId: string; readonly lastCommitId: string };

  async function ids(): Promise<Ids> {
    const { body } = await api.read("p");
    const [blob, commit] = picked(body, "data.gitDetails.objectId", "data.gitDetails.commitId");
    return { lastObjectId: String(blob), lastCommitId: String(commit) };
  }

  const update = (query: Record<string, string>): Promise<Reply> => api.update("p", `${YAML}# mine\n`, query);
  const sameFile = () => emulator.editPipeline(SCOPE, "p", (yaml) => `${yaml}# theirs\n`);
  const otherFile = () => emulator.editPipeline(SCOPE, "q", (yaml) => `${yaml}# theirs\n`);

  it("are refused without a branch, and without ids, in the words of Harness [H164]", async () => {
    assert.deepEqual(refusalOf(await update({ ...(await ids()) })), [
      400,
      "INVALID_REQUEST",
      "No branch provided for modifying the file.",
    ]);
    for (const gitConflict of ["blob", "commit", "scm"] as const) {
      emulator.set({ gitConflict });
      assert.deepEqual(refusalOf(await update({ branch: "main" })), [400, "INVALID_REQUEST", WITHOUT_IDS]);
    }
    assert.equal(emulator.commits("repo", "main").length, 2);
  });

  it("need the id that the Git provider looks at: the blob's, or the commit's [H164]", async () => {
    const { lastObjectId, lastCommitId } = await ids();
    assert.equal(refusalOf(await update({ branch: "main", lastCommitId }))[2], WITHOUT_IDS);
    emulator.set({ gitConflict: "commit" });
    assert.equal(refusalOf(await update({ branch: "main", lastObjectId }))[2], WITHOUT_IDS);
    assert.equal((await update({ branch: "main", lastCommitId })).status, 200);
  });

  it("gitConflict blob: a newer content of the file conflicts, a commit to another file does not [H164] [H165]", async () => {
    const seen = await ids();
    sameFile();
    assert.deepEqual(refusalOf(await update({ branch: "main", ...seen })), [400, "INVALID_REQUEST", STALE]);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), `${YAML}# theirs\n`);
    const again = await ids();
    otherFile();
    assert.equal((await update({ branch: "main", ...again })).status, 200);
  });

  it("gitConflict blob: a content that came back is the one that was read [H164]", async () => {
    const seen = await ids();
    sameFile();
    emulator.editPipeline(SCOPE, "p", () => YAML);
    assert.equal((await update({ branch: "main", ...seen })).status, 200);
  });

  it("gitConflict commit: a commit to another file conflicts too, until the ids are read again [H165]", async () => {
    emulator.set({ gitConflict: "commit" });
    for (const happens of [sameFile, otherFile]) {
      const seen = await ids();
      happens();
      assert.deepEqual(refusalOf(await update({ branch: "main", ...seen })), [400, "INVALID_REQUEST", STALE]);
    }
    assert.equal((await update({ branch: "main", ...(await ids()) })).status, 200);
  });

  it("gitConflict scm: Git's own conflict, with the commit that is in the way [H166]", async () => {
    emulator.set({ gitConflict: "scm" });
    const seen = await ids();
    otherFile();
    const reply = await update({ branch: "main", ...seen });
    const words = "Cannot update file as it has conflicts with remote";
    assert.deepEqual(refusalOf(reply), [409, "SCM_CONFLICT_ERROR", words]);
    const [head, code] = picked(reply.body, "metadata.conflictCommitId", "responseMessages.0.code");
    assert.deepEqual([head, code], [emulator.commits("repo", "main").at(-1)?.commitId, "SCM_CONFLICT_ERROR"]);
  });

  it("can be forced as Harness's page does it, and then overwrite [H166]", async () => {
    emulator.set({ gitConflict: "scm" });
    const seen = await ids();
    sameFile();
    const resolvedConflictCommitId = emulator.commits("repo", "main").at(-1)?.commitId ?? "";
    assert.equal((await update({ branch: "main", ...seen, resolvedConflictCommitId })).status, 200);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), `${YAML}# mine\n`);
  });

  it("conflict through v1 alike, with the ids in the body [H154] [H163]", async () => {
    const read = (await api.v1("GET", "/p")).body;
    const [last_object_id, last_commit_id] = picked(read, "git_details.object_id", "git_details.commit_id");
    const details = { branch_name: "main", last_object_id, last_commit_id, commit_message: "mine" };
    const save = (more: object) => api.v1("PUT", "/p", bodyV1("p", `${YAML}# mine\n`, more));
    assert.equal(refusalOf(await save({}))[2], "No branch provided for modifying the file.");
    assert.equal(
      refusalOf(await save({ branch_name: "", last_object_id }))[2],
      "No branch provided for modifying the file.",
    );
    assert.equal(refusalOf(await save({ branch_name: "main" }))[2], WITHOUT_IDS);
    sameFile();
    assert.deepEqual(refusalOf(await save(details)), [400, "INVALID_REQUEST", STALE]);
    const now = at((await api.v1("GET", "/p")).body, "git_details.object_id");
    assert.equal((await save({ ...details, last_object_id: now })).status, 200);
    assert.equal(emulator.commits("repo", "main").at(-1)?.message, "mine");
  });
});
