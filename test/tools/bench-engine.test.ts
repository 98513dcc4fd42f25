import assert from "node:assert/strict";
import { join } from "node:path";
import { type LifeOptions, live, type Step } from "../../tools/bench/life";
import { timeFirstCheck } from "../../tools/bench/plugin-process";
import { anonymous } from "../engine/programs/single";
import { withHarness } from "../support/harness";

const PROGRAMS = join(__dirname, "..", "engine", "programs");

function liveOnce(more: Partial<LifeOptions>): Promise<Readonly<Record<Step, number>>> {
  return withHarness((harness) => live({ programs: PROGRAMS, program: anonymous, harness, size: 1, ...more }));
}

function firstCheck(check: string): Promise<number> {
  const text = `exports.handler = () => ({ check: async (olds, news) => (${check}) });`;
  return timeFirstCheck({ programs: PROGRAMS, config: {}, news: { __provider: text, name: "one" } });
}

describe("a life that the bench measures", function () {
  this.timeout(120_000);

  it("takes the steps in their order and times each", async () => {
    const seen: string[] = [];
    const times = await liveOnce({
      before: (step) => seen.push(`before ${step}`),
      after: (step, stack) => seen.push(`after ${step}: ${stack.deployment().resources.length}`),
    });
    assert.deepEqual(seen, [
      "before preview",
      "after preview: 0",
      "before up",
      "after up: 3",
      "before unchanged",
      "after unchanged: 3",
      "before refresh",
      "after refresh: 3",
      "before destroy",
      "after destroy: 0",
    ]);
    assert.deepEqual(
      Object.values(times).map((ms) => ms > 0),
      [true, true, true, true, true],
    );
  });

  it("does not count when a step did other than it should", async () => {
    await assert.rejects(liveOnce({ size: 3, steps: ["preview"] }), /preview should have found 3 resources to create/);
  });
});

describe("a plugin process that the bench measures", function () {
  this.timeout(60_000);

  it("is timed to its first answer", async () => {
    assert.ok((await firstCheck("{ inputs: news, failures: [] }")) > 0);
  });

  it("does not count when its check finds a failure", async () => {
    const check = '{ failures: [{ property: "", reason: "wrong" }] }';
    await assert.rejects(firstCheck(check), /the check found failures: wrong/);
  });

  it("does not count when it cannot be asked", async () => {
    await assert.rejects(firstCheck("nothing.there"), /nothing is not defined/);
  });
});
