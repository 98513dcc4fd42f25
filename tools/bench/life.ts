import { rmSync } from "node:fs";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import { createWorkspace } from "../../test/support/engine";
import type { TestStack } from "../../test/support/engine-stack";
import { configFor } from "../../test/support/harness";
import { onInterrupt } from "../interrupt";
import { Stopwatch } from "./stopwatch";

/** The steps of a stack's life, in their order; `unchanged` is a preview that finds nothing to do. */
export const steps = ["preview", "up", "unchanged", "refresh", "destroy"] as const;
/** One of the steps. */
export type Step = (typeof steps)[number];

/** A stack's life to be measured. */
export interface LifeOptions {
  /** Where the plugin process runs and looks for packages. */
  readonly programs: string;
  readonly program: PulumiFn;
  readonly harness: Emulator;
  /** How many resources the program declares; each step is held to have dealt with all of them. */
  readonly size: number;
  /** How many resources the engine handles at a time. @default the engine's own number, four for each processor */
  readonly parallel?: number;
  /** @default all of them */
  readonly steps?: readonly Step[];
  /** Called just before and just after a step. */
  readonly before?: (step: Step) => void;
  readonly after?: (step: Step, stack: TestStack) => void;
}

/** A quota of 360 a minute would be all one measures; this much is none. */
const requestsPerMinute = "1000000";

/**
 * Plays a stack's life on the real engine, with an empty backend.
 *
 * @returns the milliseconds that the engine's process took for each step.
 * @throws Error when a step fails or did not do what it should have.
 */
export async function live(options: LifeOptions): Promise<Readonly<Record<Step, number>>> {
  const { harness, programs: programDir } = options;
  const config = configFor(harness, { "harness:requestsPerMinute": requestsPerMinute });
  const workspace = await createWorkspace({ programDir, projectName: "bench", config });
  const release = onInterrupt(() => rmSync(workspace.folder, { recursive: true, force: true }));
  try {
    const stack = await workspace.stack(options.program);
    const stopwatch = new Stopwatch(stack.automation.workspace);
    const times = { preview: 0, up: 0, unchanged: 0, refresh: 0, destroy: 0 };
    for (const step of options.steps ?? steps) {
      options.before?.(step);
      stopwatch.reset();
      const changes = await operations[step](stack.automation, options.parallel);
      times[step] = stopwatch.firstMs;
      requireAll(step, changes, options.size);
      options.after?.(step, stack);
    }
    return times;
  } finally {
    await workspace.close();
    release();
  }
}

type Changes = Readonly<Record<string, number>> | undefined;

/** Without listeners to events, which would slow the engine down. */
const operations: Readonly<Record<Step, (stack: Stack, parallel: number | undefined) => Promise<Changes>>> = {
  preview: async (stack, parallel) => (await stack.preview(widthOf(parallel))).changeSummary,
  up: async (stack, parallel) => (await stack.up(widthOf(parallel))).summary.resourceChanges,
  unchanged: async (stack, parallel) => (await stack.preview(widthOf(parallel))).changeSummary,
  refresh: async (stack, parallel) => (await stack.refresh(widthOf(parallel))).summary.resourceChanges,
  destroy: async (stack, parallel) => (await stack.destroy(widthOf(parallel))).summary.resourceChanges,
};

function widthOf(parallel: number | undefined): { parallel?: number } {
  return parallel === undefined ? {} : { parallel };
}

const expected: Readonly<Record<Step, string>> = {
  preview: "create",
  up: "create",
  unchanged: "same",
  refresh: "same",
  destroy: "delete",
};

/** A life in which something else happened is not worth measuring. The stack itself counts as a resource. */
function requireAll(step: Step, changes: Changes, size: number): void {
  const done = changes?.[expected[step]] ?? 0;
  if (done < size || done > size + 1) {
    throw new Error(`${step} should have found ${size} resources to ${expected[step]}: ${JSON.stringify(changes)}`);
  }
}
