import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, refusalOf } from "./calls";
import { PipelineCalls, picked, pipelineYaml, QUERY, SCOPE, V0 } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const FILE = ".harness/p.yaml";
const PLACE = { storeType: "REMOTE", connectorRef: "account.github", repoName: "repo", branch: "main", filePath: FILE };
const GIT = { repoName: "repo", branch: "main", filePath: FILE, connectorRef: "account.github" };

describe("emulator: the life of a remote pipeline", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  /** The ids that an update must present, as read. */
  async function ids(branch = "main"): Promise<Record<string, string>> {
    const [lastObjectId, lastCommitId] = picked(
      (await api.read("p", { branch })).body,
      "data.gitDetails.objectId",
      "data.gitDetails.commitId",
    );
    return { lastObjectId: String(lastObjectId), lastCommitId: String(lastCommitId) };
  }

  it("is created by a commit with the words given [H162] [H163]", async () => {
    assert.equal((await api.create(YAML, { ...PLACE, commitMsg: "Add p" })).status, 200);
    const [commit] = emulator.commits("repo", "main");
    assert.deepEqual([commit?.message, commit?.filePath], ["Add p", FILE]);
    assert.match(commit?.commitId ?? "", /^[0-9a-f]{40}$/);
    assert.equal(emulator.commits("repo", "main").length, 1);
  });

  it("reads with the place in Git, blob and commit, from its own branch [H148] [H164]", async () => {
    await api.create(YAML, PLACE);
    const { body } = await api.read("p");
    const [commit] = emulator.commits("repo", "main");
    assert.deepEqual(
      [at(body, "data.yamlPipeline"), ...picked(body, "data.storeType", "data.connectorRef")],
      [YAML, "REMOTE", "account.github"],
    );
    const git = ["branch", "repoName", "filePath", "commitId"].map((key) => `data.gitDetails.${key}`);
    assert.deepEqual(picked(body, ...git), ["main", "repo", FILE, commit?.commitId]);
    assert.equal(at((await api.summary("p")).body, "data.gitDetails.branch"), "main");
  });

  it("gives a content the id that Git gives it [H164]", async () => {
    emulator.putPipeline({ scope: SCOPE, yaml: "pipeline: {identifier: p}\n", git: GIT });
    assert.equal((await ids())["lastObjectId"], "599327c833202dc323a42ebf97840eaf63db75ac");
  });

  it("is updated by one commit more, and stands there for a reader with the new ids [H162]", async () => {
    await api.create(YAML, PLACE);
    const before = await ids();
    const reply = await api.update("p", `${YAML}# 2\n`, { ...PLACE, ...before, commitMsg: "Change p" });
    assert.equal(reply.status, 200);
    assert.deepEqual(
      emulator.commits("repo", "main").map(({ message }) => message),
      ["Save pipeline p", "Change p"],
    );
    const after = await ids();
    assert.notEqual(after["lastObjectId"], before["lastObjectId"]);
    assert.equal(after["lastCommitId"], emulator.commits("repo", "main").at(-1)?.commitId);
    assert.equal(at((await api.read("p")).body, "data.yamlPipeline"), `${YAML}# 2\n`);
  });

  it("stands differently on each branch, and moves on one alone [H162]", async () => {
    await api.create(YAML, PLACE);
    emulator.putPipeline({ scope: SCOPE, yaml: `${YAML}# dev\n`, git: { ...GIT, branch: "dev" } });
    assert.equal(at((await api.read("p", { branch: "dev" })).body, "data.yamlPipeline"), `${YAML}# dev\n`);
    await api.update("p", `${YAML}# dev 2\n`, { ...PLACE, branch: "dev", ...(await ids("dev")) });
    assert.deepEqual(
      [emulator.pipelineYaml(SCOPE, "p"), emulator.pipelineYaml(SCOPE, "p", "dev")],
      [YAML, `${YAML}# dev 2\n`],
    );
    assert.deepEqual([emulator.commits("repo", "main").length, emulator.commits("repo", "dev").length], [1, 2]);
  });

  it("can be saved to a new branch, which starts where another stands [H163]", async () => {
    await api.create(YAML, PLACE);
    const fresh = { ...PLACE, branch: "new", isNewBranch: "true", baseBranch: "main" };
    assert.equal((await api.update("p", `${YAML}# new\n`, { ...fresh, ...(await ids()) })).status, 200);
    assert.deepEqual([emulator.commits("repo", "main").length, emulator.commits("repo", "new").length], [1, 2]);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), YAML);
    const again = refusalOf(await api.update("p", YAML, { ...fresh, ...(await ids("new")) }));
    assert.deepEqual(again, [400, "INVALID_REQUEST", "Branch [new] already exists in repository [repo]"]);
    const other = { ...PLACE, branch: "third", filePath: "q.yaml", isNewBranch: "true", baseBranch: "new" };
    assert.equal((await api.create(pipelineYaml("q"), other)).status, 200);
    assert.equal(emulator.commits("repo", "third").length, 3);
  });

  it("says no to a read of a branch or file that is not there, but not that the pipeline is gone [H42]", async () => {
    await api.create(YAML, PLACE);
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("q"), git: { repoName: "repo", branch: "dev" } });
    const branch = refusalOf(await api.read("p", { branch: "none" }));
    assert.deepEqual(branch, [404, "RESOURCE_NOT_FOUND_EXCEPTION", "Branch [none] of repository [repo] not found"]);
    const file = refusalOf(await api.read("p", { branch: "dev" }));
    assert.deepEqual([file[0], file[2]], [404, `File [${FILE}] of pipeline [p] not found on branch [dev]`]);
  });

  it("is not created without its place, nor over a file, nor on a branch that is not there [H163]", async () => {
    const { connectorRef: _connector, filePath: _path, ...less } = PLACE;
    const missing = at((await api.create(YAML, less)).body, "errors");
    assert.deepEqual(missing, [
      { fieldId: "filePath", error: "must not be null" },
      { fieldId: "connectorRef", error: "must be given, except for Harness Code" },
    ]);
    await api.create(YAML, PLACE);
    const over = refusalOf(await api.create(pipelineYaml("q"), PLACE));
    assert.equal(over[2], `File [${FILE}] already exists in repository [repo]`);
    const elsewhere = await api.create(pipelineYaml("q"), { ...PLACE, branch: "none", filePath: "q.yaml" });
    assert.equal(elsewhere.status, 404);
    assert.deepEqual([emulator.pipelines().length, emulator.commits("repo", "main").length], [1, 1]);
  });

  it("lives in Harness Code without a connector, and then takes none [H163]", async () => {
    const { connectorRef: _connector, ...code } = { ...PLACE, isHarnessCodeRepo: "true" };
    assert.equal((await api.create(YAML, { ...PLACE, isHarnessCodeRepo: "true" })).status, 400);
    assert.equal((await api.create(YAML, code)).status, 200);
    const reply = await api.update("p", YAML, { ...PLACE, ...(await ids()) });
    assert.equal(at(reply.body, "errors.0.fieldId"), "connectorRef");
    assert.equal((await api.update("p", YAML, { ...code, ...(await ids()) })).status, 200);
  });

  it("is not moved by an update, nor made inline; an inline one is not made remote", async () => {
    await api.create(YAML, PLACE);
    const wrong = { repoName: "else", filePath: "else.yaml", connectorRef: "account.else", storeType: "INLINE" };
    for (const [fieldId, value] of Object.entries(wrong)) {
      const reply = await api.update("p", YAML, { ...PLACE, ...(await ids()), [fieldId]: value });
      assert.deepEqual([reply.status, at(reply.body, "errors.0.fieldId")], [400, fieldId]);
    }
    await api.create(pipelineYaml("q"));
    const inline = refusalOf(await api.update("q", pipelineYaml("q"), PLACE));
    assert.deepEqual(inline, [400, "INVALID_REQUEST", "Pipeline [q] is stored inline, not in Git"]);
    assert.equal(at((await api.create(YAML, { storeType: "GIT" })).body, "errors.0.fieldId"), "storeType");
  });

  it("leaves its file in Git when it is deleted", async () => {
    await api.create(YAML, PLACE);
    await api.delete(`${V0}/p`, QUERY);
    assert.deepEqual([emulator.pipelines(), emulator.commits("repo", "main").length], [[], 1]);
    emulator.reset();
    assert.deepEqual(emulator.commits("repo", "main"), []);
  });
});
