import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, refusalOf } from "./calls";
import { bodyV1, PipelineCalls, picked, pipelineYaml, pipelineYamlV1, QUERY, SCOPE, V0, V1 } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const INLINE = { store_type: "INLINE" };
const GIT = { repoName: "repo", branch: "main", filePath: "p.yaml", connectorRef: "account.github" };

describe("emulator: the v1 endpoints of pipelines", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("create, read, update and delete without an envelope [H152] [H153] [H154]", async () => {
    const created = await api.v1("POST", "", bodyV1("p", YAML, INLINE));
    assert.deepEqual([created.status, created.body], [201, { identifier: "p" }]);
    const { status, body } = await api.v1("GET", "/p");
    assert.deepEqual(
      [status, ...picked(body, "pipeline_yaml", "identifier", "name", "org", "project", "valid", "git_details")],
      [200, YAML, "p", "p of ours", "default", "demo", true, null],
    );
    assert.deepEqual(picked(body, "store_type", "connector_ref", "template_applied_pipeline_yaml"), [
      undefined,
      undefined,
      null,
    ]);
    const updated = await api.v1("PUT", "/p", bodyV1("p", `${YAML}# 2\n`));
    assert.deepEqual([updated.status, updated.body], [200, { identifier: "p" }]);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), `${YAML}# 2\n`);
    const removed = await api.v1("DELETE", "/p");
    assert.deepEqual([removed.status, removed.text, emulator.pipelines().length], [204, "", 0]);
  });

  it("show the time of the last save that the v0 summary shows [H156]", async () => {
    await api.create(YAML);
    emulator.editPipeline(SCOPE, "p", (yaml) => `${yaml}\n`);
    const times = picked((await api.summary("p")).body, "data.createdAt", "data.lastUpdatedAt");
    assert.deepEqual(picked((await api.v1("GET", "/p")).body, "created", "updated"), times);
  });

  it("take the account from the header, or else from the query, and need one [H6] [H152]", async () => {
    const call = (query: Record<string, string>, headers: Record<string, string>) =>
      api.call("GET", V1, undefined, { noAccount: true, query, headers });
    assert.equal((await call({}, { "Harness-Account": emulator.accountId })).status, 200);
    assert.equal((await call({ accountIdentifier: emulator.accountId }, {})).status, 200);
    assert.equal((await call({}, { "Harness-Account": "other" })).status, 401);
    const without = await call({}, {});
    assert.deepEqual([without.status, at(without.body, "errors.0.fieldId")], [400, "Harness-Account"]);
  });

  it("fall over a create without a store type, as was seen [H154]", async () => {
    assert.deepEqual(refusalOf(await api.v1("POST", "", bodyV1("p", YAML))).slice(0, 2), [500, "UNKNOWN_ERROR"]);
    assert.equal((await api.v1("POST", "", bodyV1("p", YAML, {}))).status, 500);
  });

  it("need YAML, identifier and name, the identifier that of the path [H147] [H154]", async () => {
    const reply = await api.v1("POST", "", { git_details: INLINE });
    assert.deepEqual(picked(reply.body, ...[0, 1, 2].map((index) => `errors.${index}.fieldId`)), [
      "pipeline_yaml",
      "identifier",
      "name",
    ]);
    await api.create(YAML);
    const words = "Expected Pipeline identifier in Request Body to be [p], but was [q]";
    assert.deepEqual(refusalOf(await api.v1("PUT", "/p", bodyV1("q", YAML))), [400, "INVALID_REQUEST", words]);
  });

  it("create remote ones, read them from a branch or fall back to their own [H153] [H154]", async () => {
    const place = { repo_name: "repo", branch_name: "main", file_path: "p.yaml", connector_ref: "account.github" };
    const created = await api.v1(
      "POST",
      "",
      bodyV1("p", YAML, { store_type: "REMOTE", ...place, commit_message: "Add" }),
    );
    assert.equal(created.status, 201);
    assert.equal(emulator.commits("repo", "main")[0]?.message, "Add");
    const { body } = await api.v1("GET", "/p", undefined, { repo_name: "repo", connector_ref: "account.github" });
    const git = ["branch_name", "file_path", "repo_name", "connector_ref", "is_harness_code_repo", "commit_id"];
    assert.deepEqual(picked(body, ...git.map((key) => `git_details.${key}`)), [
      "main",
      "p.yaml",
      "repo",
      "account.github",
      false,
      emulator.commits("repo", "main")[0]?.commitId,
    ]);
    assert.match(String(at(body, "git_details.object_id")), /^[0-9a-f]{40}$/);
    const none = { branch_name: "none" };
    assert.equal((await api.v1("GET", "/p", undefined, none)).status, 404);
    const back = await api.v1("GET", "/p", undefined, { ...none, load_from_fallback_branch: "true" });
    assert.equal(at(back.body, "git_details.branch_name"), "main");
    assert.equal((await api.v1("GET", "/p", undefined, { repo_name: "else" })).status, 400);
  });

  it("save to a new branch when a base is given, which a client may not repeat [H154]", async () => {
    emulator.putPipeline({ scope: SCOPE, yaml: YAML, git: GIT });
    const id = at((await api.v1("GET", "/p")).body, "git_details.object_id");
    const details = { branch_name: "new", base_branch: "main", last_object_id: id };
    assert.equal((await api.v1("PUT", "/p", bodyV1("p", `${YAML}# new\n`, details))).status, 200);
    assert.equal(emulator.pipelineYaml(SCOPE, "p", "new"), `${YAML}# new\n`);
    assert.equal((await api.v1("PUT", "/p", bodyV1("p", YAML, details))).status, 400);
  });

  it("show the YAML with its templates when asked [H153]", async () => {
    await api.create(YAML);
    const { body } = await api.v1("GET", "/p", undefined, { template_applied: "true" });
    assert.equal(at(body, "template_applied_pipeline_yaml"), YAML);
  });

  it("take v1 YAML, which the v0 endpoints do not [H139] [H152]", async () => {
    const yaml = pipelineYamlV1("p", "cloud");
    assert.equal((await api.create(yaml)).status, 400);
    assert.equal((await api.v1("POST", "", { ...Object(bodyV1("p", yaml, INLINE)), version: "1" })).status, 201);
    assert.equal((await api.update("p", yaml)).status, 400);
    assert.deepEqual(picked((await api.v1("GET", "/p")).body, "pipeline_yaml", "name"), [yaml, "p"]);
    assert.equal(at((await api.read("p")).body, "data.yamlPipeline"), yaml);
  });

  const runtimes: [string, string | undefined][] = [
    ["cloud", undefined],
    [
      "{ kubernetes: { namespace: ci, connector: account.k8s, harness-image-connector: <+input>, os: linux } }",
      undefined,
    ],
    ["{ vm: { pool: p, harness-image-connector: account.hub } }", undefined],
    ["{ shell: { connector: account.hub } }", undefined],
    ["{ cloud: { size: small, image: i } }", undefined],
    [
      "{ kubernetes: { harnessImageConnectorRef: x } }",
      "kubernetes.harnessImageConnectorRef: is not defined in the schema",
    ],
    ["{ shell: { harness-image-connector: x } }", "shell.harness-image-connector: is not defined in the schema"],
    ["{ cloud: { harness-image-connector: x } }", "cloud.harness-image-connector: is not defined in the schema"],
    ["{ vm: { harness-image-connector: x } }", "vm.pool: is missing but it is required"],
    ["{ vm: { pool: p, harness-image-connector: null } }", "vm.harness-image-connector: null found, string expected"],
    ["{ docker: {} }", "docker: is not defined in the schema"],
    ["[]", "runtime: array found, string expected"],
  ];
  for (const [runtime, problem] of runtimes) {
    it(`${problem === undefined ? "take" : "refuse"} the v1 runtime ${runtime} [H139] [H140]`, async () => {
      const reply = await api.v1("POST", "", bodyV1("p", pipelineYamlV1("p", runtime), INLINE));
      assert.equal(reply.status, problem === undefined ? 201 : 400);
      if (problem !== undefined) assert.ok(String(at(reply.body, "message")).includes(problem), reply.text);
    });
  }

  it("spell what breaks the schema in their own way [H159]", async () => {
    const reply = await api.v1("POST", "", bodyV1("p", pipelineYamlV1("p", "{ docker: {} }"), INLINE));
    const [error] = [at(reply.body, "metadata.yaml_error_wrapper.0")];
    const fqn = "$.pipeline.stages[0].runtime.docker";
    assert.deepEqual(picked(error, "fqn", "stage_info.identifier", "hint_message"), [fqn, "build", null]);
    assert.ok(String(at(error, "message_fqn")).startsWith(`${fqn}: `));
  });

  it("see a repeated id in groups and parallels of v1 [H134] [H139]", async () => {
    const stage = "{ id: a, steps: [] }";
    const of = (items: string) => `{ version: 1, pipeline: { id: p, stages: [${stage}, ${items}] } }`;
    for (const items of [`{ parallel: { stages: [${stage}] } }`, `{ group: { id: g, stages: [${stage}] } }`]) {
      const reply = await api.v1("POST", "", bodyV1("p", of(items), INLINE));
      assert.match(String(at(reply.body, "message")), /stages\[0\]\.id: the identifier a is not unique/);
    }
  });
});

