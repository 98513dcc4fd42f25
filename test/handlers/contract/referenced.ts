import assert from "node:assert/strict";
import { hurriedClock } from "../hurried-clock";
import { failure, type Life } from "./life";

/** Deletes of what something else in Harness uses. [H48] [H88] [H89] */
export function referencedContract(life: Life): void {
  const { resource, scope } = life;
  const identifier = String(resource.args["identifier"]);

  it("a delete waits while a reference that is gone is still on record [H89]", async () => {
    const engine = life.engine({ clock: hurriedClock(20) });
    const made = await engine.up(life.args());
    life.harness.set({ usageLagMs: 700 });
    life.harness.addReference(resource.noun, scope, identifier, "a pipeline");
    life.harness.removeReference(resource.noun, scope, identifier, "a pipeline");
    life.harness.clearRequests();
    await engine.destroy(made);
    assert.equal(life.count(), 0);
    const refused = life.harness.requests().filter((request) => request.status === 400);
    assert.ok(refused.length > 1, "it was not refused at first");
  });

  it("a delete of what is really in use gives up after half a minute, with Harness's words [H48] [H88]", async () => {
    const times = 100;
    const engine = life.engine({ clock: hurriedClock(times) });
    const made = await engine.up(life.args());
    life.harness.addReference(resource.noun, scope, identifier, "a pipeline");
    life.harness.clearRequests();
    const began = performance.now();
    const error = await failure(engine.destroy(made), "STILL_REFERENCED");
    const seconds = ((performance.now() - began) * times) / 1000;
    assert.ok(seconds > 25 && seconds < 60, `it gave up after ${seconds} s`);
    const words = new RegExp(
      `Could not delete the ${resource.noun} ${identifier} as it is referenced by other entities`,
    );
    assert.match(error.message, words);
    assert.match(error.message, /Referenced By/);
    assert.match(engine.said.join("\n"), /still referenced after \d+ s, waiting for/);
    assert.equal(life.count(), 1);
    assert.ok(life.harness.requests().length < 20, "it asks too often");
  });

  it("after such a failure the next destroy succeeds once nothing uses it", async () => {
    const engine = life.engine({ clock: hurriedClock(400) });
    const made = await engine.up(life.args());
    life.harness.addReference(resource.noun, scope, identifier, "a pipeline");
    await failure(engine.destroy(made), "STILL_REFERENCED");
    life.harness.removeReference(resource.noun, scope, identifier, "a pipeline");
    await engine.destroy(made);
    assert.equal(life.count(), 0);
  });
}
