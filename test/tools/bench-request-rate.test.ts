import assert from "node:assert/strict";
import { requestRate } from "../../tools/bench/request-rate";

describe("the bench's look at the rate of requests", () => {
  it("finds the whole quota used in a minute and not more, and silence while Harness asks for it", async () => {
    const rows = await requestRate.measure({ quick: true, log: () => undefined, programs: "" });
    assert.deepEqual(
      rows.map(({ id, target, measured, met }) => [id, target, measured, met]),
      [
        ["requests-per-minute", 60, 60, true],
        ["requests-during-pause", 0, 0, true],
      ],
    );
  });
});
