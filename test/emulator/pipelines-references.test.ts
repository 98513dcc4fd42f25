import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { refusalOf } from "./calls";
import {
  bodyV1,
  PipelineCalls,
  pipelineYaml,
  pipelineYamlV1,
  QUERY,
  SCOPE,
  SPECS,
  stageYaml,
  V0,
} from "./pipeline-calls";

const SPEC = { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" } };
const PATH = "/ng/api/connectors";

describe("emulator: pipelines that refer to connectors", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    for (const identifier of ["hub", "k8s"]) emulator.putConnector({ identifier, spec: SPEC });
    for (const scope of [{ orgId: "default" }, SCOPE]) emulator.putConnector({ identifier: "hub", spec: SPEC, scope });
  });
  after(() => emulator.close());

  /** Whether connectors of the account can be deleted; a free one is gone then. */
  async function isFree(identifier: string, query: Record<string, string> = {}): Promise<boolean> {
    const reply = await api.delete(`${PATH}/${identifier}`, query);
    if (reply.status === 200) return true;
    assert.deepEqual(refusalOf(reply), [
      400,
      "ENTITY_REFERENCE_EXCEPTION",
      `Could not delete the connector ${identifier} as it is referenced by other entities`,
    ]);
    return false;
  }

  for (const [kind, spec] of Object.entries(SPECS)) {
    it(`keep the override's connector from being deleted (${kind}) [H48] [H127] [H142]`, async () => {
      await api.create(pipelineYaml("p", stageYaml("build", spec("account.hub"))));
      assert.equal(await isFree("hub"), false);
    });
  }

  const V1_RUNTIMES = [
    "{ kubernetes: { harness-image-connector: account.hub } }",
    "{ kubernetes: { connector: account.hub } }",
    "{ vm: { pool: p, harness-image-connector: account.hub } }",
    "{ shell: { connector: account.hub } }",
    "{ cloud: { image: i, connector: account.hub } }",
  ];
  for (const runtime of V1_RUNTIMES) {
    it(`keep the connector of a v1 runtime: ${runtime} [H139] [H142]`, async () => {
      await api.v1("POST", "", bodyV1("p", pipelineYamlV1("p", runtime), { store_type: "INLINE" }));
      assert.equal(await isFree("hub"), false);
    });
  }

  it("keep the cluster's connector, that of nested stages and that of template inputs [H133] [H135] [H136]", async () => {
    await api.create(pipelineYaml("p", stageYaml("build", SPECS.kubernetes("<+input>"))));
    assert.equal(await isFree("k8s"), false);
    const spec = `{ type: CI, spec: { ${SPECS.docker("account.hub")} } }`;
    for (const stages of [
      `stages: [{ parallel: [{ stage: { identifier: a, name: a, type: CI, spec: { ${SPECS.vm("account.hub")} } } }] }]`,
      `stages: [{ stage: { identifier: a, name: a, template: { templateRef: t, templateInputs: ${spec} } } }]`,
      `template: { templateRef: t, templateInputs: { stages: [{ stage: ${spec} }] } }`,
    ]) {
      assert.equal((await api.create(`pipeline: { identifier: q, name: q, ${stages} }`)).status, 200);
      assert.equal(await isFree("hub"), false);
      await api.delete(`${V0}/q`, QUERY);
    }
    assert.equal(await isFree("hub"), true);
  });

  const scopes: [string, Record<string, string>][] = [
    ["account.hub", {}],
    ["org.hub", { orgIdentifier: "default" }],
    ["hub", QUERY],
  ];
  for (const [reference, own] of scopes) {
    it(`mean by ${reference} the connector of that scope alone [H141]`, async () => {
      await api.create(pipelineYaml("p", stageYaml("build", SPECS.docker(reference))));
      for (const [other, query] of scopes) assert.equal(await isFree("hub", query), other !== reference);
      assert.equal(await isFree("hub", own), false);
    });
  }

  it("do not ask whether a connector exists, and refer to nothing by an expression or in a wrong place [H132] [H160]", async () => {
    for (const [index, value] of ["account.none", "<+input>", '"<+pipeline.variables.x>.hub"', '""'].entries()) {
      assert.equal((await api.create(pipelineYaml(`p${index}`, stageYaml("build", SPECS.docker(value))))).status, 200);
    }
    const misplaced = stageYaml("b", "runtime: { type: Cloud, spec: { harnessImageConnectorRef: account.hub } }");
    assert.equal((await api.create(pipelineYaml("p", misplaced))).status, 200);
    assert.equal(await isFree("hub"), true);
  });

  it("let go when a save drops the reference, and when they are deleted [H142]", async () => {
    const yaml = pipelineYaml("p", stageYaml("build", SPECS.docker("account.hub")));
    await api.create(yaml);
    await api.update("p", pipelineYaml("p"));
    assert.equal(await isFree("hub"), true);
    emulator.putConnector({ identifier: "hub", spec: SPEC });
    emulator.putPipeline({ scope: SCOPE, yaml });
    assert.equal(await isFree("hub"), false);
    await api.v1("DELETE", "/p");
    assert.equal(await isFree("hub"), true);
  });

  it("let go only after the lag [H89]", async () => {
    emulator.set({ usageLagMs: 700 });
    await api.create(pipelineYaml("p", stageYaml("build", SPECS.docker("account.hub"))));
    const began = Date.now();
    await api.update("p", pipelineYaml("p"));
    assert.equal(await isFree("hub"), false);
    while (!(await isFree("hub"))) await sleep(10);
    assert.ok(Date.now() - began >= 699 && Date.now() - began < 5000);
  });

  it("refer from each branch by itself", async () => {
    const yaml = pipelineYaml("p", stageYaml("build", SPECS.docker("account.hub")));
    for (const branch of ["main", "dev"]) emulator.putPipeline({ scope: SCOPE, yaml, git: { repoName: "r", branch } });
    emulator.editPipeline(SCOPE, "p", () => pipelineYaml("p"), "dev");
    assert.equal(await isFree("hub"), false);
    emulator.editPipeline(SCOPE, "p", () => pipelineYaml("p"));
    assert.equal(await isFree("hub"), true);
  });
});
