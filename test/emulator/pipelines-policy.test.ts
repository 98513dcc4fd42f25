import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, refusalOf } from "./calls";
import { bodyV1, PipelineCalls, picked, pipelineYaml, SCOPE } from "./pipeline-calls";

const YAML = pipelineYaml("p");
const DENIED = "Pipeline does not follow the Policies in these Policy Sets: [emulator policies]";

describe("emulator: policies that deny pipelines", () => {
  let emulator: Emulator;
  let api: PipelineCalls;

  before(async () => {
    emulator = await startEmulator();
    api = new PipelineCalls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    emulator.putPipeline({ scope: SCOPE, yaml: YAML });
  });
  after(() => emulator.close());

  it("answer with success and a verdict, without the identifier, and save nothing [H150]", async () => {
    emulator.set({ opaDeny: { message: "not so" } });
    for (const reply of [await api.update("p", `${YAML}# 2\n`), await api.create(pipelineYaml("q"))]) {
      const verdict = picked(reply.body, "status", "data.identifier", "data.governanceMetadata.deny");
      assert.deepEqual([reply.status, ...verdict], [200, "SUCCESS", undefined, true]);
      assert.equal(at(reply.body, "data.governanceMetadata.details.0.policyMetadata.0.denyMessages.0"), "not so");
    }
    assert.deepEqual([emulator.pipelines().length, emulator.pipelineSaves(SCOPE, "p").length], [1, 1]);
  });

  it("pipelineDenial error: answer with an error that names the policy sets [H150]", async () => {
    emulator.set({ opaDeny: { message: "not so" }, pipelineDenial: "error" });
    for (const reply of [await api.update("p", YAML), await api.create(pipelineYaml("q"))]) {
      assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", DENIED]);
    }
  });

  it("answer with that error through v1 always [H150]", async () => {
    emulator.set({ opaDeny: { message: "not so" } });
    const details = { store_type: "INLINE" };
    assert.deepEqual(refusalOf(await api.v1("PUT", "/p", bodyV1("p", YAML)))[2], DENIED);
    assert.deepEqual(refusalOf(await api.v1("POST", "", bodyV1("q", pipelineYaml("q"), details)))[2], DENIED);
    assert.equal(emulator.pipelines().length, 1);
  });

  it("see identifiers and YAML, and can be for some only", async () => {
    const seen: unknown[] = [];
    emulator.set({ opaDeny: { message: "no", identifiers: ["p"], when: (entity) => seen.push(entity) > 1 } });
    assert.equal(at((await api.update("p", YAML)).body, "data.identifier"), "p");
    assert.equal(at((await api.create(pipelineYaml("q"))).body, "data.identifier"), "q");
    assert.equal(at((await api.update("p", YAML)).body, "data.identifier"), undefined);
    const entity = { identifier: "p", orgIdentifier: "default", projectIdentifier: "demo", yaml: YAML };
    assert.deepEqual(seen, [entity, entity]);
  });

  it("come before Git: a denied save is no commit, and starts no branch", async () => {
    const git = { repoName: "repo", branch: "main" };
    emulator.putPipeline({ scope: SCOPE, yaml: pipelineYaml("r"), git });
    emulator.set({ opaDeny: { message: "no" } });
    const lastObjectId = String(at((await api.read("r")).body, "data.gitDetails.objectId"));
    const fresh = { branch: "new", isNewBranch: "true", baseBranch: "main", lastObjectId };
    const reply = await api.update("r", pipelineYaml("r"), fresh);
    assert.equal(at(reply.body, "data.governanceMetadata.deny"), true);
    assert.deepEqual([emulator.commits("repo", "main").length, emulator.commits("repo", "new").length], [1, 0]);
  });
});
