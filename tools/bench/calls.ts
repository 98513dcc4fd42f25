import type { Emulator } from "../../emulator";
import { programsFor, sizesOf, withAccount } from "./harness";
import { live, type Step, steps } from "./life";
import type { Bench, Measurement } from "./measurement";
import { exact, type Row, told } from "./row";

/** Long enough for calls to meet, as they do in the world. */
const latencyMs = 20;

/** What each step may cost, with the connectors of one scope. */
const rules: Readonly<Record<Step, { readonly what: string; readonly most: ((size: number) => number) | undefined }>> =
  {
    preview: { what: "of preflight, to preview creating", most: () => 6 },
    up: { what: "to create", most: (size) => size + 6 },
    unchanged: { what: "of a preview that changes nothing of", most: () => 0 },
    refresh: { what: "to refresh", most: (size) => Math.floor(2 + size / 500) },
    destroy: { what: "to destroy", most: undefined },
  };

/** API calls by phase: what the emulator's log holds after each. */
export const calls: Measurement = {
  title: "API calls of a stack of connectors, phase by phase",
  async measure(bench) {
    const rows: Row[] = [];
    for (const size of sizesOf(bench, [1, 50, 200])) {
      bench.log(`  ${size} in one project: ${steps.join(", ")}`);
      rows.push(...(await withAccount(latencyMs, (harness) => countCalls(bench, harness, size))));
    }
    return rows;
  },
};

async function countCalls(bench: Bench, harness: Emulator, size: number): Promise<Row[]> {
  const rows: Row[] = [];
  await live({
    programs: bench.programs,
    program: programsFor(harness, size).ours,
    harness,
    size,
    before: () => harness.clearRequests(),
    after: (step) => {
      rows.push(rowOf(step, size, harness));
      requireSize(harness, step, step === "preview" || step === "destroy" ? 0 : size);
    },
  });
  return rows;
}

function rowOf(step: Step, size: number, harness: Emulator): Row {
  const requests = harness.requests();
  const { what, most } = rules[step];
  const row = {
    id: `calls-${step}-${size}`,
    what: `API calls ${what} ${size} connector${size === 1 ? "" : "s"}`,
    unit: "calls" as const,
    measured: requests.length,
    note: tally(requests.map((request) => request.method)),
  };
  return most === undefined ? told(row) : exact({ ...row, target: most(size) });
}

/** `200 POST, 3 GET` */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

/** Few calls are no merit when the work was not done. */
function requireSize(harness: Emulator, step: Step, size: number): void {
  const found = harness.connectors().length;
  if (found !== size) {
    throw new Error(`after ${step} there should be ${size} connectors, and there are ${found}`);
  }
}
