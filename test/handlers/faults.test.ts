import assert from "node:assert/strict";
import type { Fault } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { isHarnessError } from "../../provider/errors";
import { type Life, lifeOf } from "./contract/life";
import type { Engine, Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { connector, type Resource, SCOPES, secret, writeOf } from "./resources";

/** A write of the provider: what it starts from, what the engine asks for, and what must hold in the end. */
interface Write {
  readonly method: "POST" | "PUT" | "DELETE";
  /** What an earlier run left. */
  start(life: Life, engine: Engine): Promise<Stored | undefined>;
  run(life: Life, engine: Engine, stored: Stored | undefined): Promise<Stored | undefined>;
  /** How many objects there are afterwards. */
  readonly leaves: number;
}

const described: Plain = { description: "new", tags: { team: "platform" } };

const create: Write = {
  method: "POST",
  start: async () => undefined,
  run: (life, engine, stored) => engine.up(life.args(), stored),
  leaves: 1,
};
const update: Write = {
  method: "PUT",
  start: (life, engine) => engine.up(life.args()),
  run: (life, engine, stored) => engine.up(life.args(described), stored),
  leaves: 1,
};
const rewrite: Write = {
  ...update,
  run: (life, engine, stored) => engine.up(life.args(life.resource.changed), stored),
};
const remove: Write = {
  method: "DELETE",
  start: (life, engine) => engine.up(life.args()),
  run: (_life, engine, stored) => destroyed(engine, stored),
  leaves: 0,
};
const adopt: Write = {
  method: "PUT",
  start: async (life) => others(life),
  run: (life, engine, stored) => engine.up(life.args({ adopt: true }), stored),
  leaves: 1,
};
const giveBack: Write = {
  method: "PUT",
  start: (life, engine) => {
    others(life);
    return engine.up(life.args({ adopt: true }));
  },
  run: (_life, engine, stored) => destroyed(engine, stored),
  leaves: 1,
};
const replace: Write = {
  method: "POST",
  start: (life, engine) => engine.up(life.args()),
  run: (life, engine, stored) => engine.up(life.args({ identifier: "another" }), stored),
  leaves: 1,
};

const WRITES: readonly { readonly name: string; readonly resource: Resource; readonly write: Write }[] = [
  ...[connector, secret].flatMap((resource) => [
    { name: "a create", resource, write: create },
    { name: "an update", resource, write: update },
    { name: "an update of everything", resource, write: rewrite },
    { name: "a delete", resource, write: remove },
    { name: "a replacement", resource, write: replace },
    { name: "an adoption", resource, write: adopt },
  ]),
  { name: "a restore", resource: connector, write: giveBack },
];

const failed = { status: "ERROR", code: "UNKNOWN_ERROR", message: "Oops, something went wrong on our end." };
const FAULTS: Readonly<Record<string, Fault>> = {
  "429 without Retry-After [H110]": { rateLimit: {} },
  "429 with Retry-After": { rateLimit: { retryAfterSeconds: 1 } },
  "400 TOO_MANY_REQUESTS [H111]": { status: 400, body: { status: "ERROR", code: "TOO_MANY_REQUESTS" } },
  "a 500": { status: 500, body: failed },
  "a 500 after all": { status: 500, body: failed, apply: true },
  "an HTML 502 [H25]": { html: 502 },
  "an HTML 502 after all": { html: 502, apply: true },
  "a connection dropped before": { drop: "before" },
  "a connection dropped after": { drop: "after" },
  "a stall before the headers": { stall: "before-headers" },
  "a stall after the headers": { stall: "after-headers", apply: true },
  "half an answer": { truncate: true },
  "half an answer to nothing": { truncate: true, apply: false },
};

for (const { name, resource, write } of WRITES) {
  describe(`${name} of a ${resource.noun} that meets`, () => {
    const life = lifeOf(resource, SCOPES.organisation);
    const match = writeOf(resource.noun, write.method);
    for (const [fault, played] of Object.entries(FAULTS)) {
      // A success that cannot be read is not asked for again: it is more often a wrong endpoint than half an answer.
      const survives = !("truncate" in played);

      it(`${fault}, once: ${survives ? "is" : "may be"} applied, and the next run converges`, async () => {
        const engine = engineFor(life, fault);
        const before = await write.start(life, engine);
        life.harness.inject({ ...played, match });
        const run = write.run(life, engine, before);
        const after = survives ? await run : await attempt(run, before);
        assert.equal(life.harness.pendingFaults(), 0, "the fault was not met");
        await converges(life, engine, write, after);
      });

      it(`${fault}, all the time: is applied or fails clearly, and the next run converges`, async () => {
        const engine = engineFor(life, fault);
        const before = await write.start(life, engine);
        life.harness.inject({ ...played, times: Number.POSITIVE_INFINITY, match });
        const after = await attempt(write.run(life, engine, before), before);
        life.harness.clearFaults();
        await converges(life, engine, write, after);
      });
    }
  });
}

/** Being throttled is put up with for minutes, so time must run faster there. */
function engineFor(life: Life, fault: string): Engine {
  const [times, timeout] = /429|TOO_MANY/.test(fault) ? [1000, 600] : [40, 10];
  const config = { "harness:requestTimeoutSeconds": String(timeout), "harness:requestsPerMinute": "30000" };
  return life.engine({ clock: hurriedClock(times), config });
}

/** The state after a run: a failed one leaves what there was. */
async function attempt(run: Promise<Stored | undefined>, before: Stored | undefined): Promise<Stored | undefined> {
  try {
    return await run;
  } catch (error) {
    assert.ok(isHarnessError(error), String(error));
    assert.match(error.message, /^cannot (create|update|delete) \w+ "thing" \(\w+ default\/[\w-]+\): .+\n {2}Next: ./s);
    return before;
  }
}

/** One more run leads to what was wanted, without a second object, and a destroy leaves nothing of ours. */
async function converges(life: Life, engine: Engine, write: Write, stored: Stored | undefined): Promise<void> {
  const done = await write.run(life, engine, stored);
  assert.equal(life.count(), write.leaves);
  if (done === undefined) return;
  assert.deepEqual(await engine.refresh(done), done);
  await engine.destroy(done);
  assert.equal(life.count(), write === adopt ? 1 : 0);
}

/** An object that was there before. */
function others({ resource, harness, scope }: Life): undefined {
  resource.other(harness, { scope, identifier: String(resource.args["identifier"]) });
}

async function destroyed(engine: Engine, stored: Stored | undefined): Promise<undefined> {
  if (stored !== undefined) await engine.destroy(stored);
}
