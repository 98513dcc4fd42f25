import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator, Fault, RequestRecord } from "../../emulator";
import { createWorkspace, type EngineWorkspace } from "../support/engine";
import type { TestStack } from "../support/engine-stack";
import { everythingAnswered, withHarness } from "../support/harness";
import {
  attempted,
  buildPipeline,
  errorsIn,
  GIT,
  overridesConfig,
  PROGRAMS,
  pipelineCalls,
  pipelineText,
  SCOPE,
  type Store,
  savesSent,
  timesIn,
} from "./overridden";
import { program } from "./programs/overrides";

const PROJECT = "killed";
const PIPELINES = ["checkout", "search"];
/** Every other stage has an image connector already. */
const STAGES = Array.from({ length: 10 }, (_, index) => ({
  stage: `stage_${index}`,
  ...(index % 2 === 0 ? { former: `account.former_${index}` } : {}),
}));
const WANTED = PIPELINES.flatMap((pipeline) => STAGES.map(({ stage }) => ({ pipeline, stage, adopt: true })));
const SLOW_MS = 3000;
const SAVE = { method: "PUT", path: /pipelines/ } as const;
const LOOK = { method: "GET", path: /pipelines\/summary/ } as const;

/** When the engine is killed. */
interface Moment {
  readonly name: string;
  readonly when: (harness: Emulator) => boolean;
  /** What makes the moment last. */
  readonly fault?: Fault;
}

const onItsWay = ({ status }: RequestRecord) => status === undefined;
const answered = (harness: Emulator, saves: number) =>
  savesSent(harness).filter(({ status }) => status === 200).length >= saves;

const BEFORE: Moment = {
  name: "before the first save",
  when: (harness) => pipelineCalls(harness).some((call) => call.path.includes("summary") && onItsWay(call)),
  fault: { match: LOOK, times: 2, delayMs: SLOW_MS },
};
const ON_THE_WIRE: Moment = {
  name: "with a save on its way to Harness",
  when: (harness) => savesSent(harness).some(onItsWay),
  fault: { match: SAVE, times: 2, delayMs: SLOW_MS, late: true },
};
const DONE: Moment = {
  name: "with the answer to a save on its way back",
  when: (harness) => savesSent(harness).some(onItsWay),
  fault: { match: SAVE, times: 2, delayMs: SLOW_MS },
};
const ANSWERED: Moment = { name: "when one save was answered", when: (harness) => answered(harness, 1) };
const SEVERAL: Moment = { name: "when three saves were answered", when: (harness) => answered(harness, 3) };

interface Kill {
  readonly store: Store;
  readonly orphan: "killed" | "still writing";
  readonly moment: Moment;
}

/** Kills `pulumi up` at a moment, then does what a person does. */
function killAndGoOn({ store, orphan, moment }: Kill): Promise<void> {
  return withHarness(async (harness) => {
    const git = store === "remote" ? { git: GIT } : {};
    for (const pipeline of PIPELINES) harness.putPipeline({ scope: SCOPE, yaml: original(pipeline), ...git });
    harness.set({ latencyMs: 20 });
    const config = overridesConfig(harness, PROJECT, WANTED, store === "remote" ? { branch: GIT.branch } : {});
    // What an orphan still writes is the whole, so that it does not matter in which order it and the next run save.
    const env: Record<string, string> = orphan === "killed" ? {} : { PULUMI_PARALLEL: "64" };
    const workspace = await createWorkspace({ programDir: PROGRAMS, projectName: PROJECT, config, env });
    try {
      if (moment.fault !== undefined) harness.inject(moment.fault);
      const run = await workspace.start({ operation: "up", programFile: join(PROGRAMS, "overrides.ts") });
      await run.killEngineWhen(() => moment.when(harness));
      if (orphan === "killed") {
        run.killPlugins();
        // What a dead process had on the wire has landed when a person runs again: an inline pipeline is the last writer's. [H157]
        await everythingAnswered(harness, 2 * SLOW_MS);
      } else {
        assert.ok(run.pluginPids().length > 0, "the orphan lives");
      }
      await goOn(workspace, harness);
    } finally {
      await workspace.close();
    }
  });
}

async function goOn(workspace: EngineWorkspace, harness: Emulator): Promise<void> {
  const stack = await workspace.stack(program);
  // The killed engine left its lock, as it would for a person.
  await stack.automation.cancel();
  await upAgain(stack);
  await everythingAnswered(harness, 2 * SLOW_MS);
  for (const pipeline of PIPELINES) {
    assert.equal(timesIn(pipelineText(harness, pipeline), "harnessImageConnectorRef: account.mirror"), STAGES.length);
  }
  assert.deepEqual(formers(stack), expectedFormers());
  assert.deepEqual((await stack.preview()).changes, { same: WANTED.length + 3 });
  await stack.destroy();
  assert.deepEqual(
    PIPELINES.map((pipeline) => pipelineText(harness, pipeline)),
    PIPELINES.map(original),
  );
}

/** An orphan that saves in the same moment is somebody else: it is reported, and then all is well. [H157] */
async function upAgain(stack: TestStack): Promise<void> {
  const first = await attempted(stack.up());
  const errors = errorsIn(first).map(({ message }) => message);
  if (errors.length === 0) return;
  assert.deepEqual(
    errors.filter((message) => !message.includes("[OVERWRITTEN]")),
    [],
  );
  await stack.up();
}

function original(pipeline: string): string {
  return buildPipeline(pipeline, STAGES);
}

function formers(stack: TestStack): Record<string, unknown> {
  const resources = stack.resources("StageImageOverride");
  return Object.fromEntries(resources.map(({ id = "", outputs }) => [id, outputs["previousConnectorRef"]]));
}

function expectedFormers(): Record<string, unknown> {
  const stages = PIPELINES.flatMap((pipeline) =>
    STAGES.map(({ stage, former }) => [`default/demo/${pipeline}/${stage}`, former] as const),
  );
  return Object.fromEntries(stages);
}

const KILLS: readonly Kill[] = [
  ...[ON_THE_WIRE, DONE, ANSWERED, SEVERAL].map((moment) => ({ store: "inline", orphan: "killed", moment }) as const),
  ...[BEFORE, ON_THE_WIRE].map((moment) => ({ store: "inline", orphan: "still writing", moment }) as const),
  ...(["killed", "still writing"] as const).map(
    (orphan) => ({ store: "remote", orphan, moment: ON_THE_WIRE }) as const,
  ),
  { store: "remote", orphan: "killed", moment: SEVERAL },
];

describe("pulumi killed in the middle of an up of 20 overrides, half of them over another connector", function () {
  this.timeout(120_000);
  for (const kill of KILLS) {
    const { store, orphan, moment } = kill;
    it(`goes on with the next up, ${store}; killed ${moment.name}, the orphaned plugin ${orphan} [H118]`, () =>
      killAndGoOn(kill));
  }
});
