import type {
  DestroyOptions,
  EngineEvent,
  OutputMap,
  PreviewOptions,
  RefreshOptions,
  Stack,
  UpOptions,
} from "@pulumi/pulumi/automation";
import { type Deployment, readDeployment, type StateResource } from "./engine-state";
import type { EngineTranscript } from "./engine-transcript";

/** What a person can tell the engine to do with a stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** One operation of the engine, as seen from outside. */
export interface OperationResult {
  operation: Operation;
  /** All that the CLI printed, in the order it came. */
  output: string;
  stdout: string;
  stderr: string;
  /** How many resources by what happened to them, e.g. `{ create: 2, same: 1 }`. */
  changes: Readonly<Record<string, number>>;
  /** All but the debug messages. */
  events: readonly EngineEvent[];
  durationMs: number;
}

/**
 * The engine ended an operation with a failure. The message holds all that it printed; the Automation API's own error is
 * not kept, because it only repeats that, twice.
 */
export class OperationFailed extends Error {
  readonly result: OperationResult;

  constructor(result: OperationResult, options: { cause?: unknown } = {}) {
    super(`pulumi ${result.operation} failed:\n${result.output || String(options.cause)}`);
    this.name = "OperationFailed";
    this.result = result;
  }
}

type Hooks = Required<Pick<UpOptions, "onOutput" | "onError" | "onEvent" | "color">>;
type Settings<T> = Omit<T, keyof Hooks>;

/** A stack on a file backend. Every operation rejects with `OperationFailed` when the engine says so. */
export class TestStack {
  /** The stack itself, for what this class does not offer. */
  readonly automation: Stack;
  /** The state file in the backend. */
  readonly stateFile: string;
  readonly #transcript: EngineTranscript;
  readonly #log: (text: string) => void;
  #abandoned = false;

  constructor(parts: {
    automation: Stack;
    stateFile: string;
    transcript: EngineTranscript;
    log?: (text: string) => void;
  }) {
    this.automation = parts.automation;
    this.stateFile = parts.stateFile;
    this.#transcript = parts.transcript;
    this.#log = parts.log ?? (() => undefined);
  }

  preview(settings: Settings<PreviewOptions> = {}): Promise<OperationResult> {
    return this.#operate("preview", (hooks) => this.automation.preview({ ...settings, ...hooks }));
  }

  /** Without a preview before it. `program` replaces the stack's program for this once. */
  up(settings: Settings<UpOptions> = {}): Promise<OperationResult> {
    return this.#operate("up", (hooks) => this.automation.up({ ...settings, ...hooks }));
  }

  refresh(settings: Settings<RefreshOptions> = {}): Promise<OperationResult> {
    return this.#operate("refresh", (hooks) => this.automation.refresh({ ...settings, ...hooks }));
  }

  destroy(settings: Settings<DestroyOptions> = {}): Promise<OperationResult> {
    return this.#operate("destroy", (hooks) => this.automation.destroy({ ...settings, ...hooks }));
  }

  /** Gives the result of an operation that is expected to fail; rejects if it does not. */
  async failing(operation: Promise<OperationResult>): Promise<OperationResult> {
    const result = await operation.catch((error: unknown) => {
      if (error instanceof OperationFailed) {
        return error;
      }
      throw error;
    });
    if (result instanceof OperationFailed) {
      return result.result;
    }
    throw new Error(`pulumi ${result.operation} was expected to fail, and did not:\n${result.output}`);
  }

  /** The stack's outputs, secrets in clear. */
  outputs(): Promise<OutputMap> {
    return this.automation.outputs();
  }

  /** The state as it lies on the disk. */
  deployment(): Deployment {
    return readDeployment(this.stateFile);
  }

  /**
   * The resources in the state.
   *
   * @param type The whole type token, or what follows its last colon, e.g. the class name. Without it, all but the
   * stack and the providers.
   */
  resources(type?: string): StateResource[] {
    return this.deployment().resources.filter((resource) =>
      type === undefined
        ? !resource.type.startsWith("pulumi:")
        : resource.type === type || resource.type.endsWith(`:${type}`),
    );
  }

  /** Leaves what the stack made where it is: nothing is destroyed at the end. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Destroys what is left, unless the stack was abandoned. */
  async close(): Promise<void> {
    if (!this.#abandoned && this.deployment().resources.length > 0) {
      await this.destroy();
    }
  }

  async #operate(operation: Operation, run: (hooks: Hooks) => Promise<unknown>): Promise<OperationResult> {
    try {
      return await this.#once(operation, run);
    } catch (error) {
      if (!(error instanceof OperationFailed) || !NEVER_MET.test(error.result.output)) throw error;
      return this.#once(operation, run);
    }
  }

  async #once(operation: Operation, run: (hooks: Hooks) => Promise<unknown>): Promise<OperationResult> {
    const recording = new Recording(operation, {
      text: (text) => {
        this.#transcript.append(text);
        this.#log(text);
      },
      event: (event) => this.#transcript.appendEvent(event),
    });
    try {
      await run(recording.hooks);
    } catch (error) {
      throw new OperationFailed(recording.result(), { cause: error });
    } finally {
      this.#transcript.keepState(this.stateFile, operation);
    }
    return recording.result();
  }
}

/**
 * The program runs in this process, and on a machine that is busy elsewhere it may not get through to the engine at all. That is gRPC's
 * own failure between the two, before any resource is asked for.
 */
const NEVER_MET = /14 UNAVAILABLE: No connection established/;

interface Listener {
  text: (text: string) => void;
  event: (event: EngineEvent) => void;
}

class Recording {
  readonly hooks: Hooks;
  readonly #operation: Operation;
  readonly #start = Date.now();
  readonly #events: EngineEvent[] = [];
  readonly #text = { output: "", stdout: "", stderr: "" };

  constructor(operation: Operation, listener: Listener) {
    this.#operation = operation;
    const take = (stream: "stdout" | "stderr") => (text: string) => {
      this.#text.output += text;
      this.#text[stream] += text;
      listener.text(text);
    };
    listener.text(`\n$ pulumi ${operation}\n`);
    this.hooks = {
      color: "never",
      onOutput: take("stdout"),
      onError: take("stderr"),
      onEvent: (event) => {
        // These are for `--debug`: the engine says in them, in clear, what the program registers.
        if (event.diagnosticEvent?.prefix?.startsWith("debug") !== true) {
          this.#events.push(event);
          listener.event(event);
        }
      },
    };
  }

  result(): OperationResult {
    const summary = this.#events.find((event) => event.summaryEvent !== undefined)?.summaryEvent;
    return {
      ...this.#text,
      operation: this.#operation,
      changes: { ...summary?.resourceChanges },
      events: this.#events,
      durationMs: Date.now() - this.#start,
    };
  }
}
