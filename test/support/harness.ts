import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { transcriptFolder } from "./engine-transcript";

/** Part of every secret value that tests use. */
export const CANARY = "canary";

/** Where the API keys that stacks of this suite were configured with are noted; the last test looks for them elsewhere. */
export const keyListFile = (): string => `${transcriptFolder()}.keys`;

/** The stack configuration that points a program at an emulated Harness. */
export function configFor(harness: Emulator, more: Readonly<Record<string, string>> = {}): ConfigMap {
  appendFileSync(keyListFile(), `${harness.platformApiKey}\n`);
  const extra = Object.entries(more).map(([key, value]) => [key, { value, secret: value.includes(CANARY) }]);
  return {
    "harness:endpoint": { value: harness.endpoint },
    "harness:platformApiKey": { value: harness.platformApiKey, secret: true },
    ...Object.fromEntries(extra),
  };
}

/** Runs a body with an emulated Harness of its own. */
export async function withHarness<T>(
  body: (harness: Emulator) => Promise<T>,
  options: EmulatorOptions = {},
): Promise<T> {
  const harness = await startEmulator(options);
  try {
    return await body(harness);
  } finally {
    await harness.close();
  }
}

/** Waits until the emulator has answered all that it was asked, e.g. by a plugin that was killed meanwhile. */
export async function everythingAnswered(harness: Emulator, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (harness.requests().some(({ ms }) => ms === undefined)) {
    assert.ok(Date.now() < deadline, "every request comes to an end");
    await pause(20);
  }
}

/** Registers an account for the tests of a block, empty before each of them. @returns a look at it, while they run */
export function emulatorForEach(): () => Emulator {
  const running: { harness?: Emulator } = {};
  const found = (): Emulator => {
    assert.ok(running.harness !== undefined);
    return running.harness;
  };
  before(async () => {
    running.harness = await startEmulator();
  });
  beforeEach(() => found().reset());
  after(() => running.harness?.close());
  return found;
}

/** How many requests of a method the emulator has taken whose path begins so. */
export function countOf(harness: Emulator, method: string, path = ""): number {
  return harness.requests().filter((request) => request.method === method && request.path.startsWith(path)).length;
}
