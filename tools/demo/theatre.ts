import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import { claim, Differs } from "./claim";
import { connectorsIn, secretsIn } from "./harness-view";
import type { DiffLine, Narrator } from "./narrator";
import type { Workspace } from "./workspace";

/** What the demo has Pulumi do. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** How an operation of the engine went. */
export interface Outcome {
  /** How many resources by what happened to them, as the engine counts: `{ create: 2, same: 1 }`. The stack is one. */
  changes: Readonly<Record<string, number>>;
  /** All that it printed. */
  output: string;
}

/** One part of the demo. */
export interface Scene {
  title: string;
  /**
   * Plays it, checking all it tells.
   *
   * @returns what has been proved, as a sentence.
   * @throws Differs when something is not as it tells.
   */
  play: (theatre: Theatre) => Promise<string>;
}

/** What the scenes are played with: a stack of an example's program, one emulated Harness, one teller. */
export class Theatre {
  readonly harness: Emulator;
  /** Everything the engine has printed so far. */
  printed = "";
  readonly #open: (example: string) => Promise<Workspace>;
  #workspace: Workspace;
  readonly #narrator: Narrator;
  readonly #signal: AbortSignal;

  constructor(parts: {
    harness: Emulator;
    workspace: Workspace;
    /** Opens the stack of another example. */
    open: (example: string) => Promise<Workspace>;
    narrator: Narrator;
    signal: AbortSignal;
  }) {
    this.#open = parts.open;
    this.harness = parts.harness;
    this.#workspace = parts.workspace;
    this.#narrator = parts.narrator;
    this.#signal = parts.signal;
  }

  /** Tells the reader something. */
  say(text: string): void {
    this.#narrator.say(text);
  }

  /** Goes on with the stack of another example. */
  async enter(example: string): Promise<void> {
    this.#signal.throwIfAborted();
    this.#narrator.command(`cd ../${example}`);
    this.#workspace = await this.#open(example);
  }

  /** Sets configuration of the stack, several keys at once; a secret one is not shown. */
  async configure(values: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>> = {}) {
    this.#signal.throwIfAborted();
    for (const [key, value] of Object.entries(values)) {
      this.#narrator.command(`pulumi config set ${key} ${/^[\w:/.-]+$/.test(value) ? value : `'${value}'`}`);
    }
    for (const key of Object.keys(secrets)) {
      this.#narrator.command(`pulumi config set --secret ${key}`);
    }
    const plain = Object.entries(values).map(([key, value]) => [key, { value }]);
    const secret = Object.entries(secrets).map(([key, value]) => [key, { value, secret: true }]);
    await this.#workspace.stack.setAllConfig(Object.fromEntries([...plain, ...secret]));
  }

  /** Has Pulumi do something that is to succeed; `diff` shows every property. */
  async pulumi(operation: Operation, options: { diff?: boolean } = {}): Promise<Outcome> {
    const { failure, ...outcome } = await this.#run(operation, options.diff === true);
    if (failure !== undefined) {
      const why = outcome.output.trim() === "" ? failure.message : "Its own words, above, say why it did not.";
      throw new Differs(`pulumi ${operation} should have succeeded.`, [why]);
    }
    return outcome;
  }

  /** Has Pulumi do something that is to fail. */
  async failingPulumi(operation: Operation): Promise<Outcome> {
    const { failure, ...outcome } = await this.#run(operation, false);
    claim(`pulumi ${operation} should have failed.`, failure === undefined ? "succeeded" : "failed", "failed");
    return outcome;
  }

  /** Shows what is in Harness, seen without its API. */
  showHarness(): void {
    const secrets = secretsIn(this.harness).map(({ where, identifier }) => `secret ${identifier} (${where})`);
    const connectors = connectorsIn(this.harness).map(
      ({ where, identifier, url, username, passwordRef }) =>
        `connector ${identifier} (${where}): ${url}, user ${username}, password ${passwordRef}`,
    );
    const found = [...secrets, ...connectors];
    this.#narrator.list(found, found.length === 0 ? "Harness has nothing." : "Harness has:");
  }

  /** Shows what has changed in a text. */
  showDiff(lines: readonly DiffLine[]): void {
    this.#narrator.diff(lines);
  }

  /** The text of every file that Pulumi wrote. */
  written(): string[] {
    return this.#workspace.written();
  }

  async #run(operation: Operation, diff: boolean): Promise<Outcome & { failure: Error | undefined }> {
    this.#signal.throwIfAborted();
    this.#narrator.command(`pulumi ${operation}${diff ? " --diff" : ""}`);
    const shown = this.#narrator.engineOutput();
    let output = "";
    let changes: Readonly<Record<string, number>> = {};
    const take = (text: string) => {
      output += text;
      shown.take(text);
    };
    const hooks = {
      color: "never" as const,
      onOutput: take,
      onError: take,
      onEvent: ({ summaryEvent }: EngineEvent) => {
        changes = summaryEvent?.resourceChanges ?? changes;
      },
      // One of its own for each operation: the engine's library never takes its listeners away.
      signal: AbortSignal.any([this.#signal]),
      ...(diff ? { diff } : {}),
    };
    const failure = await this.#workspace.stack[operation](hooks).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    shown.end();
    this.#signal.throwIfAborted();
    this.printed += output;
    return { failure, changes: { ...changes }, output };
  }
}
