import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, refusalOf } from "./calls";
import { PipelineCalls, picked, pipelineYaml, QUERY, SCOPE, SPECS, stageYaml, V0 } from "./pipeline-calls";

const YAML = pipelineYaml("p", stageYaml("build", SPECS.kubernetes("account.hub")), stageYaml("check"));
const GONE = "Pipeline [gone] under Project[demo], Organization [default] doesn't exist or has been deleted.";

describe("emulator: the life of an inline pipeline", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("answers a create with the identifier and a verdict, in the success envelope [H18] [H150]", async () => {
    const { status, body } = await api.create(YAML);
    assert.deepEqual(
      [status, ...picked(body, "status", "data.identifier", "data.governanceMetadata.deny")],
      [200, "SUCCESS", "p", false],
    );
  });

  it("keeps the YAML byte for byte, comments, quotes and all [H145] [H148]", async () => {
    const odd = `# héad\r\n${YAML}\t\n\n  # tail without end`;
    await api.create(odd);
    assert.equal(at((await api.read("p")).body, "data.yamlPipeline"), odd);
    await api.update("p", `${odd}\n`);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), `${odd}\n`);
  });

  it("takes the same text under the name of JSON, and no other type [H146]", async () => {
    const send = (type: string) =>
      api.call("POST", `${V0}/v2`, undefined, { raw: YAML, query: QUERY, headers: { "content-type": type } });
    assert.equal((await send("text/plain")).status, 415);
    assert.equal((await send("application/json; charset=utf-8")).status, 200);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), YAML);
  });

  it("reads without a version, and without Git [H148] [H149]", async () => {
    await api.create(YAML);
    const { body } = await api.read("p");
    assert.deepEqual(picked(body, "data.storeType", "data.gitDetails", "data.version", "data.modules"), [
      "INLINE",
      null,
      undefined,
      ["ci"],
    ]);
    assert.deepEqual(picked(body, "data.entityValidityDetails.valid", "data.resolvedTemplatesPipelineYaml"), [
      true,
      null,
    ]);
    const resolved = await api.read("p", { getTemplatesResolvedPipeline: "true" });
    assert.equal(at(resolved.body, "data.resolvedTemplatesPipelineYaml"), YAML);
  });

  it("sums up: names, number and names of stages, store type [H149]", async () => {
    await api.create(`${YAML}  tags: { team: ci }\n  description: about\n`);
    const { body } = await api.summary("p");
    assert.deepEqual(
      picked(
        body,
        ...["identifier", "name", "description", "tags", "numOfStages", "stageNames"].map((k) => `data.${k}`),
      ),
      ["p", "p of ours", "about", { team: "ci" }, 2, ["build", "check"]],
    );
  });

  it("counts the version up and moves the time of the last save with each save, never twice the same [H149] [H156]", async () => {
    await api.create(YAML);
    const seen: unknown[][] = [];
    for (let round = 0; round < 5; round += 1) {
      seen.push(picked((await api.summary("p")).body, "data.version", "data.createdAt", "data.lastUpdatedAt"));
      await (round % 2 === 0 ? api.update("p", YAML) : emulator.editPipeline(SCOPE, "p", (yaml) => yaml));
    }
    assert.deepEqual(
      seen.map(([version]) => version),
      [1, 2, 3, 4, 5],
    );
    assert.equal(new Set(seen.map(([, createdAt]) => createdAt)).size, 1);
    const times = seen.map(([, , time]) => Number(time));
    assert.ok(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0)));
  });

  it("lets the last writer win [H157]", async () => {
    await api.create(YAML);
    emulator.editPipeline(SCOPE, "p", (yaml) => `${yaml}# somebody\n`);
    assert.equal((await api.update("p", `${YAML}# me\n`)).status, 200);
    assert.equal(emulator.pipelineYaml(SCOPE, "p"), `${YAML}# me\n`);
  });

  it("deletes, and the identifier is free again [H145]", async () => {
    await api.create(YAML);
    const { status, body } = await api.delete(`${V0}/p`, QUERY);
    assert.deepEqual([status, at(body, "data")], [200, true]);
    assert.equal((await api.read("p")).status, 404);
    assert.equal((await api.create(YAML)).status, 200);
    assert.equal(at((await api.summary("p")).body, "data.version"), 1);
  });

  it("says of a missing pipeline what the switch says, on every endpoint [H42] [H158]", async () => {
    const yaml = pipelineYaml("gone");
    for (const [notFound, status, code] of [
      ["404", 404, "RESOURCE_NOT_FOUND_EXCEPTION"],
      ["400", 400, "RESOURCE_NOT_FOUND_EXCEPTION"],
      ["404-entity", 404, "ENTITY_NOT_FOUND"],
    ] as const) {
      emulator.set({ notFound });
      const replies = [
        await api.read("gone"),
        await api.summary("gone"),
        await api.update("gone", yaml),
        await api.delete(`${V0}/gone`, QUERY),
        await api.v1("GET", "/gone"),
        await api.v1("DELETE", "/gone"),
      ];
      for (const reply of replies) assert.deepEqual(refusalOf(reply), [status, code, GONE]);
    }
  });

  it("does not create twice", async () => {
    await api.create(YAML);
    assert.deepEqual(refusalOf(await api.create(YAML)).slice(0, 2), [400, "DUPLICATE_FIELD"]);
  });

  it("keeps projects apart, and needs one that exists [H51] [H145]", async () => {
    emulator.addProject({ id: "other", orgId: "default" });
    await api.create(YAML);
    assert.equal((await api.create(YAML, { projectIdentifier: "other" })).status, 200);
    assert.equal(emulator.pipelines({ orgId: "default", projectId: "other" }).length, 1);
    assert.equal((await api.create(YAML, { projectIdentifier: "none" })).status, 404);
  });

  it("is logged by path, without its YAML", async () => {
    await api.create(YAML);
    const [entry] = emulator.requests();
    assert.deepEqual([entry?.method, entry?.path, entry?.status], ["POST", `${V0}/v2`, 200]);
    assert.ok(!JSON.stringify(emulator.requests()).includes("KubernetesDirect"));
  });
});
