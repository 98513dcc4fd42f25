import assert from "node:assert/strict";
import type { Fault } from "../../../emulator";
import { hurriedClock } from "../hurried-clock";
import { writeOf } from "../resources";
import type { Life } from "./life";

/** Faults after which a create has happened although no good answer came. [H118] */
const APPLIED: Readonly<Record<string, Fault>> = {
  "the connection drops": { drop: "after" },
  "no answer comes in time": { stall: "before-headers", apply: true },
  "the answer never ends": { stall: "after-headers", apply: true },
  "the answer is cut off": { truncate: true },
  "a proxy answers with its page of a 502 [H25]": { html: 502, apply: true },
  "a proxy answers with a page of its own, as success [H25]": { html: 200, apply: true },
  "Harness fails with a 500": { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR" }, apply: true },
  "the answer is empty [H26]": { status: 200, apply: true },
  "the answer holds no object": { status: 200, body: { status: "SUCCESS", data: {} }, apply: true },
};
/** The same where nothing happened. */
const NOT_APPLIED: Readonly<Record<string, Fault>> = {
  "the connection drops": { drop: "before" },
  "no answer comes in time": { stall: "before-headers" },
  "the answer never ends": { stall: "after-headers" },
  "the answer is cut off": { truncate: true, apply: false },
  "a proxy answers with its page of a 502 [H25]": { html: 502 },
  "a proxy answers with a page of its own, as success [H25]": { html: 200 },
  "Harness fails with a 500": { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR" } },
  "the answer is empty [H26]": { status: 200 },
  "the answer holds no object": { status: 200, body: { status: "SUCCESS", data: {} } },
};

/** A create whose answer is lost. */
export function lostContract(life: Life): void {
  const { noun } = life.resource;
  const settings = { clock: hurriedClock(40), config: { "harness:requestTimeoutSeconds": "10" } };

  for (const [name, fault] of Object.entries(APPLIED)) {
    it(`a create that happened is seen although ${name}`, async () => {
      const engine = life.engine(settings);
      life.harness.inject({ ...fault, match: writeOf(noun, "POST") });
      const made = await engine.up(life.args());
      assert.equal(life.harness.pendingFaults(), 0);
      assert.equal(life.count(), 1);
      assert.equal(countOf("POST"), 1);
      assert.deepEqual(await engine.refresh(made), made);
      await engine.destroy(made);
      assert.equal(life.count(), 0);
    });
  }

  for (const [name, fault] of Object.entries(NOT_APPLIED)) {
    it(`a create that did not happen is sent again after looking, when ${name}`, async () => {
      const engine = life.engine(settings);
      life.harness.inject({ ...fault, match: writeOf(noun, "POST") });
      const made = await engine.up(life.args());
      assert.equal(life.count(), 1);
      assert.deepEqual(await engine.refresh(made), made);
      const after = life.harness.requests().findIndex((request) => request.fault !== undefined);
      assert.equal(life.harness.requests()[after + 1]?.method, "GET");
    });
  }

  it("a create that never gets through ends with a clear error, and the next run makes one object", async () => {
    const engine = life.engine(settings);
    life.harness.inject({ drop: "before", times: 3, match: writeOf(noun, "POST") });
    const error: unknown = await engine.up(life.args()).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    assert.match(error.message, /^cannot create \w+ "thing" .*connection .* broke.*\n {2}Next: /s);
    assert.equal(life.count(), 0);
    assert.equal(life.harness.pendingFaults(), 0);
    await engine.up(life.args());
    assert.equal(life.count(), 1);
  });

  it("when looking fails too the outcome is called unknown, and the next run takes up what there is", async () => {
    const engine = life.engine({ ...settings, config: { "harness:preflight": "off" } });
    life.harness.inject({ drop: "after", match: writeOf(noun, "POST") });
    life.harness.inject({ html: 502, times: 4, match: writeOf(noun, "GET") });
    const error: unknown = await engine.up(life.args()).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error && "code" in error);
    assert.equal(error.code, "OUTCOME_UNKNOWN", error.message);
    assert.match(error.message, /run `pulumi up` again; it takes up what was created/);
    assert.equal(life.count(), 1);
    life.harness.clearFaults();
    const found = await engine.up(life.args());
    assert.deepEqual(await engine.refresh(found), found);
    assert.equal(life.count(), 1);
    await engine.destroy(found);
    assert.equal(life.count(), 0);
  });

  it("a write of a killed run that arrives during the next one makes no second object", async () => {
    const engine = life.engine();
    life.harness.inject({ delayMs: 20, match: writeOf(noun, "POST") });
    const config = { "harness:preflight": "off" };
    const [late, found] = await Promise.all([
      engine.with({ config }).up(life.args()),
      engine.with({ config }).up(life.args()),
    ]);
    assert.deepEqual(found, late);
    assert.equal(life.count(), 1);
  });

  function countOf(method: string): number {
    const { path } = writeOf(noun, "POST");
    return life.harness.requests().filter((request) => request.method === method && path.test(request.path)).length;
  }
}
