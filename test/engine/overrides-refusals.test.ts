import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { PIPELINE_FILES } from "../pipelines";
import { createWorkspace, withStack } from "../support/engine";
import type { OperationResult } from "../support/engine-stack";
import { configFor, countOf, withHarness } from "../support/harness";
import {
  buildPipeline,
  createPipeline,
  GIT,
  overridesConfig,
  PROGRAMS,
  pipelineText,
  SCOPE,
  timesIn,
  type WantedStage,
} from "./overridden";
import { existing, program } from "./programs/overrides";

const PROJECT = "refused";

/** Previews an override that is expected to be refused; nothing may be written. */
function refused(
  harness: Emulator,
  wanted: WantedStage,
  more: Readonly<Record<string, string>> = {},
): Promise<OperationResult> {
  const config = overridesConfig(harness, PROJECT, [wanted], more);
  return withStack({ program, programDir: PROGRAMS, projectName: PROJECT, config }, async (stack) => {
    harness.clearRequests();
    const result = await stack.failing(stack.preview());
    assert.equal(countOf(harness, "PUT") + countOf(harness, "DELETE"), 0);
    return result;
  });
}

/** What a person reads: the problem with the way out, once, and nothing of our code. */
function assertReads(result: OperationResult, text: string): void {
  const [, diagnostics = ""] = result.output.split("Diagnostics:");
  assert.equal(timesIn(diagnostics.replace(/\s+/g, " "), text), 1, result.output);
  assert.doesNotMatch(result.output, /\n\s+at |node_modules|\.js:\d/);
}

async function putFixture(harness: Emulator, name: string): Promise<void> {
  const fixture = PIPELINE_FILES.find(({ pipeline }) => pipeline === name);
  assert.ok(fixture);
  await createPipeline(harness, fixture);
}

describe("pulumi preview says why a stage cannot be overridden, and what to do instead", function () {
  this.timeout(60_000);

  it("a stage on Harness Cloud [H129]", () =>
    withHarness(async (harness) => {
      await putFixture(harness, "mixed_release");
      const result = await refused(harness, { pipeline: "mixed_release", stage: "quick_checks" });
      assertReads(
        result,
        'stage "quick_checks" runs on Harness Cloud, where no stage can have an image connector of its own. [CANNOT_OVERRIDE] Next: Change the account-wide connector instead',
      );
    }));

  it("a stage that takes its infrastructure from another [H130]", () =>
    withHarness(async (harness) => {
      await putFixture(harness, "mixed_release");
      const result = await refused(harness, { pipeline: "mixed_release", stage: "e2e" });
      assertReads(result, 'Next: Override stage "build": both then pull through the same connector.');
    }));

  it("a stage that is not there", () =>
    withHarness(async (harness) => {
      await putFixture(harness, "mixed_release");
      const result = await refused(harness, { pipeline: "mixed_release", stage: "biuld" });
      assertReads(result, 'the pipeline has no stage "biuld". [CANNOT_OVERRIDE] Next: Did you mean build?');
    }));

  it("a pipeline that is not there [H158]", () =>
    withHarness(async (harness) => {
      const result = await refused(harness, { pipeline: "nowhere", stage: "build" });
      assertReads(result, 'pipeline "nowhere" does not exist in project default/demo; correct pipelineIdentifier');
    }));

  it("a pipeline in Git without a branch [H162]", () =>
    withHarness(async (harness) => {
      harness.putPipeline({ scope: SCOPE, yaml: buildPipeline("release", [{ stage: "build" }]), git: GIT });
      const result = await refused(harness, { pipeline: "release", stage: "build" });
      assertReads(result, 'Next: Say on which branch: git: { branch: "main" }.');
    }));

  it("a stage that has a connector, where the program does not say adopt", () =>
    withHarness(async (harness) => {
      const yaml = buildPipeline("release", [{ stage: "build", former: "account.theirs" }]);
      harness.putPipeline({ scope: SCOPE, yaml });
      const result = await refused(harness, { pipeline: "release", stage: "build" });
      assertReads(result, "Next: To take it over, write adopt: true (destroy puts account.theirs back).");
    }));
});

describe("an override that belongs to another stays untouched", function () {
  this.timeout(120_000);
  const wanted = [{ pipeline: "release", stage: "build" }];
  const yaml = buildPipeline("release", [{ stage: "build" }]);

  it("a second stack that declares the same stage is refused in preview, naming the first; adopt does not help", () =>
    withHarness(async (harness) => {
      harness.putPipeline({ scope: SCOPE, yaml });
      harness.putConnector({ identifier: "mirror", spec: { dockerRegistryUrl: "https://mirror.example.com" } });
      const options = (project: string, adopt: boolean) => ({
        program: existing,
        programDir: PROGRAMS,
        projectName: project,
        config: overridesConfig(
          harness,
          project,
          wanted.map((stage) => ({ ...stage, adopt })),
        ),
      });
      await withStack(options("first", false), async (first) => {
        await first.up();
        const set = pipelineText(harness, "release");
        await withStack(options("second", true), async (second) => {
          const result = await second.failing(second.preview());
          assertReads(
            result,
            "is managed by the Pulumi resource organization/first/dev/release-build. [OWNED_ELSEWHERE]",
          );
        });
        assert.equal(pipelineText(harness, "release"), set);
        assert.deepEqual((await first.preview()).changes, { same: 2 });
      });
    }));

  it("a changed account is refused by preview, up, refresh and destroy, and nothing is touched", () =>
    withHarness((harness) =>
      withHarness(async (other) => {
        for (const each of [harness, other]) each.putPipeline({ scope: SCOPE, yaml });
        const config = overridesConfig(harness, PROJECT, wanted);
        const workspace = await createWorkspace({ programDir: PROGRAMS, projectName: PROJECT, config });
        try {
          const stack = await workspace.stack(program);
          await stack.up();
          const set = pipelineText(harness, "release");
          await stack.automation.setAllConfig(configFor(other));
          const expected = new RegExp(
            `this state belongs to Harness account ${harness.accountId}, but account ${other.accountId} is configured`,
          );
          for (const operation of ["preview", "up", "refresh", "destroy"] as const) {
            assert.match((await stack.failing(stack[operation]())).output, expected);
          }
          assert.deepEqual([pipelineText(harness, "release"), pipelineText(other, "release")], [set, yaml]);
        } finally {
          await workspace.close();
        }
      }),
    ));
});
