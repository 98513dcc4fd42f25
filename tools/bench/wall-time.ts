import { programsFor, sizesOf, withAccount } from "./harness";
import { live, type Step, steps } from "./life";
import type { Bench, Measurement } from "./measurement";
import { type Row, timed, told } from "./row";
import { median } from "./statistics";

type Times = Readonly<Record<Step, number>>;

/** One life with our provider and, just before it, one with the provider that does nothing. */
interface Pair {
  readonly floor: Times;
  readonly ours: Times;
}

interface Case {
  readonly size: number;
  readonly latencyMs: number;
}

const latencies = [0, 20];
/** For `up` of 200 connectors with 20 ms of latency. */
const targetRatio = 1.3;
const words: Readonly<Record<Step, string>> = {
  preview: "preview",
  up: "up",
  unchanged: "preview that changes nothing",
  refresh: "refresh",
  destroy: "destroy",
};

/** Wall time of the engine's process, as a ratio to the same program with a provider that does nothing. */
export const wallTime: Measurement = {
  title: "wall time over a provider that does nothing",
  async measure(bench) {
    bench.log("  warming up");
    await measurePairs(bench, { size: 1, latencyMs: 0 }, 1);
    const rows: Row[] = [];
    for (const size of sizesOf(bench, [50, 200])) {
      for (const latencyMs of latencies) {
        const rounds = isTarget({ size, latencyMs }) ? 5 : 3;
        const pairs = await measurePairs(bench, { size, latencyMs }, bench.quick ? 1 : rounds);
        rows.push(...steps.map((step) => rowOf(step, { size, latencyMs }, pairs)));
      }
    }
    return rows;
  },
};

/** In turns, so that what else the machine does meets both. */
function measurePairs(bench: Bench, { size, latencyMs }: Case, rounds: number): Promise<Pair[]> {
  return withAccount(latencyMs, async (harness) => {
    const programs = programsFor(harness, size);
    const life = { programs: bench.programs, harness, size };
    const pairs: Pair[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      bench.log(`  ${size} resources, API latency ${latencyMs} ms: round ${round} of ${rounds}`);
      const floor = await live({ ...life, program: programs.floor });
      const ours = await live({ ...life, program: programs.ours });
      pairs.push({ floor, ours });
    }
    return pairs;
  });
}

function rowOf(step: Step, { size, latencyMs }: Case, pairs: readonly Pair[]): Row {
  const ratios = pairs.map((pair) => pair.ours[step] / pair.floor[step]);
  const ours = seconds(median(pairs.map((pair) => pair.ours[step])));
  const floor = seconds(median(pairs.map((pair) => pair.floor[step])));
  const row = {
    id: `time-${step}-${size}-${latencyMs}ms`,
    what: `${words[step]}, ${size} connectors, API latency ${latencyMs} ms, over an empty provider`,
    unit: "x" as const,
    measured: median(ratios),
    // A wide spread says that the machine had other work.
    note: `${ours} over ${floor}; median of ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`,
  };
  return step === "up" && isTarget({ size, latencyMs }) ? timed({ ...row, target: targetRatio }) : told(row);
}

function isTarget({ size, latencyMs }: Case): boolean {
  return size === 200 && latencyMs === 20;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
