import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator, RequestRecord } from "../../emulator";
import { createWorkspace, type EngineWorkspace } from "../support/engine";
import { configFor, withHarness } from "../support/harness";
import { program } from "./programs/fleet";

const SIZE = 20;
const MOMENTS = [1, 5, 9, 13, 17, 21, 25, 29, 33, 38];
const CREATES = /secrets$|connectors$/;
const PROGRAMS = join(__dirname, "programs");

/** Kills `pulumi` once so many creates were answered, then runs `up` again. */
async function killAndGoOn(harness: Emulator, creates: number, orphan: "killed" | "still writing"): Promise<void> {
  const config = configFor(harness, { "fleet:size": String(SIZE), "fleet:token": "kill-canary-91f0" });
  const workspace = await createWorkspace({ programDir: PROGRAMS, projectName: "fleet", config });
  try {
    harness.set({ latencyMs: 20 });
    // What the orphan has on the wire at the kill reaches Harness only while the next run is at work.
    const slow = {
      match: { method: "POST", path: CREATES },
      skip: creates,
      times: 6,
      delayMs: 4000,
      late: true,
    };
    if (orphan === "still writing") harness.inject(slow);
    const run = await workspace.start({ operation: "up", programFile: join(PROGRAMS, "fleet.ts") });
    const slowOnes = () =>
      creations(harness)
        .slice(creates)
        .filter(({ status }) => status === undefined);
    await run.killEngineWhen(() => answered(harness) >= creates && (orphan === "killed" || slowOnes().length > 0));
    if (orphan === "killed") run.killPlugins();
    await goOn(workspace, harness);
  } finally {
    await workspace.close();
  }
}

async function goOn(workspace: EngineWorkspace, harness: Emulator): Promise<void> {
  const stack = await workspace.stack(program);
  // The killed engine left its lock, as it would for a person.
  await stack.automation.cancel();
  await stack.up();
  assert.equal(harness.connectors().length, SIZE, "connectors in Harness");
  assert.equal(harness.secrets().length, SIZE, "secrets in Harness");
  assert.equal(stack.resources("DockerConnector").length, SIZE);
  assert.equal(stack.resources("SecretText").length, SIZE);
  const preview = await stack.preview();
  assert.deepEqual(preview.changes, { same: 2 * SIZE + 1 });
  await stack.destroy();
  assert.deepEqual([harness.connectors(), harness.secrets()], [[], []]);
}

/** The creates Harness was sent, in order of arrival; without a status they are still on the wire. */
function creations(harness: Emulator): RequestRecord[] {
  return harness.requests().filter(({ method, path }) => method === "POST" && CREATES.test(path));
}

function answered(harness: Emulator): number {
  return creations(harness).filter(({ status }) => status === 200).length;
}

describe("pulumi killed in the middle of an up of 20 secrets and 20 connectors", function () {
  this.timeout(120_000);
  for (const orphan of ["killed", "still writing"] as const) {
    for (const creates of MOMENTS) {
      it(`goes on with the next up; killed after ${creates} creates, the orphaned plugin ${orphan} [H118]`, () =>
        withHarness((harness) => killAndGoOn(harness, creates, orphan)));
    }
  }
});
