import type { Workspace } from "@pulumi/pulumi/automation";

/**
 * Measures the processes of the engine alone. The Automation API asks the engine for outputs and history after each operation;
 * with these in the time, two programs would seem more alike than they are. Its hooks around each process make the cut.
 */
export class Stopwatch {
  #startedAt = 0;
  #firstMs: number | undefined;

  constructor(workspace: Workspace) {
    const before = workspace.serializeArgsForOp.bind(workspace);
    const after = workspace.postCommandCallback.bind(workspace);
    workspace.serializeArgsForOp = async (stackName) => {
      const args = await before(stackName);
      this.#startedAt = performance.now();
      return args;
    };
    workspace.postCommandCallback = async (stackName) => {
      this.#firstMs ??= performance.now() - this.#startedAt;
      await after(stackName);
    };
  }

  /** Forgets what was measured. */
  reset(): void {
    this.#firstMs = undefined;
  }

  /** How long the first process since `reset` took, in milliseconds. @throws Error when none has ended well */
  get firstMs(): number {
    if (this.#firstMs === undefined) {
      throw new Error("no process of the engine was seen to end");
    }
    return this.#firstMs;
  }
}
