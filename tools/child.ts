import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onInterrupt } from "./interrupt";

const keptLines = 12;

/** A program to run to its end. */
export interface ChildOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Variables over those of this process; `undefined` takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** After this many milliseconds it is killed with all it started. Without it, it may take as long as it needs. */
  timeoutMs?: number;
  /** Gets every line of standard output and standard error. */
  onLine?: (line: string) => void;
}

/**
 * Runs a program and everything it starts as one group, which ends with this process at the latest.
 *
 * @throws Error whose message ends with the last lines the program printed, when it cannot be started, fails, or takes
 * longer than it may.
 */
export async function runChild(options: ChildOptions): Promise<void> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group, so that a time-out also ends what it started, e.g. the curl of a shell script.
    detached: true,
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lastLines.push(line);
      lastLines.splice(0, lastLines.length - keptLines);
      options.onLine?.(line);
    });
  }
  const release = onInterrupt(() => killGroup(child));
  try {
    const failure = await endOf(child, options.timeoutMs);
    if (failure !== undefined) {
      throw new Error([failure, ...lastLines].join("\n"));
    }
  } finally {
    release();
  }
}

/** Says in a few words how it failed, or nothing. */
async function endOf(child: ChildProcess, timeoutMs: number | undefined): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let timedOut = false;
  if (timeoutMs !== undefined) {
    timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
  }
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        const failure = code === null ? `ended by ${signal}` : `exit code ${code}`;
        resolve(timedOut ? `no end after ${(timeoutMs ?? 0) / 1000} s` : code === 0 ? undefined : failure);
      });
    });
  } finally {
    clearTimeout(timer);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
