import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, refusalOf } from "./calls";
import { bodyV1, PipelineCalls, picked, pipelineYaml, QUERY, SPECS, stageYaml, V0, V1 } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const STAGE = "$.pipeline.stages[0].stage";

describe("emulator: pipelines that are refused", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("shows a broken schema by place, stage and words [H159]", async () => {
    const reply = await api.create(YAML.replace(/steps:\n.*\n/, "steps: []\n"));
    const place = `${STAGE}.spec.execution.steps`;
    const message = "there must be a minimum of 1 items in the array";
    assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", `${place}: ${message}`]);
    assert.deepEqual(at(reply.body, "metadata"), {
      type: "YamlSchemaErrorWrapperDTO",
      schemaErrors: [
        {
          message: `steps: ${message}`,
          messageWithFQN: `${place}: ${message}`,
          fqn: place,
          stageInfo: { identifier: "build", type: "CI", name: "build", fqn: STAGE },
          stepInfo: null,
          hintMessage: null,
        },
      ],
    });
    assert.deepEqual(emulator.pipelines(), []);
  });

  const REQUIRED = "is missing but it is required";
  const broken: [string, string, string][] = [
    ["no pipeline", "template: {}", `$.pipeline: ${REQUIRED}`],
    ["a list", "- a", `$.pipeline: ${REQUIRED}`],
    ["no identifier", YAML.replace("identifier: p\n", "x: p\n"), `$.pipeline.identifier: ${REQUIRED}`],
    ["no name", YAML.replace("name: p of ours", "x: p"), `$.pipeline.name: ${REQUIRED}`],
    ["no stages", "pipeline: { identifier: p, name: p }", `$.pipeline.stages: ${REQUIRED}`],
    [
      "an empty list of stages",
      "pipeline: { identifier: p, name: p, stages: [] }",
      "$.pipeline.stages: there must be a minimum of 1 items in the array",
    ],
    ["a stage without identifier", YAML.replace("identifier: build", "x: y"), `${STAGE}.identifier: ${REQUIRED}`],
    ["a stage that is none", "pipeline: { identifier: p, name: p, stages: [{ x: 1 }] }", `${STAGE}: ${REQUIRED}`],
    ["an identifier with a hyphen", pipelineYaml("a-b"), "$.pipeline.identifier: must match ^[a-zA-Z_][0-9a-zA-Z_$]*$"],
  ];
  for (const [what, yaml, message] of broken) {
    it(`refuses ${what} [H159]`, async () => {
      assert.deepEqual(refusalOf(await api.create(yaml)), [400, "INVALID_REQUEST", message]);
    });
  }

  it("refuses a text that is not YAML", async () => {
    for (const text of ["a: [", "a: 1\na: 2", "a: *none", "---\na\n---\nb"]) {
      const [status, code, message] = refusalOf(await api.create(text));
      assert.deepEqual([status, code], [400, "INVALID_REQUEST"], text);
      assert.match(String(message), /^Cannot read the YAML of the pipeline: /);
    }
  });

  it("refuses a repeated stage identifier, however deep [H133] [H134]", async () => {
    const one = "{ stage: { identifier: a, name: a, type: CI, spec: {} } }";
    const of = (items: string) => `pipeline: { identifier: p, name: p, stages: [${one}, ${items}] }`;
    for (const [items, place] of [
      [one, "stages[1].stage"],
      [`{ parallel: [${one.replaceAll("a,", "b,")}, ${one}] }`, "stages[1].parallel[1].stage"],
      [
        `{ insert: { identifier: i, name: i, stages: [{ parallel: [${one}] }] } }`,
        "stages[1].insert.stages[0].parallel[0].stage",
      ],
    ] as const) {
      const message = `$.pipeline.${place}.identifier: the identifier a is not unique in the pipeline`;
      assert.equal(refusalOf(await api.create(of(items)))[2], message);
    }
    assert.equal((await api.create(of("{ insert: { identifier: i, name: i, stages: <+input> } }"))).status, 200);
  });

  for (const [kind, spec] of Object.entries(SPECS)) {
    it(`takes any text as override (${kind}), and nothing else [H127] [H132]`, async () => {
      for (const good of ["account.hub", "<+input>", '""']) {
        assert.equal((await api.create(pipelineYaml("p", stageYaml("build", spec(good))))).status, 200, good);
        emulator.deletePipeline({ orgId: "default", projectId: "demo" }, "p");
      }
      for (const [bad, type] of [
        ["null", "null"],
        ["[a]", "array"],
        ["{ a: b }", "object"],
        ["7", "number"],
      ] as const) {
        const message = String(refusalOf(await api.create(pipelineYaml("p", stageYaml("build", spec(bad)))))[2]);
        assert.ok(message.endsWith(`.harnessImageConnectorRef: ${type} found, string expected`), message);
      }
    });
  }

  it("takes the override in a wrong place in silence, whatever it is [H128] [H129] [H130] [H132]", async () => {
    const wrong = [
      "runtime: { type: Cloud, spec: { harnessImageConnectorRef: null } }",
      "infrastructure: { useFromStage: other, harnessImageConnectorRef: [] }",
      "infrastructure: { type: VM, spec: { type: Pool, harnessImageConnectorRef: {}, spec: {} } }",
      "infrastructure: <+input>",
    ].map((spec, index) => stageYaml(`s${index}`, spec));
    const other = stageYaml("deploy", SPECS.kubernetes("null"), "Custom");
    assert.equal((await api.create(pipelineYaml("p", ...wrong, other))).status, 200);
  });

  it("takes stages and pipelines of templates without looking into them [H135] [H136]", async () => {
    const stage =
      "- stage: { identifier: a, name: a, template: { templateRef: t, templateInputs: { type: CI, spec: null } } }\n";
    assert.equal((await api.create(pipelineYaml("p", stage))).status, 200);
    const whole = "pipeline: { identifier: q, name: q, template: { templateRef: t, versionLabel: v } }";
    assert.equal((await api.create(whole)).status, 200);
  });

  it("refuses another identifier in the YAML than in the URL [H147]", async () => {
    await api.create(YAML);
    const words = "Pipeline identifier in URL does not match pipeline identifier in yaml";
    assert.deepEqual(refusalOf(await api.update("p", pipelineYaml("q"))), [400, "INVALID_REQUEST", words]);
    assert.equal(refusalOf(await api.v1("PUT", "/p", bodyV1("p", pipelineYaml("q"))))[2], words);
  });

  it("asks for the permission first, on the project to create and list, on the pipeline else [H107] [H161]", async () => {
    await api.create(YAML);
    const nobody = new PipelineCalls(emulator, emulator.addToken({ permissions: [] }));
    const needs = async (verb: string, on: string, reply: Promise<{ status: number; body: unknown }>) => {
      const { status, body } = await reply;
      const who = "Principal of type USER with identifier emulatorUser";
      const message = `${who} : Missing permission core_pipeline_${verb} on PIPELINE${on}`;
      assert.deepEqual([status, ...picked(body, "code", "message")], [403, "NG_ACCESS_DENIED", message]);
    };
    const own = " with identifier p";
    await needs("edit", "", nobody.create("nonsense"));
    await needs("edit", own, nobody.update("p", "nonsense"));
    await needs("view", own, nobody.read("p"));
    await needs("view", own, nobody.summary("p"));
    await needs("delete", own, nobody.delete(`${V0}/p`, QUERY));
    await needs("view", "", nobody.post(`${V0}/list`, { filterType: "PipelineSetup" }, QUERY));
    await needs("edit", "", nobody.v1("POST", "", bodyV1("q", "x", { store_type: "INLINE" })));
    await needs("edit", own, nobody.v1("PUT", "/p", bodyV1("p", "x")));
    await needs("view", own, nobody.v1("GET", "/p"));
    await needs("view", "", nobody.v1("GET"));
    await needs("delete", own, nobody.v1("DELETE", "/p"));
  });

  it("grants by pipeline, and tells by the access check [H106] [H161]", async () => {
    for (const id of ["p", "q"]) await api.create(pipelineYaml(id));
    const permissions = [{ permission: "core_pipeline_view", identifier: "p" }];
    const reader = new PipelineCalls(emulator, emulator.addToken({ permissions }));
    assert.deepEqual([(await reader.read("p")).status, (await reader.read("q")).status], [200, 403]);
    const resourceScope = { accountIdentifier: emulator.accountId, ...QUERY };
    const ask = { resourceScope, resourceType: "PIPELINE", resourceIdentifier: "p" };
    const wanted = ["core_pipeline_view", "core_pipeline_edit"].map((permission) => ({ ...ask, permission }));
    const { body } = await reader.post("/authz/api/acl", { permissions: wanted });
    const told = picked(body, "data.accessControlList.0.permitted", "data.accessControlList.1.permitted");
    assert.deepEqual(told, [true, false]);
  });

  it("refuses query parameters it does not know, and needs organisation and project [H145]", async () => {
    await api.create(YAML);
    const fields = async (reply: Promise<{ body: unknown }>) => at((await reply).body, "errors.0.fieldId");
    assert.equal(await fields(api.create(YAML, { lastObjectId: "x" })), "lastObjectId");
    assert.equal(await fields(api.update("p", YAML, { commitMessage: "x" })), "commitMessage");
    assert.equal(await fields(api.read("p", { branch_name: "x" })), "branch_name");
    assert.equal(await fields(api.v1("GET", "/p", undefined, { branch: "x" })), "branch");
    assert.equal(await fields(api.v1("PUT", "/p", bodyV1("p", YAML), { branch_name: "x" })), "branch_name");
    const list = (query: Record<string, string>) =>
      api.post(`${V0}/list`, { filterType: "PipelineSetup" }, { ...QUERY, ...query });
    assert.equal(await fields(list({ filterIdentifier: "f" })), "filterIdentifier");
    assert.equal(await fields(api.get(`${V0}/p`, { orgIdentifier: "default" })), "projectIdentifier");
    assert.equal(await fields(api.get(`${V0}/p`)), "orgIdentifier");
  });

  it("answers in JSON below /pipeline and /v1 even when there is no such path [H43]", async () => {
    for (const path of ["/pipeline/api/pipeline", "/v1/orgs/default", `${V1}/p/x`]) {
      assert.deepEqual(refusalOf(await api.get(path)), [404, 404, "HTTP 404 Not Found"]);
    }
  });
});
