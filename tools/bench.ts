import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { calls } from "./bench/calls";
import { editSpeed } from "./bench/edit-speed";
import { installEmptyProvider } from "./bench/empty-provider";
import { handlerSpeed } from "./bench/handler-speed";
import type { Measurement } from "./bench/measurement";
import { type BenchOptions, readOptions, usage } from "./bench/options";
import { overrideCalls } from "./bench/override-calls";
import { packageSize } from "./bench/package-size";
import { pluginStart } from "./bench/plugin-start";
import { requestRate } from "./bench/request-rate";
import { exitCodeOf, type Results, runAll } from "./bench/run";
import { stateText } from "./bench/state-text";
import { switchCalls } from "./bench/switch-calls";
import { tableOf } from "./bench/table";
import { wallTime } from "./bench/wall-time";
import { engineVersion } from "./engine";
import { installPackage } from "./install-package";
import { logToStderr } from "./progress";

const programs = join(__dirname, "bench", "programs");
const resultsFile = join(__dirname, "..", "bench-results.json");

/** What is measured, in this order: the short ones first. */
const measurements: readonly Measurement[] = [
  packageSize,
  handlerSpeed,
  editSpeed,
  requestRate,
  pluginStart,
  stateText,
  calls,
  overrideCalls,
  switchCalls,
  wallTime,
];

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const start = Date.now();
  logToStderr("installing the built package, and an empty provider, for the programs to be measured");
  installPackage(programs);
  installEmptyProvider(programs);
  const results = await runAll(measurements, { quick: options.quick, log: logToStderr, programs });
  const report = `${JSON.stringify({ ...surroundings(options, start), ...results }, null, 2)}\n`;
  writeFileSync(resultsFile, report);
  await print(options.json ? report : `\n${tableOf(results.rows)}\n${conclusionOf(results)}`);
  return exitCodeOf(results);
}

function surroundings({ quick }: BenchOptions, start: number): object {
  return {
    date: new Date(start).toISOString(),
    seconds: Math.round((Date.now() - start) / 1000),
    quick,
    engine: engineVersion,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: `${availableParallelism()} x ${cpus()[0]?.model ?? "unknown"}`,
  };
}

function conclusionOf(results: Results): string {
  const failures = results.failures.map(({ title, reason }) => `Not measured: ${title}: ${reason}\n`);
  const missed = results.rows.filter((row) => row.met === false);
  const lines = missed.map((row) => `Missed: ${row.what}${row.failed ? "" : " (a time: does not fail the run)"}\n`);
  const all = lines.length === 0 && failures.length === 0 ? ["Every target is met.\n"] : [];
  return [...failures, ...lines, ...all, `All numbers are in ${resultsFile}\n`].join("");
}

/** Returns when all of it has gone, because the process is ended after it. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
