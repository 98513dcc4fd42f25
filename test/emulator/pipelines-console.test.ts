import * as assert from "node:assert/strict";
import type { Emulator, Switches } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls } from "./calls";
import { PipelineCalls, picked, pipelineYaml, pipelineYamlV1, QUERY, SCOPE, V0 } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const GIT = { repoName: "repo", branch: "main" };

describe("emulator: pipelines behind the API's back", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("are put and shown as copies, inline and remote", () => {
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("r"), git: { ...GIT, connectorRef: "account.g" } });
    const scope = { accountId: emulator.accountId, ...SCOPE };
    const [inline, remote] = emulator.pipelines(SCOPE);
    const view = { scope, identifier: "p", name: "p of ours", yaml: YAML, storeType: "INLINE", version: 1 };
    assert.deepEqual(inline, view);
    const git = { ...GIT, filePath: ".harness/r.yaml", connectorRef: "account.g" };
    assert.deepEqual([remote?.storeType, remote?.git], ["REMOTE", git]);
    Reflect.set(inline ?? {}, "yaml", "changed");
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), YAML);
    assert.deepEqual([emulator.pipelines().length, emulator.pipelines({ orgId: "default" }).length], [2, 0]);
  });

  it("know their identifier from the YAML, in v1 by id, and are refused without", () => {
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYamlV1("new", "cloud") });
    assert.equal(emulator.pipelines()[0]?.identifier, "new");
    for (const yaml of ["", "a: [", "pipeline: { name: x }", "pipeline: { identifier: 7 }", "&a [*a]", "- - -"]) {
      assert.throws(() => emulator.putPipeline({ scope: SCOPE, yaml }), TypeError, yaml);
    }
  });

  it("record every save in order, by whom, with version or commit", async () => {
    await api.create(YAML);
    emulator.putPipeline({ scope: SCOPE, yaml: `${YAML}# 2\n` });
    emulator.editPipeline(SCOPE, "p", (yaml) => `${yaml}# 3\n`);
    await api.update("p", YAML);
    assert.deepEqual(emulator.pipelineSaves(SCOPE, "p"), [
      { yaml: YAML, by: "api", version: 1 },
      { yaml: `${YAML}# 2\n`, by: "console", version: 2 },
      { yaml: `${YAML}# 2\n# 3\n`, by: "console", version: 3 },
      { yaml: YAML, by: "api", version: 4 },
    ]);
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("r"), git: GIT });
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("r"), git: { ...GIT, branch: "dev" } });
    const [save] = emulator.pipelineSaves(SCOPE, "r", "dev");
    const [commit] = emulator.commits("repo", "dev");
    const { commitId, message } = commit ?? {};
    assert.deepEqual(save, { yaml: pipelineYaml("r"), by: "console", commitId, message });
    assert.equal(emulator.pipelineSaves(SCOPE, "r").length, 2);
    assert.deepEqual(emulator.pipelineSaves(SCOPE, "none"), []);
  });

  it("are edited on a branch of their own or another, and never when they are not there", () => {
    for (const branch of ["main", "dev"]) emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: { ...GIT, branch } });
    emulator.editPipeline(SCOPE, "p", (yaml) => `${yaml}# dev\n`, "dev");
    assert.deepEqual(
      [emulator.pipelineYaml(SCOPE, "p"), emulator.pipelineYaml(SCOPE, "p", "dev")],
      [YAML, `${YAML}# dev\n`],
    );
    assert.equal(emulator.pipelineYaml(SCOPE, "p", "none"), undefined);
    assert.equal(emulator.pipelineYaml(SCOPE, "none"), undefined);
    assert.throws(() => emulator.editPipeline(SCOPE, "none", (yaml) => yaml), /no pipeline none/);
    assert.throws(() => emulator.editPipeline(SCOPE, "p", (yaml) => yaml, "none"), /no pipeline p/);
    assert.deepEqual([emulator.deletePipeline(SCOPE, "p"), emulator.deletePipeline(SCOPE, "p")], [true, false]);
  });

  it("become another pipeline when they come to live elsewhere", () => {
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
    emulator.editPipeline(SCOPE, "p", (yaml) => yaml);
    emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: GIT });
    assert.deepEqual([emulator.pipelines()[0]?.version, emulator.pipelines()[0]?.git?.branch], [1, "main"]);
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
    assert.deepEqual([emulator.pipelines()[0]?.storeType, emulator.pipelineSaves(SCOPE, "p").length], ["INLINE", 1]);
  });

  it("can hold any text, and the API still answers", async () => {
    const chain = Array.from(
      { length: 12 },
      (_, index) => `a${index}: &a${index} [${`*a${index - 1}, `.repeat(index && 9)}]`,
    );
    const texts = [
      "",
      "\0",
      "a: [",
      "&a [*a]",
      "? {a: 1}\n: b",
      "pipeline: 7",
      "pipeline: { stages: [1, [], {}] }",
      chain.join("\n"),
    ];
    texts.push(
      "[".repeat(30_000),
      "a: {".repeat(9_000),
      "- ".repeat(30_000),
      "pipeline: { stages: &s [{ parallel: *s }] }",
      "pipeline: !!js/function x",
      "<<: 1",
    );
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
    for (const text of texts) {
      emulator.editPipeline(SCOPE, "p", () => text);
      assert.equal(at((await api.read("p")).body, "data.yamlPipeline"), text);
      const replies = [await api.summary("p"), await api.v1("GET", "/p"), await api.v1("GET")];
      replies.push(await api.post(`${V0}/list`, { filterType: "PipelineSetup" }, QUERY));
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200, 200],
        text.slice(0, 40),
      );
      assert.notEqual((await api.update("p", text === "" ? " #" : text)).status, 500);
    }
    assert.equal(emulator.pipelines()[0]?.name, "p of ours");
  });

  it("are forgotten on reset, with their saves and their Git", () => {
    emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: GIT });
    emulator.reset();
    assert.deepEqual([emulator.pipelines(), emulator.commits("repo", "main")], [[], []]);
    emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: GIT });
    assert.equal(emulator.commits("repo", "main").length, 1);
  });
});

