import assert from "node:assert/strict";
import fc from "fast-check";
import { Cancellation } from "../../provider/client/cancellation";
import { RateLimiter } from "../../provider/client/rate-limiter";
import { FakeClock } from "./fake-clock";

const FREE = new Cancellation();

interface Bench {
  readonly limiter: RateLimiter;
  readonly clock: FakeClock;
  readonly notices: Array<[number, string]>;
  /** When each request started, by its number. */
  readonly starts: Array<[number, number]>;
  request(number: number, cancellation?: Cancellation): Promise<void>;
}

function bench(requestsPerMinute: number): Bench {
  const clock = new FakeClock();
  const notices: Array<[number, string]> = [];
  const starts: Array<[number, number]> = [];
  const limiter = new RateLimiter({ requestsPerMinute, clock, notice: (text) => notices.push([clock.now(), text]) });
  const request = async (number: number, cancellation = FREE) => {
    const waitedMs = await limiter.start(cancellation);
    if (waitedMs !== undefined) starts.push([number, clock.now()]);
  };
  return { limiter, clock, notices, starts, request };
}

describe("the rate limiter", () => {
  it("never starts more than the quota in any 60 seconds, first come first served, and serves everybody", async () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70_000 })), {
      minLength: 1,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), gaps, async (quota, arrivals) => {
        const { clock, starts, request } = bench(quota);
        const requests: Promise<void>[] = [];
        for (const [number, gap] of arrivals.entries()) {
          await clock.advance(gap);
          requests.push(request(number));
        }
        await clock.run(Promise.all(requests));
        const order = starts.map(([number]) => number);
        assert.deepEqual(order, [...arrivals.keys()]);
        for (const [, from] of starts) {
          const inWindow = starts.filter(([, at]) => at >= from && at <= from + 60_000).length;
          assert(inWindow <= quota, `${inWindow} starts within the minute from ${from}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("starts at once while the quota lasts", async () => {
    const { clock, starts, request, notices } = bench(3);
    await Promise.all([request(0), request(1), request(2)]);
    assert.deepEqual(starts, [[0, 0], [1, 0], [2, 0]]); // biome-ignore format: pairs
    assert.deepEqual([clock.waits, notices], [0, []]);
  });

  it("holds everybody during a pause and no longer", async () => {
    const { limiter, clock, starts, request } = bench(10);
    limiter.throttled(0, undefined);
    const both = Promise.all([request(0), request(1)]);
    await clock.advance(4_999);
    assert.deepEqual(starts, []);
    await clock.advance(1);
    await both;
    assert.deepEqual(starts, [[0, 5_000], [1, 5_000]]); // biome-ignore format: pairs
  });

  it("counts requests that were throttled together as one event", async () => {
    const { limiter, clock } = bench(10);
    limiter.throttled(0, undefined);
    await clock.advance(10);
    limiter.throttled(0, undefined);
    limiter.throttled(5, undefined);
    assert.equal(limiter.pauseLeftMs, 4_990);
  });

  it("pauses longer each time it is throttled again, and shortly after it was accepted", async () => {
    const { limiter, clock } = bench(10);
    const pauses: number[] = [];
    for (let time = 0; time < 6; time += 1) {
      limiter.throttled(clock.now(), undefined);
      pauses.push(limiter.pauseLeftMs);
      await clock.advance(limiter.pauseLeftMs);
    }
    limiter.accepted(clock.now());
    limiter.throttled(clock.now(), undefined);
    assert.deepEqual([...pauses, limiter.pauseLeftMs], [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 5_000]);
  });

  it("does not shorten a pause because an older request was accepted or asks for less", async () => {
    const { limiter, clock } = bench(10);
    limiter.throttled(0, 30_000);
    limiter.accepted(0);
    limiter.throttled(0, 2_000);
    assert.equal(limiter.pauseLeftMs, 30_000);
    limiter.throttled(0, 45_000);
    assert.equal(limiter.pauseLeftMs, 45_000);
    await clock.advance(45_000);
    limiter.throttled(clock.now(), undefined);
    assert.equal(limiter.pauseLeftMs, 10_000);
  });

  it("says why and how long requests wait: once at the beginning, then every ten seconds", async () => {
    const { limiter, clock, notices, request } = bench(2);
    limiter.throttled(0, 21_000);
    const all = Promise.all([request(0), request(1), request(2)]);
    await clock.run(all);
    const throttled = "Harness is throttling (too many requests), so all requests pause";
    const quota = "Keeping to 2 requests a minute (harness:requestsPerMinute)";
    assert.deepEqual(notices, [
      [0, `${throttled}: 1 request waits, the next one for 21 s more.`],
      [10_000, `${throttled}: 3 requests wait, the next one for 11 s more.`],
      [20_000, `${throttled}: 3 requests wait, the next one for 1 s more.`],
      [30_000, `${quota}: 1 request waits, the next one for 52 s more.`],
      [40_000, `${quota}: 1 request waits, the next one for 42 s more.`],
      [50_000, `${quota}: 1 request waits, the next one for 32 s more.`],
      [60_000, `${quota}: 1 request waits, the next one for 22 s more.`],
      [70_000, `${quota}: 1 request waits, the next one for 12 s more.`],
      [80_000, `${quota}: 1 request waits, the next one for 2 s more.`],
    ]);
  });

  it("speaks again at once when requests wait again after nobody did", async () => {
    const { limiter, clock, notices, request } = bench(100);
    for (let pause = 0; pause < 2; pause += 1) {
      limiter.throttled(clock.now(), 4_000);
      await clock.run(request(pause));
    }
    assert.deepEqual(
      notices.map(([at]) => at),
      [0, 4_000],
    );
  });

  it("does not speak of waits up to two seconds", async () => {
    const { limiter, clock, notices, request } = bench(2);
    limiter.throttled(0, 2_000);
    await clock.run(request(0));
    assert.deepEqual([clock.now(), notices], [2_000, []]);
  });

  it("lets a cancelled request go at once and gives its turn to the next", async () => {
    const { clock, starts, request } = bench(1);
    const cancellation = new Cancellation();
    await request(0);
    const cancelled = request(1, cancellation);
    const next = request(2);
    cancellation.cancel();
    await cancelled;
    assert.equal(clock.now(), 0);
    await clock.run(next);
    assert.deepEqual(starts, [[0, 0], [2, 60_500]]); // biome-ignore format: pairs
  });

  it("leaves no timer behind when the last waiting request is cancelled", async () => {
    const { clock, request } = bench(1);
    const cancellation = new Cancellation();
    await request(0);
    const cancelled = request(1, cancellation);
    assert.equal(clock.waits, 1);
    cancellation.cancel();
    await cancelled;
    assert.equal(clock.waits, 0);
  });

  it("does not start what was cancelled before", async () => {
    const { starts, request } = bench(1);
    const cancellation = new Cancellation();
    cancellation.cancel();
    await request(0, cancellation);
    assert.deepEqual(starts, []);
  });
});
