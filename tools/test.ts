import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs mocha in a process of its own. @returns what it counted; one failure when it did not come to counting */
function mocha(folder: string, args: readonly string[]): Counts {
  const counts = join(folder, "counts.json");
  rmSync(counts, { force: true });
  const env = { ...process.env, PHI_TRANSCRIPTS: join(folder, "written"), PHI_COUNTS: counts };
  const script = require.resolve("mocha/bin/mocha.js");
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, env, stdio: "inherit" });
  try {
    const { passed, failed } = JSON.parse(readFileSync(counts, "utf8"));
    return { passed, failed: status === 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** What counts calls that depend on how quickly the engine hands resources over; it needs the machine for itself. */
const ALONE = "test/engine/overrides-many.test.ts";

/**
 * Runs all tests, several files at a time, because tests of the engine mostly wait for it. After them come those that want the machine
 * for themselves, and the one that looks through everything the others wrote. The last line counts all.
 */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "test-run-"));
  const jobs = String(availableParallelism() + 1);
  try {
    const all = mocha(folder, ["--parallel", "--jobs", jobs, "--ignore", ALONE, "test/!(secrecy)/**/*.test.ts"]);
    const last = mocha(folder, [ALONE, "test/secrecy/*.test.ts"]);
    process.stdout.write(`${all.passed + last.passed} passed, ${all.failed + last.failed} failed\n`);
    process.exitCode = all.failed + last.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
