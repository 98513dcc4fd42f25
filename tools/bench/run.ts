import type { Bench, Measurement } from "./measurement";
import type { Row } from "./row";

/** What a run found. */
export interface Results {
  readonly rows: readonly Row[];
  /** The measurements that could not be made, and why. */
  readonly failures: readonly { readonly title: string; readonly reason: string }[];
}

/** Makes the measurements one after the other, so that none disturbs another. One that fails does not end the run. */
export async function runAll(measurements: readonly Measurement[], bench: Bench): Promise<Results> {
  const rows: Row[] = [];
  const failures: { title: string; reason: string }[] = [];
  for (const [index, { title, measure }] of measurements.entries()) {
    bench.log(`${index + 1} of ${measurements.length}: ${title}`);
    try {
      rows.push(...(await measure(bench)));
    } catch (error) {
      failures.push({ title, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { rows, failures };
}

/** 0 when everything was measured and nothing that must hold is missed. */
export function exitCodeOf({ rows, failures }: Results): number {
  return failures.length === 0 && rows.every((row) => !row.failed) ? 0 : 1;
}
