import { appendFileSync } from "node:fs";
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

/** How many requests of a method the emulator has taken whose path begins so. */
export function countOf(harness: Emulator, method: string, path = ""): number {
  return harness.requests().filter((request) => request.method === method && request.path.startsWith(path)).length;
}
