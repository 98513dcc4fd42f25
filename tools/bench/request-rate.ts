import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Emulator, startEmulator } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import type { Handler } from "../../provider/handlers/handler";
import { Notices } from "../../provider/notices";
import { createRuntime } from "../../provider/runtime";
import { Session } from "../../provider/session";
import { FakeClock, until } from "../../test/client/fake-clock";
import type { Measurement } from "./measurement";
import { exact, type Row } from "./row";
import { mostWithin } from "./statistics";

const quota = 60;
const burst = 150;
const windowMs = 60_000;
const pauseSeconds = 20;
const waiting = 50;
/** How far the clock moves at once. */
const stepMs = 500;
/** Undici says on this channel when a request leaves. */
const departure = "undici:request:create";

/** How many requests a process sends in a minute: the real client and limiter, real HTTP, and a clock that need not be waited for. */
export const requestRate: Measurement = {
  title: "requests in any 60 s, on a clock of its own",
  async measure({ log }) {
    log(`  ${burst} creates at once with requestsPerMinute ${quota}`);
    const left = await departures(quota, createAll);
    requireCount(left, burst);
    log(`  a 429 that asks for ${pauseSeconds} s, with ${waiting} creates waiting`);
    const [, ...later] = await departures(10 * quota, throttleFirst);
    // The one that was refused, and those that waited.
    requireCount(later, 1 + waiting);
    return [windowRow(mostWithin(windowMs, left)), pauseRow(later.filter((at) => at < pauseSeconds * 1000).length)];
  },
};

/** Few requests are no merit when the work was not done. */
function requireCount(left: readonly number[], count: number): void {
  if (left.length !== count) {
    throw new Error(`${count} requests should have left, and ${left.length} did`);
  }
}

function windowRow(most: number): Row {
  return exact({
    id: "requests-per-minute",
    what: "requests in any 60 s of one process",
    unit: "requests",
    target: quota,
    measured: most,
    note: `${burst} creates at once, requestsPerMinute ${quota}, real limiter on a fake clock`,
  });
}

function pauseRow(early: number): Row {
  return exact({
    id: "requests-during-pause",
    what: "requests sent while Harness asks for a pause",
    unit: "requests",
    target: 0,
    measured: early,
    note: `one 429 with Retry-After ${pauseSeconds}, ${waiting} creates waiting`,
  });
}

/** What the scenarios play with. The clock stands still unless they move it. */
interface Stage {
  readonly harness: Emulator;
  readonly clock: FakeClock;
  readonly session: Session;
  readonly handler: Handler;
  /** When each request left, in milliseconds of the clock. */
  readonly left: number[];
}

async function createAll(stage: Stage): Promise<void> {
  await pass(stage, createSome(stage.handler, burst));
}

/** The first create meets the 429; the others start, at the same moment of the clock, once the client has seen that. */
async function throttleFirst(stage: Stage): Promise<void> {
  const { harness, session, handler } = stage;
  harness.inject({ rateLimit: { retryAfterSeconds: pauseSeconds } });
  const first = create(handler, "first");
  await until(() => session.callSummary()?.includes("too many requests: 1") === true);
  await pass(stage, Promise.all([first, createSome(handler, waiting)]));
}

/** Moves the clock until all is done; it stands still while requests are on their way, as if Harness answered at once. */
async function pass({ harness, clock, left }: Stage, work: Promise<unknown>): Promise<void> {
  const state = { done: false };
  const settle = () => {
    state.done = true;
  };
  work.then(settle, settle);
  while (!state.done) {
    await until(() => harness.requests().filter((request) => request.ms !== undefined).length === left.length);
    await clock.advance(stepMs);
  }
  await work;
}

/** When each request of a scenario left, in milliseconds of the clock. */
async function departures(requestsPerMinute: number, play: (stage: Stage) => Promise<void>): Promise<number[]> {
  const harness = await startEmulator();
  const clock = new FakeClock();
  const left: number[] = [];
  const note = () => void left.push(clock.now());
  const session = sessionFor(harness, clock, requestsPerMinute);
  subscribe(departure, note);
  try {
    await play({ harness, clock, session, left, handler: createRuntime(session).handler("DockerConnector") });
    return left;
  } finally {
    unsubscribe(departure, note);
    await session.close();
    await harness.close();
  }
}

function sessionFor(harness: Emulator, clock: FakeClock, requestsPerMinute: number): Session {
  const settings: Readonly<Record<string, string>> = {
    "harness:endpoint": harness.endpoint,
    "harness:platformApiKey": harness.platformApiKey,
    "harness:preflight": "off",
    "harness:requestsPerMinute": String(requestsPerMinute),
    // So long that the fake clock leaves it alone: real sockets take no time on it.
    "harness:requestTimeoutSeconds": "100000",
  };
  const notices = new Notices(() => undefined);
  return new Session({ config: (key) => settings[key], environment: {}, notices, clock });
}

async function createSome(handler: Handler, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => create(handler, `registry-${index}`)));
}

async function create(handler: Handler, name: string): Promise<void> {
  const args: Plain = {
    __owner: `organization/bench/dev/${name}`,
    url: "https://registry.example.com",
    auth: { type: "Anonymous" },
    connectivityMode: "Platform",
    testConnection: { mode: "off" },
  };
  const { inputs } = await handler.check({}, args);
  await handler.create(inputs);
}
