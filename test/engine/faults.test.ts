import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator, Fault } from "../../emulator";
import { withStack } from "../support/engine";
import { OperationFailed, type OperationResult, type TestStack } from "../support/engine-stack";
import { configFor, withHarness } from "../support/harness";
import { program } from "./programs/pair";

const PROGRAMS = join(__dirname, "programs");
const CANARY = "faults-canary-77ab";

/** What can happen to a write. */
const FAULTS: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: "429 with Retry-After", fault: { rateLimit: { retryAfterSeconds: 1 } } },
  { name: "429 without Retry-After [H110]", fault: { rateLimit: {} } },
  { name: "500 before it takes effect", fault: { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR" } } },
  { name: "500 after it took effect", fault: { status: 500, body: { status: "ERROR" }, apply: true } },
  { name: "502 as a page of a proxy [H25]", fault: { html: 502 } },
  { name: "502 as a page of a proxy, after it took effect", fault: { html: 502, apply: true } },
  { name: "a connection dropped before it takes effect", fault: { drop: "before" } },
  { name: "a connection dropped after it took effect [H118]", fault: { drop: "after" } },
  { name: "silence before it takes effect", fault: { stall: "before-headers" } },
  { name: "headers, then silence, after it took effect", fault: { stall: "after-headers", apply: true } },
  { name: "an answer cut off in the middle", fault: { truncate: true } },
];

const WRITES: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: "POST", path: /v2\/secrets$/ },
  { method: "POST", path: /api\/connectors$/ },
  { method: "PUT", path: /v2\/secrets\// },
  { method: "PUT", path: /api\/connectors$/ },
  { method: "DELETE", path: /v2\/secrets\// },
  { method: "DELETE", path: /api\/connectors\// },
];

/** Runs an operation that may fail, with a clear error, and says whether it did. */
async function attempt(operation: Promise<OperationResult>): Promise<"applied" | "failed"> {
  try {
    await operation;
    return "applied";
  } catch (error) {
    assert.ok(error instanceof OperationFailed);
    assert.match(error.result.output, /cannot (create|update|delete) [\s\S]*\[[A-Z_]+\][\s\S]*Next: /);
    return "failed";
  }
}

/** Every write meets the fault once; afterwards Harness and state hold exactly what the program says. */
async function survive(harness: Emulator, stack: TestStack, fault: Fault): Promise<void> {
  for (const match of WRITES) harness.inject({ ...fault, match });
  await attempt(stack.up());
  await stack.up();
  assertContent(harness, "");
  assert.deepEqual((await stack.preview()).changes, { same: 3 });

  await stack.automation.setConfig("description", { value: "changed" });
  await attempt(stack.up());
  await stack.up();
  assertContent(harness, "changed");
  assert.deepEqual((await stack.preview()).changes, { same: 3 });

  if ((await attempt(stack.destroy())) === "failed") await stack.destroy();
  assert.deepEqual([harness.connectors(), harness.secrets()], [[], []]);
  assert.equal(harness.pendingFaults(), 0, "every write met its fault");
}

function assertContent(harness: Emulator, description: string): void {
  const [connector, ...otherConnectors] = harness.connectors();
  const [secret, ...otherSecrets] = harness.secrets();
  assert.deepEqual([otherConnectors, otherSecrets], [[], []]);
  assert.deepEqual([connector?.identifier, connector?.description], ["registry", description]);
  assert.deepEqual([secret?.identifier, secret?.description], ["token", description]);
  assert.equal(harness.secretValue({}, "token"), CANARY);
}

describe("every write of up and destroy meets a fault once", function () {
  this.timeout(120_000);
  for (const { name, fault } of FAULTS) {
    it(`${name}: applied or a clear error, and the next run converges`, () =>
      withHarness((harness) => {
        const settings = { "pair:token": CANARY, "harness:requestTimeoutSeconds": "2" };
        const config = configFor(harness, settings);
        return withStack({ program, programDir: PROGRAMS, projectName: "pair", config }, (stack) =>
          survive(harness, stack, fault),
        );
      }));
  }
});
