import assert from "node:assert/strict";
import { withStack } from "../support/engine";
import { withHarness } from "../support/harness";
import { buildPipeline, overridesConfig, PROGRAMS, pipelineText, SCOPE } from "./overridden";
import { existing, program } from "./programs/overrides";

const WANTED = ["build", "test", "scan"].map((stage) => ({ pipeline: "release", stage }));
const ORIGINAL = buildPipeline("release", WANTED);

describe("overrides and the connector they name", function () {
  this.timeout(120_000);

  for (const usageLagMs of [0, 3000]) {
    it(`go in one destroy, where Harness notes after ${usageLagMs} ms that the connector is no longer used [H89] [H142]`, () =>
      withHarness(async (harness) => {
        harness.set({ usageLagMs });
        harness.putPipeline({ scope: SCOPE, yaml: ORIGINAL });
        const config = overridesConfig(harness, "together", WANTED);
        await withStack({ program, programDir: PROGRAMS, projectName: "together", config }, async (stack) => {
          await stack.up();
          harness.clearRequests();
          await stack.destroy();
          assert.equal(pipelineText(harness, "release"), ORIGINAL);
          assert.deepEqual([harness.connectors(), stack.resources()], [[], []]);
          const refused = harness.requests().filter(({ method, status }) => method === "DELETE" && status === 400);
          assert.equal(refused.length > 0, usageLagMs > 0, "the connector's delete was refused while it was on record");
        });
      }));
  }

  it("a connector that an override of another stack uses is not deleted [H48] [H142]", () =>
    withHarness(async (harness) => {
      harness.putPipeline({ scope: SCOPE, yaml: ORIGINAL });
      const [build, ...others] = WANTED;
      assert.ok(build);
      const owner = { program, config: overridesConfig(harness, "owner", [build]), projectName: "owner" };
      const user = { program: existing, config: overridesConfig(harness, "user", others), projectName: "user" };
      await withStack({ ...owner, programDir: PROGRAMS }, async (first) => {
        await first.up();
        await withStack({ ...user, programDir: PROGRAMS }, async (second) => {
          await second.up();
          const { output } = await first.failing(first.destroy());
          assert.match(output, /\[STILL_REFERENCED\]/);
          const left = first.resources().map(({ id }) => id);
          assert.deepEqual(left, ["mirror"], "what could go is gone");
          assert.equal(harness.connectors().length, 1);
          assert.deepEqual((await second.preview()).changes, { same: others.length + 1 });
        });
        await first.destroy();
        assert.equal(pipelineText(harness, "release"), ORIGINAL);
      });
    }));
});
