import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { PIPELINE_FILES, type PipelineFile } from "../pipelines";
import { withStack } from "../support/engine";
import type { OperationResult, TestStack } from "../support/engine-stack";
import { withHarness } from "../support/harness";
import {
  createPipeline,
  GIT,
  overridesConfig,
  PROGRAMS,
  pipelineText,
  SCOPE,
  savesSent,
  textOf,
  timesIn,
  wantedOf,
} from "./overridden";
import { program } from "./programs/overrides";

const PROJECT = "life";
const PIPELINES = PIPELINE_FILES.length;
const STAGES = PIPELINE_FILES.flatMap(({ stages }) => stages).length;
/** Two connectors and the stack, besides the overrides. */
const OTHERS = 3;

type Store = "inline" | "remote";

/** What is in Harness and in the state after one step. */
interface Step {
  readonly changes: OperationResult["changes"];
  /** The requests of the step that were not reads. */
  readonly saves: number;
  readonly requests: number;
  readonly texts: ReadonlyMap<string, string>;
  /** Outputs by id. */
  readonly states: ReadonlyMap<string | undefined, Readonly<Record<string, unknown>>>;
}

/** A life from nothing to nothing, with all that can happen to overrides in between. */
interface Life {
  readonly preview: Step;
  readonly up: Step;
  readonly unchanged: Step;
  readonly refresh: Step;
  readonly change: Step;
  readonly drift: Step;
  readonly mend: Step;
  readonly destroy: Step;
  readonly connectorsLeft: number;
  /** What our commits say, by pipeline. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
}

/** One stack overrides all stages of all pipelines; each test then looks at one pipeline. */
async function live(store: Store): Promise<Life> {
  return withHarness(async (harness) => {
    for (const fixture of PIPELINE_FILES) {
      if (store === "inline") await createPipeline(harness, fixture);
      else harness.putPipeline({ scope: SCOPE, yaml: textOf(fixture), git: GIT });
    }
    const more = store === "inline" ? {} : { branch: GIT.branch };
    const config = overridesConfig(harness, PROJECT, PIPELINE_FILES.flatMap(wantedOf), more);
    const options = { program, programDir: PROGRAMS, projectName: PROJECT, config };
    return withStack(options, (stack) => liveThrough(harness, stack));
  });
}

async function liveThrough(harness: Emulator, stack: TestStack): Promise<Life> {
  const step = async (operation: "preview" | "up" | "refresh" | "destroy"): Promise<Step> => {
    harness.clearRequests();
    // All at once, so that it does not depend on this machine which stages of a pipeline are saved together.
    const { changes } = await stack[operation]({ parallel: 64 });
    const texts = new Map(PIPELINE_FILES.map(({ pipeline }) => [pipeline, pipelineText(harness, pipeline)]));
    const states = new Map(stack.resources("StageImageOverride").map(({ id, outputs }) => [id, outputs]));
    return { changes, saves: savesSent(harness).length, requests: harness.requests().length, texts, states };
  };
  const preview = await step("preview");
  const up = await step("up");
  const unchanged = await step("preview");
  const refresh = await step("refresh");
  await stack.automation.setConfig("connector", { value: "spare" });
  const change = await step("up");
  for (const { pipeline } of PIPELINE_FILES) {
    harness.editPipeline(SCOPE, pipeline, (yaml) => yaml.replace("account.spare", "account.stray"));
  }
  const drift = await step("refresh");
  const mend = await step("up");
  const destroy = await step("destroy");
  const messages = PIPELINE_FILES.map(({ pipeline }) => [pipeline, commitsOf(harness, pipeline)] as const);
  const left = { connectorsLeft: harness.connectors().length, messages: new Map(messages) };
  return { preview, up, unchanged, refresh, change, drift, mend, destroy, ...left };
}

function commitsOf(harness: Emulator, pipeline: string): string[] {
  const saves = harness.pipelineSaves(SCOPE, pipeline);
  return saves.flatMap(({ by, message }) => (by === "api" && message !== undefined ? [message] : []));
}

/** The text of a pipeline after a step. */
function after(step: Step, { pipeline }: PipelineFile): string {
  return step.texts.get(pipeline) ?? "";
}

/** What the state says of each stage of a pipeline after a step. */
function known(step: Step, { pipeline, stages }: PipelineFile, output: string): unknown[] {
  return stages.map(({ stage }) => step.states.get(`default/demo/${pipeline}/${stage}`)?.[output]);
}

/** One pipeline through the whole life. */
function lookAt(life: Life, fixture: PipelineFile): void {
  const original = textOf(fixture);
  const { length: size } = fixture.stages;
  const all = <T>(value: T) => fixture.stages.map(() => value);
  assert.equal(after(life.preview, fixture), original, "a preview writes nothing");

  assert.equal(timesIn(after(life.up, fixture), "account.mirror"), size + timesIn(original, "account.mirror"));
  assert.deepEqual(known(life.up, fixture, "connectorRef"), all("account.mirror"));
  const formers = fixture.stages.map(({ former }) => former);
  assert.deepEqual(known(life.up, fixture, "previousConnectorRef"), formers);
  const infrastructures = fixture.stages.map(({ infrastructure }) => infrastructure);
  assert.deepEqual(known(life.up, fixture, "infrastructure"), infrastructures);
  assert.equal(after(life.refresh, fixture), after(life.up, fixture));

  assert.equal(timesIn(after(life.change, fixture), "account.spare"), size);
  assert.deepEqual(known(life.change, fixture, "connectorRef"), all("account.spare"));
  assert.deepEqual(known(life.change, fixture, "previousConnectorRef"), formers);

  assert.deepEqual(known(life.drift, fixture, "connectorRef"), ["account.stray", ...all("account.spare").slice(1)]);
  assert.equal(after(life.mend, fixture), after(life.change, fixture));
  assert.equal(after(life.destroy, fixture), original, "every byte is as it was");
}

/** What is set, changed and taken back is said of each stage; mending is about the one that had strayed. */
function lookAtCommits({ messages }: Life, { pipeline, stages }: PipelineFile): void {
  const said = messages.get(pipeline) ?? [];
  for (const { stage } of stages) {
    for (const words of [`${stage}: account.mirror`, `${stage}: account.spare`, `${stage} taken back`]) {
      assert.ok(
        said.some((message) => message.includes(`stage ${words}`)),
        `"stage ${words}" in ${JSON.stringify(said)}`,
      );
    }
  }
  assert.ok(said.includes(`Image connector of stage ${stages[0]?.stage}: account.spare`), JSON.stringify(said));
}

describe("overrides of all stages of many pipelines, from the first preview to destroy", function () {
  this.timeout(180_000);

  for (const store of ["inline", "remote"] as const) {
    describe(store, () => {
      let lived: Promise<Life> | undefined;
      const life = (): Promise<Life> => {
        lived ??= live(store);
        return lived;
      };

      it("changes what differs, with fewer saves than stages, and asks nothing when nothing does", async () => {
        const { preview, up, unchanged, refresh, change, drift, mend, destroy, connectorsLeft } = await life();
        assert.deepEqual(preview.changes, { create: STAGES + OTHERS });
        assert.equal(preview.saves, 0);
        // Usually one a pipeline; how many come together is this machine's affair.
        for (const { saves } of [up, change, destroy])
          assert.ok(saves >= PIPELINES && saves < STAGES, `${saves} saves`);
        assert.deepEqual(unchanged.changes, { same: STAGES + OTHERS });
        assert.equal(unchanged.requests, 0);
        assert.deepEqual([refresh.changes, refresh.saves], [{ same: STAGES + OTHERS }, 0]);
        assert.deepEqual(change.changes, { same: OTHERS, update: STAGES });
        const one = { same: STAGES - PIPELINES + OTHERS, update: PIPELINES };
        assert.deepEqual([drift.changes, drift.saves], [one, 0]);
        assert.deepEqual([mend.changes, mend.saves], [one, PIPELINES]);
        assert.equal(connectorsLeft, 0);
      });

      for (const fixture of PIPELINE_FILES) {
        it(`${fixture.file}: set, changed, mended, and at last byte for byte what it was`, async () =>
          lookAt(await life(), fixture));
        if (store === "remote") {
          it(`${fixture.file}: the commits name the stages [H162]`, async () => lookAtCommits(await life(), fixture));
        }
      }
    });
  }
});
