import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { MANY, pipelineCalls, pipelineText, savesSent, timesIn, withMany } from "./overridden";

/** The calls, and among them the saves, about each of some pipelines. */
function callsAbout(harness: Emulator, pipelines: readonly string[]): { calls: number; saves: number }[] {
  const count = (requests: ReturnType<typeof pipelineCalls>, pipeline: string) =>
    requests.filter(({ path }) => path.endsWith(`/${pipeline}`)).length;
  const [calls, saves] = [pipelineCalls(harness), savesSent(harness)];
  return pipelines.map((pipeline) => ({ calls: count(calls, pipeline), saves: count(saves, pipeline) }));
}

function assertAllSet(harness: Emulator, pipelines: readonly string[], stages: readonly string[]): void {
  for (const pipeline of pipelines) {
    assert.equal(timesIn(pipelineText(harness, pipeline), "harnessImageConnectorRef: account.mirror"), stages.length);
  }
}

function assertFewCalls(harness: Emulator, most: number, pipelines: readonly string[] = MANY.pipelines): void {
  const { length } = pipelineCalls(harness);
  assert.ok(length <= most, `${length} calls, at most ${most}: ${JSON.stringify(callsAbout(harness, pipelines))}`);
}

// Alone, when nothing else runs: on a busy machine the engine pauses while it hands resources over, and they do not come together.
describe("50 overrides in one update", function () {
  this.timeout(120_000);
  const { pipelines, stages, original } = MANY;

  for (const store of ["inline", "remote"] as const) {
    it(`of 5 pipelines cost at most 4 calls a pipeline when they come together, ${store}; so does taking them back`, () =>
      withMany(store, async (harness, stack) => {
        harness.clearRequests();
        const { changes } = await stack.up({ parallel: 64 });
        assert.deepEqual(changes, { create: pipelines.length * stages.length + 3 });
        assertAllSet(harness, pipelines, stages);
        assertFewCalls(harness, 20);

        harness.clearRequests();
        await stack.destroy({ parallel: 64 });
        const texts = pipelines.map((pipeline) => pipelineText(harness, pipeline));
        assert.deepEqual(texts, pipelines.map(original));
        assertFewCalls(harness, 20);
      }));

    it(`of 5 pipelines, 4 at a time, cost one look for each pipeline and 3 calls for each save, ${store}`, () =>
      withMany(store, async (harness, stack) => {
        harness.clearRequests();
        await stack.up({ parallel: 4 });
        assertAllSet(harness, pipelines, stages);
        for (const { calls, saves } of callsAbout(harness, pipelines)) assert.ok(calls <= 1 + 3 * saves);
      }));

    it(`of one pipeline, 4 at a time, cost at most 4 calls for every 4, ${store}`, () => {
      const one = { pipelines: ["release"], stages: Array.from({ length: 50 }, (_, index) => `stage_${index}`) };
      return withMany(
        store,
        async (harness, stack) => {
          harness.clearRequests();
          await stack.up({ parallel: 4 });
          assertAllSet(harness, one.pipelines, one.stages);
          assertFewCalls(harness, 4 * Math.ceil(one.stages.length / 4), one.pipelines);
        },
        one,
      );
    });
  }
});