describe("emulator: switches for what is not known of pipelines", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("r"), git: GIT });
  });
  after(() => emulator.close());

  it("pipelineUpdated: the v1 GET with the time of the last save in whole seconds, or without it [H156]", async () => {
    const time = Number(at((await api.v1("GET", "/p")).body, "updated"));
    emulator.set({ pipelineUpdated: "seconds" });
    assert.equal(at((await api.v1("GET", "/p")).body, "updated"), time - (time % 1000));
    emulator.set({ pipelineUpdated: "absent" });
    const { body } = await api.v1("GET", "/p");
    assert.deepEqual([at(body, "updated"), typeof at(body, "created")], [undefined, "number"]);
  });

  it("summaryVersion: the summary without a version, or with one that never changes [H149]", async () => {
    const version = async () => at((await api.summary("p")).body, "data.version");
    assert.equal(await version(), 1);
    emulator.set({ summaryVersion: "absent" });
    assert.equal(await version(), undefined);
    emulator.set({ summaryVersion: "constant" });
    const before = await version();
    emulator.runPipeline(SCOPE, "p");
    assert.deepEqual([typeof before, await version()], ["number", before]);
  });

  it("a run of a pipeline counts its record up, and is no save [H149]", async () => {
    const told = async () => picked((await api.summary("p")).body, "data.version", "data.lastUpdatedAt");
    const [version, time] = await told();
    emulator.runPipeline(SCOPE, "p");
    assert.deepEqual(await told(), [Number(version) + 1, time]);
    assert.equal(emulator.pipelineSaves(SCOPE, "p").length, 1);
    assert.throws(() => emulator.runPipeline(SCOPE, "nowhere"), /no pipeline nowhere/);
  });

  it("savedYaml: an inline pipeline is written anew without its comments, one in Git stays as it was sent [H187]", async () => {
    emulator.set({ savedYaml: "rewritten" });
    for (const id of ["p", "r"]) emulator.editPipeline(SCOPE, id, (yaml) => `# ours\n${yaml}`);
    const [inline, remote] = ["p", "r"].map((id) => emulator.pipelineYaml(SCOPE, id));
    assert.match(inline ?? "", /^pipeline:/);
    assert.match(remote ?? "", /^# ours\n/);
  });

  it("inlineStoreType: the store type of an inline pipeline, by its new name or not at all [H148]", async () => {
    const positions: [Switches["inlineStoreType"], unknown][] = [
      ["INLINE", "INLINE"],
      ["INLINE_HC", "INLINE_HC"],
      ["absent", undefined],
    ];
    for (const [inlineStoreType, told] of positions) {
      emulator.set({ inlineStoreType });
      const item = async (id: string) =>
        at((await api.v1("GET", "", undefined, { search_term: id })).body, "0.store_type");
      const types = async (id: string) => [
        at((await api.read(id)).body, "data.storeType"),
        at((await api.summary(id)).body, "data.storeType"),
        await item(`${id} of`),
      ];
      assert.deepEqual(await types("p"), [told, told, told]);
      assert.deepEqual(await types("r"), ["REMOTE", "REMOTE", "REMOTE"]);
    }
  });

  it("unset: what a pipeline does not have comes back as null, not at all, or empty [H71]", async () => {
    const seen: unknown[] = [];
    for (const unset of ["null", "absent", "empty"] as const) {
      emulator.set({ unset });
      const v1 = picked((await api.v1("GET", "/p")).body, "description", "tags", "git_details");
      seen.push(v1, picked((await api.summary("p")).body, "data.description", "data.tags", "data.gitDetails"));
    }
    const [nothing, absent, empty] = [[null, null, null], new Array(3).fill(undefined), ["", {}, {}]];
    assert.deepEqual(seen, [nothing, nothing, absent, absent, empty, empty]);
  });

  it("are refused in any other position", () => {
    const names = [
      "pipelineUpdated",
      "summaryVersion",
      "savedYaml",
      "inlineStoreType",
      "gitConflict",
      "pipelineDenial",
    ];
    for (const name of names) {
      assert.throws(() => emulator.set({ [name]: "other" }), {
        name: "TypeError",
        message: new RegExp(`${name} is one of`),
      });
    }
  });

  it("leave a client without any pipeline right with nothing", async () => {
    const nobody = new Calls(emulator, emulator.addToken({ permissions: ["core_connector_view"] }));
    assert.equal((await nobody.get(`${V0}/p`, QUERY)).status, 403);
  });
});