describe("emulator: lists of pipelines", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
    for (let index = 0; index < 35; index += 1) emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml(`p${index}`) });
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("remote"), git: GIT });
  });
  after(() => emulator.close());

  const list = (query: Record<string, string>) =>
    api.post(`${V0}/list`, { filterType: "PipelineSetup" }, { ...QUERY, ...query });

  it("come in pages of summaries [H151]", async () => {
    const { body } = await list({ page: "1", size: "30" });
    const keys = ["totalPages", "totalElements", "number", "size", "first", "last", "empty", "content.length"];
    assert.deepEqual(picked(body, ...keys.map((key) => `data.${key}`)), [2, 36, 1, 30, false, true, false, 6]);
    assert.equal(typeof at(body, "data.content.0.numOfStages"), "number");
    assert.deepEqual(picked((await list({ page: "9" })).body, "data.empty", "data.content.length"), [true, 0]);
  });

  it("are searched in names and identifiers [H151]", async () => {
    assert.equal(at((await list({ searchTerm: "P34" })).body, "data.totalElements"), 1);
    assert.equal(at((await list({ searchTerm: "of ours" })).body, "data.totalElements"), 36);
    assert.equal(at((await api.v1("GET", "", undefined, { search_term: "p3" })).body, "length"), 6);
  });

  it("need the type of the filter [H151]", async () => {
    assert.equal(at((await api.post(`${V0}/list`, {}, QUERY)).body, "errors.0.fieldId"), "filterType");
    assert.equal((await api.post(`${V0}/list`, { filterType: "Connector" }, QUERY)).status, 400);
  });

  it("are bare arrays of v1, 30 to a page, with links to the neighbours [H155]", async () => {
    const first = await api.v1("GET");
    assert.equal(at(first.body, "length"), 30);
    const link = (rel: string, page: number, limit = 30) => `<${V1}?page=${page}&limit=${limit}>; rel="${rel}"`;
    assert.equal(first.headers["link"], [link("self", 0), link("next", 1)].join(", "));
    const second = await api.v1("GET", "", undefined, { page: "1" });
    assert.equal(second.headers["link"], [link("self", 1), link("previous", 0)].join(", "));
    assert.equal((await api.v1("GET", "", undefined, { limit: "100" })).headers["link"], link("self", 0, 100));
    const over = await api.v1("GET", "", undefined, { limit: "101" });
    assert.deepEqual([over.status, at(over.body, "errors.0.fieldId")], [400, "limit"]);
  });

  it("tell the store type in items of v1 only [H153]", async () => {
    const items = (await api.v1("GET", "", undefined, { search_term: "remote" })).body;
    assert.deepEqual(picked(items, "0.store_type", "0.connector_ref", "0.git_details.branch_name"), [
      "REMOTE",
      "account.github",
      "main",
    ]);
  });
});
