import assert from "node:assert/strict";
import { PIPELINE_FILES } from "../pipelines";
import { withStack } from "../support/engine";
import { configFor, withHarness } from "../support/harness";
import { buildPipeline, createPipeline, GIT, PROGRAMS, pipelineText, SCOPE, textOf } from "./overridden";
import { nowhere, polite, program } from "./programs/build-stages";

describe("a program that overrides whatever findBuildStages lists", function () {
  this.timeout(120_000);

  it("overrides every stage of a project of 12 pipelines that can be; the second up only reads", () =>
    withHarness(async (harness) => {
      // Of every kind, half of them in Git.
      const fixtures = PIPELINE_FILES.slice(-12);
      for (const [index, fixture] of fixtures.entries()) {
        if (index % 2 === 0) await createPipeline(harness, fixture);
        else harness.putPipeline({ scope: SCOPE, yaml: textOf(fixture), git: GIT });
      }
      const stages = fixtures.flatMap((fixture) => fixture.stages.map(({ stage }) => `${fixture.pipeline}/${stage}`));
      const config = configFor(harness);
      await withStack({ program, programDir: PROGRAMS, projectName: "found", config }, async (stack) => {
        const first = await stack.up();
        assert.deepEqual(first.changes, { create: stages.length + 2 });
        const ids = stack.resources("StageImageOverride").map(({ id = "" }) => id);
        assert.deepEqual(ids.sort(), stages.map((stage) => `default/demo/${stage}`).sort());

        harness.clearRequests();
        const second = await stack.up();
        assert.deepEqual(second.changes, { same: stages.length + 2 });
        assert.deepEqual(
          harness.requests().filter(({ method }) => method !== "GET"),
          [],
        );

        // A program of the Automation API lives on from run to run: what it was told before must not be what it hears.
        for (const latest of [["build"], ["build", "test"]]) {
          const yaml = buildPipeline(
            "latest",
            latest.map((stage) => ({ stage })),
          );
          harness.putPipeline({ scope: SCOPE, yaml });
          const { changes } = await stack.up();
          assert.equal(changes["create"], 1, JSON.stringify(changes));
        }

        await stack.destroy();
        for (const fixture of fixtures) assert.equal(pipelineText(harness, fixture.pipeline), textOf(fixture));
      });
    }));

  it("leaves out those of others by connectorRef and managedBy, and keeps its own in the next run", () =>
    withHarness(async (harness) => {
      const before = buildPipeline("release", [{ stage: "build" }, { stage: "test", former: "account.theirs" }]);
      harness.putPipeline({ scope: SCOPE, yaml: before });
      const options = { program: polite, programDir: PROGRAMS, projectName: "polite", config: configFor(harness) };
      await withStack(options, async (stack) => {
        assert.deepEqual((await stack.up()).changes, { create: 3 });
        assert.deepEqual((await stack.up()).changes, { same: 3 });
        assert.deepEqual(
          stack.resources("StageImageOverride").map(({ id }) => id),
          ["default/demo/release/build"],
        );
        await stack.destroy();
        assert.equal(pipelineText(harness, "release"), before);
      });
    }));

  it("is told in a message alone what findBuildStages cannot find", () =>
    withHarness(async (harness) => {
      const options = { program: nowhere, programDir: PROGRAMS, projectName: "nowhere", config: configFor(harness) };
      await withStack(options, async (stack) => {
        const { output } = await stack.failing(stack.preview());
        assert.match(
          output,
          /error: cannot find the stages of project default\/demo: pipeline default\/demo\/nowhere is not there\. \[NOT_FOUND\]\n\s+Next: correct/,
        );
        assert.doesNotMatch(output, /\n\s+at |node_modules|Unhandled|\.js:\d/);
      });
    }));
});
