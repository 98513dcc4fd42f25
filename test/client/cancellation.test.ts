import assert from "node:assert/strict";
import { Cancellation } from "../../provider/client/cancellation";
import { pass } from "../../provider/client/clock";
import { Transport } from "../../provider/client/transport";
import { FakeClock } from "./fake-clock";
import { afterwards, closeAfterEach, OK, serve } from "./support";

describe("a cancellation", () => {
  closeAfterEach();

  it("calls each listener once, those that come late at once, and those that left never", () => {
    const cancellation = new Cancellation();
    const called: string[] = [];
    cancellation.onCancel(() => called.push("early"));
    const leave = cancellation.onCancel(() => called.push("left"));
    leave();
    cancellation.cancel();
    cancellation.cancel();
    cancellation.onCancel(() => called.push("late"));
    assert.deepEqual([called, cancellation.cancelled], [["early", "late"], true]); // biome-ignore format: one line
  });

  it("comes from a signal, from a parent, or was there before", () => {
    const controller = new AbortController();
    const parent = new Cancellation(controller.signal);
    const child = new Cancellation(undefined, parent);
    assert.deepEqual([parent.cancelled, child.cancelled], [false, false]);
    controller.abort();
    const late = new Cancellation(controller.signal);
    assert.deepEqual([parent.cancelled, child.cancelled, late.cancelled], [true, true, true]);
  });

  it("leaves its parent alone, and after its end its parent leaves it alone", () => {
    const parent = new Cancellation();
    const child = new Cancellation(undefined, parent);
    const ended = new Cancellation(undefined, parent);
    ended.dispose();
    child.cancel();
    assert.equal(parent.cancelled, false);
    parent.cancel();
    assert.equal(ended.cancelled, false);
  });

  it("has nothing more to do with a wait that has passed", async () => {
    const clock = new FakeClock();
    const cancellation = new Cancellation();
    const stopped: number[] = [];
    const counting = {
      now: () => clock.now(),
      wall: () => clock.wall(),
      after: (ms: number, run: () => void) => {
        const stop = clock.after(ms, run);
        return () => {
          stopped.push(ms);
          stop();
        };
      },
    };
    assert.equal(await clock.run(pass(counting, 5, cancellation)), true);
    const second = pass(counting, 7, cancellation);
    cancellation.cancel();
    assert.deepEqual([await second, stopped, await pass(counting, 9, cancellation)], [false, [7], false]);
  });

  it("that came between two steps keeps the request from being sent", async () => {
    const server = await serve(OK);
    const clock = new FakeClock();
    const cancellation = new Cancellation();
    const transport = new Transport({ clock, connectTimeoutMs: 1_000, proxy: undefined });
    afterwards(() => transport.close());
    const request = { method: "GET", origin: server.url, path: "/", query: "", headers: {}, body: undefined } as const;
    cancellation.cancel();
    assert.deepEqual(await transport.send(request, 1_000, cancellation), { outcome: "cancelled", sent: false });
    const next = await transport.send(request, 1_000, new Cancellation());
    assert.deepEqual([next.outcome, server.seen.length, clock.waits], ["answered", 1, 0]);
  });
});
