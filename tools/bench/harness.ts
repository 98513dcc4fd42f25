import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bench } from "./measurement";

const secretId = "registry_token";

/**
 * Runs a body with an emulated Harness that has what the programs of connectors refer to.
 *
 * @param latencyMs How long each of its answers takes.
 */
export async function withAccount<T>(latencyMs: number, body: (harness: Emulator) => Promise<T>): Promise<T> {
  const harness = await startEmulator({ latencyMs });
  try {
    furnish(harness);
    return await body(harness);
  } finally {
    await harness.close();
  }
}

/** The programs to compare; loaded only now, because they load the installed package. */
export function programsFor(harness: Emulator, size: number): Readonly<Record<"ours" | "floor", PulumiFn>> {
  const { connectors }: typeof import("./programs/connectors") = require("./programs/connectors");
  const { blanks }: typeof import("./programs/blanks") = require("./programs/blanks");
  const { orgId, projectId } = harness;
  const plan = { size, orgId, projectId, passwordRef: secretId };
  return { ours: connectors(plan), floor: blanks(plan) };
}

/** How many connectors the rows are about. */
export function sizesOf({ quick }: Bench, all: readonly number[]): number[] {
  return all.filter((size) => !quick || size <= 50);
}

function furnish(harness: Emulator): void {
  const { orgId, projectId } = harness;
  harness.putSecret({ scope: { orgId, projectId }, identifier: secretId, value: "a value for one run" });
}
