import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkspacePlan } from "./engine";
import type { Operation } from "./engine-stack";
import { transcriptFolder } from "./engine-transcript";
import { descendantsOf, isRunning, kill } from "./process-tree";

const pollMs = 5;
const endTimeoutMs = 5_000;
const repository = join(__dirname, "..", "..");

/** What to run in a process of its own. */
export interface RunOptions {
  operation: Operation;
  /** An absolute path of a module that exports the program: as `module.exports`, or as `program`. */
  programFile: string;
}

/** What the new process is told, as JSON. */
export interface RunOrder extends RunOptions {
  workspace: { folder: string; plan: WorkspacePlan };
}

interface EngineRunOptions extends RunOrder {
  log: (text: string) => void;
  onEnd: () => void;
}

/** How a run ended. */
export interface RunEnd {
  code: number | null;
  /** All that was printed. */
  output: string;
}

/** An operation that runs in a process of its own and can be killed: program, then `pulumi`, then its plugins. */
export class EngineRun {
  /** Settles when the process of the program has ended, however it did. */
  readonly ended: Promise<RunEnd>;
  readonly #child: ChildProcess;
  readonly #operation: Operation;
  readonly #plugins = new Set<number>();
  #output = "";
  #killed = false;

  constructor(options: EngineRunOptions) {
    const { log, onEnd, ...order } = options;
    this.#operation = options.operation;
    this.#child = spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", join(__dirname, "run-stack.ts"), JSON.stringify(order)],
      {
        cwd: repository,
        env: { ...process.env, ...options.workspace.plan.env, PHI_TRANSCRIPTS: transcriptFolder() },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        log(text);
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      // Not "exit": the last lines may come after it. Plugins hold pipes to the engine only, so orphans delay nothing.
      this.#child.once("close", (code) => {
        onEnd();
        resolve({ code, output: this.#output });
      });
    });
  }

  /** What was printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Whether the engine was killed without a chance to tidy up. */
  get killed(): boolean {
    return this.#killed;
  }

  /** The process of the engine that does the operation, once it runs. */
  enginePid(): number | undefined {
    return this.#processes().find(({ command }) => /^\S*\bpulumi /.test(command) && this.#isOperation(command))?.pid;
  }

  /** The plugin processes seen so far that still run, the shell scripts that started them included. */
  pluginPids(): number[] {
    const engine = this.enginePid();
    for (const { pid } of engine === undefined ? [] : descendantsOf(engine)) {
      this.#plugins.add(pid);
    }
    return [...this.#plugins].filter(isRunning);
  }

  /**
   * Waits for a condition, then kills the engine. Its plugins become orphans and run on.
   *
   * @param condition Looked at every few milliseconds.
   * @param timeoutMs How long to wait at most.
   * @throws Error with all that was printed, when the run ends or the time is over before the condition holds.
   */
  async killEngineWhen(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    await this.#when(condition, timeoutMs);
    this.killEngine();
  }

  /** Sends the engine a signal. @throws Error when it does not run. */
  killEngine(signal: NodeJS.Signals = "SIGKILL"): void {
    this.pluginPids();
    const pid = this.enginePid();
    if (pid === undefined || !kill(pid, signal)) {
      throw new Error(`there is no engine to kill. Printed so far:\n${this.#output}`);
    }
    this.#killed ||= signal === "SIGKILL";
  }

  /** Kills the plugins that were seen and still run, as when the whole machine goes down. */
  killPlugins(): void {
    for (const pid of this.pluginPids()) {
      kill(pid);
    }
  }

  /** Waits until no plugin of this run is left. @returns false when the time is over before that. */
  async pluginsGone(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (this.pluginPids().length > 0) {
      if (Date.now() > deadline) {
        return false;
      }
      await sleep(pollMs);
    }
    return true;
  }

  /** Kills what still runs of all this, and waits for it. */
  async end(): Promise<RunEnd> {
    const pids = [...this.pluginPids(), ...this.#processes().map(({ pid }) => pid)];
    this.#child.kill("SIGKILL");
    for (const pid of pids) {
      this.#killed = kill(pid) || this.#killed;
    }
    const end = await this.ended;
    await this.pluginsGone(endTimeoutMs);
    return end;
  }

  async #when(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (this.#hasEnded() || Date.now() > deadline) {
        const why = this.#hasEnded() ? "the run ended before" : `not within ${timeoutMs} ms`;
        throw new Error(`the moment to kill the engine did not come: ${why}. Printed so far:\n${this.#output}`);
      }
      await sleep(pollMs);
    }
  }

  #processes(): { pid: number; command: string }[] {
    return this.#child.pid === undefined || this.#hasEnded() ? [] : descendantsOf(this.#child.pid);
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  // The Automation API also runs `pulumi stack select` and the like.
  #isOperation(command: string): boolean {
    return command.split(" ")[1] === this.#operation;
  }
}
