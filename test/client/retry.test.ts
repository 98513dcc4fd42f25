import assert from "node:assert/strict";
import fc from "fast-check";
import {
  backoffMs,
  mayRepeat,
  pauseMs,
  type RetryPolicy,
  retryAfterMs,
  type Trouble,
} from "../../provider/client/retry";

const NOW = Date.parse("2026-01-01T00:00:00Z");

describe("what may be repeated", () => {
  const table: ReadonlyArray<[RetryPolicy, Record<Trouble, boolean>]> = [
    ["read", { unsent: true, transient: true, unreadable: true, throttled: false, final: false }],
    ["idempotent", { unsent: true, transient: true, unreadable: false, throttled: false, final: false }],
    ["create", { unsent: true, transient: false, unreadable: false, throttled: false, final: false }],
  ];
  for (const [policy, expected] of table) {
    it(`${policy}: ${JSON.stringify(expected)}`, () => {
      const troubles: Trouble[] = ["unsent", "transient", "unreadable", "throttled", "final"];
      const found = Object.fromEntries(troubles.map((trouble) => [trouble, mayRepeat(policy, trouble, 1)]));
      assert.deepEqual(found, expected);
    });
  }

  it("is nothing after four attempts", () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((attempts) => mayRepeat("read", "transient", attempts)),
      [true, true, true, false, false],
    );
  });
});

describe("the wait before a repeat", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

  it("is anything from nothing to 0.5, 1, 2, 4, 8, 8... seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), chance, (attempts, random) => {
        const wait = backoffMs(attempts, () => random);
        assert(wait >= 0 && wait <= Math.min(8_000, 500 * 2 ** (attempts - 1)));
      }),
    );
    assert.deepEqual([backoffMs(1, () => 0), backoffMs(1, () => 0.5), backoffMs(5, () => 0.5)], [0, 250, 4_000]);
  });

  it("is never shorter than the server asks for, up to a minute", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), chance, fc.nat(600_000), (attempts, random, asked) => {
        const wait = backoffMs(attempts, () => random, asked);
        assert(wait >= Math.min(asked, 60_000) && wait <= Math.max(8_000, Math.min(asked, 60_000)));
      }),
    );
  });
});

describe("the pause after a throttled request", () => {
  it("doubles from five seconds to a minute when the server says nothing", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 60].map((times) => pauseMs(times, undefined));
    assert.deepEqual(pauses, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  it("is what the server says, from one second to two minutes", () => {
    assert.deepEqual(
      [0, 500, 7_000, 120_000, 86_400_000].map((asked) => pauseMs(3, asked)),
      [1_000, 1_000, 7_000, 120_000, 120_000],
    );
  });
});

describe("Retry-After", () => {
  const table: ReadonlyArray<[string | undefined, number | undefined]> = [
    ["7", 7_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
    ["Thu, 01 Jan 2026 00:00:00 GMT", 0],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["2026", 2_026_000],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [header, expected] of table) {
    it(`${JSON.stringify(header)} means ${expected === undefined ? "nothing" : `${expected} ms`}`, () => {
      assert.equal(retryAfterMs(header, NOW), expected);
    });
  }

  it("is never negative and never throws", () => {
    fc.assert(fc.property(fc.string(), (header) => (retryAfterMs(header, NOW) ?? 0) >= 0));
  });
});
