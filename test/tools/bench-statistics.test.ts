import assert from "node:assert/strict";
import fc from "fast-check";
import { median, mostWithin, percentile } from "../../tools/bench/statistics";

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 });

describe("the statistics of the bench", () => {
  it("take the middle value, or the mean of the two middle ones, in any order", () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
  });

  it("leave the values as they were", () => {
    const given = [3, 1, 2];
    median(given);
    percentile(given, 0.9);
    assert.deepEqual(given, [3, 1, 2]);
  });

  it("give a percentile that so many values do not exceed, and that is one of them", () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const found = percentile(given, share);
        assert.ok(given.includes(found));
        assert.ok(given.filter((value) => value <= found).length >= share * given.length);
        assert.ok(given.filter((value) => value < found).length < Math.max(1, share * given.length));
      }),
    );
  });

  it("refuse to say anything of nothing", () => {
    assert.throws(() => median([]), RangeError);
    assert.throws(() => percentile([], 0.99), RangeError);
  });

  it("count the most moments in a window, both ends included, wherever it begins", () => {
    assert.equal(mostWithin(60, []), 0);
    assert.equal(mostWithin(60, [0, 60, 61]), 2);
    assert.equal(mostWithin(60, [61, 0, 60, 59]), 3);
    assert.equal(mostWithin(60, [5, 5, 5, 100]), 3);
  });
});
