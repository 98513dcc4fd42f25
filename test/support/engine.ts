import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigMap, LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import { engineEnvironment, testEngine } from "./engine-environment";
import { EngineRun, type RunOptions } from "./engine-run";
import { TestStack } from "./engine-stack";
import { EngineTranscript } from "./engine-transcript";

/** A workspace as plain data, so that another process can open it too. */
export interface WorkspacePlan {
  /** The folder of the program: where the plugin process runs and looks for packages. */
  programDir: string;
  /** @default "tests" */
  projectName?: string;
  /** @default "dev" */
  stackName?: string;
  config?: ConfigMap;
  /** Further variables for the engine, the plugin process and, in a process of its own, the program. */
  env?: Record<string, string>;
}

/** A workspace, and who listens. */
export interface WorkspaceOptions extends WorkspacePlan {
  /** Gets what the engine prints, as it comes. */
  log?: (text: string) => void;
}

/** A workspace and the program of its stack. */
export interface StackOptions extends WorkspaceOptions {
  /**
   * Runs in this process, so what it loads must find the same copy of `@pulumi/pulumi` as this file does: with a second
   * one in `programDir/node_modules` every resource fails with "Request message serialization failure".
   */
  program: PulumiFn;
}

/**
 * Runs a body with a new stack on an empty backend. Afterwards, also when the body failed, what the stack made is
 * destroyed and the backend removed.
 *
 * @throws what the body throws; else what the destruction throws.
 */
export async function withStack<T>(options: StackOptions, body: (stack: TestStack) => Promise<T>): Promise<T> {
  const workspace = await createWorkspace(options);
  let failure: { error: unknown } | undefined;
  try {
    const stack = await workspace.stack(options.program);
    try {
      return await body(stack);
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      await stack.close().catch((error: unknown) => {
        // The first failure is the one to look at; this one is in the transcript.
        if (failure === undefined) {
          throw error;
        }
      });
    }
  } finally {
    await workspace.close();
  }
}

/** Makes an empty backend that several stacks, runs and processes can use after each other; close it at the end. */
export async function createWorkspace(options: WorkspaceOptions): Promise<EngineWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-harness-images-"));
  for (const name of ["backend", "home", "work"]) {
    await mkdir(join(folder, name));
  }
  return new EngineWorkspace(folder, options);
}

/** A backend, a home and a project in a temporary folder. */
export class EngineWorkspace {
  readonly folder: string;
  readonly projectName: string;
  readonly stackName: string;
  /** The state file of the stack in the backend. */
  readonly stateFile: string;
  readonly #options: WorkspaceOptions;
  readonly #runs: EngineRun[] = [];
  readonly #transcript: EngineTranscript;

  constructor(folder: string, options: WorkspaceOptions) {
    this.folder = folder;
    this.projectName = options.projectName ?? "tests";
    this.stackName = options.stackName ?? "dev";
    this.stateFile = join(folder, "backend", ".pulumi", "stacks", this.projectName, `${this.stackName}.json`);
    this.#options = options;
    this.#transcript = new EngineTranscript(`${this.projectName}-${this.stackName}`);
  }

  /** The stack of this workspace, made when it is not there yet, with its configuration. */
  async stack(program: PulumiFn): Promise<TestStack> {
    const { command } = await testEngine();
    await this.#unlock();
    const { config = {}, env, log, programDir } = this.#options;
    const { folder, projectName, stackName, stateFile } = this;
    const automation = await LocalWorkspace.createOrSelectStack(
      { stackName, projectName, program },
      {
        workDir: join(folder, "work"),
        pulumiCommand: command,
        pulumiHome: join(folder, "home"),
        envVars: { ...engineEnvironment(folder), ...env },
        // Decides where the plugin process runs. A folder will do, because the engine does not run an inline program.
        projectSettings: { name: projectName, runtime: "nodejs", main: programDir },
      },
    );
    if (Object.keys(config).length > 0) {
      await automation.setAllConfig(config);
    }
    return new TestStack({ automation, stateFile, transcript: this.#transcript, ...(log && { log }) });
  }

  /**
   * Starts an operation in a process of its own, which can be killed at a chosen moment.
   *
   * The stack is made in that process; a later `stack()` here, or another run, goes on with what it left, once it ended.
   */
  async start(options: RunOptions): Promise<EngineRun> {
    await testEngine();
    await this.#unlock();
    const { log, ...plan } = this.#options;
    const run = new EngineRun({
      ...options,
      workspace: { folder: this.folder, plan },
      log: (text) => {
        this.#transcript.append(text);
        log?.(text);
      },
      onEnd: () => this.#transcript.keepState(this.stateFile, options.operation),
    });
    this.#runs.push(run);
    return run;
  }

  /** Ends what still runs and removes the folder. What the stack made is not destroyed. */
  async close(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.end()));
    await rm(this.folder, { recursive: true, force: true });
  }

  // A killed engine leaves its lock, and every operation but a preview would refuse. This is what `pulumi cancel` does.
  async #unlock(): Promise<void> {
    if (this.#runs.some((run) => run.killed)) {
      await rm(join(this.folder, "backend", ".pulumi", "locks"), { recursive: true, force: true });
    }
  }
}
