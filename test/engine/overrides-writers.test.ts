import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Emulator, PipelineSave } from "../../emulator";
import { withStack } from "../support/engine";
import type { OperationResult, TestStack } from "../support/engine-stack";
import { withHarness } from "../support/harness";
import {
  attempted,
  buildPipeline,
  callHarness,
  errorsIn,
  GIT,
  MANY,
  overridesConfig,
  PROGRAMS,
  pipelineCalls,
  pipelineText,
  SCOPE,
  type Store,
  savesSent,
  scopeQuery,
  timesIn,
  withMany,
} from "./overridden";
import { existing } from "./programs/overrides";

const PERIOD_MS = 50;
/** After so many tries of ours in vain a writer slows down: how long a try takes is this machine's affair. */
const TRIES = 25;
const SLOW_PERIOD_MS = 500;

/** How somebody else edits: in one go, or as a script does, reading first and writing what it made of it. */
type Manner = "at once" | "through the API";

/** Somebody who counts a pipeline's description up until told to stop. */
class Writer {
  private stopped = false;
  private readonly work: Promise<void>;

  constructor(edit: (count: number) => Promise<void>, isSlow: () => boolean) {
    this.work = this.run(edit, isSlow);
    // Reported by stop(), not before.
    this.work.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.work;
  }

  private async run(edit: (count: number) => Promise<void>, isSlow: () => boolean): Promise<void> {
    for (let count = 1; !this.stopped; count += 1) {
      await edit(count);
      await pause(isSlow() ? SLOW_PERIOD_MS : PERIOD_MS);
    }
  }
}

function described(yaml: string, count: number): string {
  return yaml.replace(/description: "\d+"/, `description: "${count}"`);
}

function countIn(yaml: string): number {
  return Number(/description: "(\d+)"/.exec(yaml)?.[1]);
}

function writerOf(harness: Emulator, pipeline: string, store: Store, manner: Manner): Writer {
  const isSlow = () => triesInVain(harness, pipeline) > TRIES;
  if (manner === "through the API") {
    return new Writer((count) => editByScript(harness, pipeline, store, count), isSlow);
  }
  const edit = async (count: number) => harness.editPipeline(SCOPE, pipeline, (yaml) => described(yaml, count));
  return new Writer(edit, isSlow);
}

/** Refused saves of a remote pipeline; of an inline one, looks whether it is still as it was read. */
function triesInVain(harness: Emulator, pipeline: string): number {
  const calls = pipelineCalls(harness).filter(({ path }) => path.endsWith(`/${pipeline}`));
  const isOurs = ({ query }: (typeof calls)[number]) => query["commitMsg"] !== "Description";
  return calls.filter((call) => {
    return call.method === "PUT" ? call.status === 400 && isOurs(call) : call.path.includes("/summary/");
  }).length;
}

/** Of a remote pipeline Git refuses what was made from an old text; then the script begins anew. [H165] */
async function editByScript(harness: Emulator, pipeline: string, store: Store, count: number): Promise<void> {
  const branch = store === "remote" ? `&branch=${GIT.branch}` : "";
  for (let saved = false; !saved; ) {
    const path = `/pipeline/api/pipelines/${pipeline}?${scopeQuery(harness)}${branch}`;
    const { data } = JSON.parse(await callHarness(harness, "GET", path));
    const { objectId, commitId } = data.gitDetails ?? {};
    const place = `&storeType=REMOTE&connectorRef=${GIT.connectorRef}&repoName=${GIT.repoName}&filePath=.harness/${pipeline}.yaml`;
    const ids = `${branch}${place}&lastObjectId=${objectId}&lastCommitId=${commitId}&commitMsg=Description`;
    const save = `/pipeline/api/pipelines/v2/${pipeline}?${scopeQuery(harness)}${store === "remote" ? ids : ""}`;
    saved = await callHarness(harness, "PUT", save, { yaml: described(String(data.yamlPipeline), count) }).then(
      () => true,
      (error: unknown) => {
        if (store === "remote" && /should match with current blob id/.test(String(error))) return false;
        throw error;
      },
    );
  }
}

/** Does something while each pipeline has a writer. */
async function besideWriters<T>(harness: Emulator, store: Store, manner: Manner, body: () => Promise<T>): Promise<T> {
  const writers = MANY.pipelines.map((pipeline) => writerOf(harness, pipeline, store, manner));
  try {
    return await body();
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()));
  }
}

/** The saves that put back an older description than the one they came over: somebody's edit was lost. */
function losses(saves: readonly PipelineSave[]): PipelineSave[] {
  return saves.filter(({ yaml }, index) => countIn(yaml) < countIn(saves[index - 1]?.yaml ?? yaml));
}

/**
 * Each stage is overridden, or the person was told why not, or somebody saved a text from before over it when our run had ended its
 * look, which only a refresh can find.
 */
function assertDoneOrTold(harness: Emulator, stack: TestStack, up: OperationResult): void {
  const errors = errorsIn(up);
  const states = new Set(stack.resources("StageImageOverride").map(({ id }) => id));
  for (const pipeline of MANY.pipelines) {
    const written = stagesSet(pipelineText(harness, pipeline));
    const saves = harness.pipelineSaves(SCOPE, pipeline);
    for (const stage of MANY.stages) {
      const told = errors.some(
        ({ urn, message }) =>
          urn.endsWith(`::${pipeline}-${stage}`) && /\[(OVERWRITTEN|CHANGED_MEANWHILE)\]/.test(message),
      );
      const known = written.has(stage) || told || wasDropped(saves, stage);
      assert.ok(known, `${pipeline}/${stage} is set, or it was said why not`);
      if (written.has(stage)) assert.ok(states.has(`default/demo/${pipeline}/${stage}`));
    }
  }
}

/** Whether somebody's save, which counts the description up, took our setting out again. */
function wasDropped(saves: readonly PipelineSave[], stage: string): boolean {
  const last = saves.map(({ yaml }) => stagesSet(yaml).has(stage)).lastIndexOf(true);
  const [ours, theirs] = [saves[last], saves[last + 1]];
  return ours !== undefined && theirs !== undefined && countIn(theirs.yaml) > countIn(ours.yaml);
}

function stagesSet(yaml: string): Set<string> {
  const stages = yaml.split("    - stage:").slice(1);
  const set = stages.filter((text) => text.includes("harnessImageConnectorRef: account.mirror"));
  return new Set(set.map((text) => /identifier: (\w+)/.exec(text)?.[1] ?? ""));
}

/** With nobody else at work everything comes into place, and goes again. */
async function settle(harness: Emulator, stack: TestStack, { refresh }: { readonly refresh: boolean }): Promise<void> {
  await stack.up({ parallel: 64, refresh });
  for (const pipeline of MANY.pipelines) {
    assert.equal(timesIn(pipelineText(harness, pipeline), "account.mirror"), MANY.stages.length, pipeline);
  }
  assert.deepEqual((await stack.preview()).changes, { same: MANY.pipelines.length * MANY.stages.length + 3 });
  await stack.destroy({ parallel: 64 });
  for (const pipeline of MANY.pipelines) {
    assert.equal(described(pipelineText(harness, pipeline), 0), MANY.original(pipeline));
  }
}

describe("50 overrides of 5 pipelines while somebody edits each of them, every 50 ms at first", function () {
  this.timeout(180_000);

  for (const manner of ["at once", "through the API"] as const) {
    it(`in Git nothing is lost on either side; they edit ${manner} [H165]`, () =>
      withMany("remote", async (harness, stack) => {
        await besideWriters(harness, "remote", manner, () => stack.up({ parallel: 64 }));
        for (const pipeline of MANY.pipelines) {
          assert.deepEqual(losses(harness.pipelineSaves(SCOPE, pipeline, GIT.branch)), []);
          assert.equal(stagesSet(pipelineText(harness, pipeline)).size, MANY.stages.length);
        }
        await settle(harness, stack, { refresh: false });
      }));

    it(`inline each edit we come over is reported; they edit ${manner} [H157]`, () =>
      withMany("inline", async (harness, stack) => {
        const up = await besideWriters(harness, "inline", manner, () => attempted(stack.up({ parallel: 64 })));
        const overwritten = errorsIn(up).filter(({ message }) => message.includes("[OVERWRITTEN]"));
        for (const pipeline of MANY.pipelines) {
          const lost = losses(harness.pipelineSaves(SCOPE, pipeline));
          const told = overwritten.filter(({ urn }) => urn.includes(`::${pipeline}-stage_`));
          const saves = told.map(({ message }) => Number(/(\d+) saves of others/.exec(message)?.[1] ?? 1));
          const count = saves.reduce((sum, some) => sum + some, 0);
          assert.ok(count >= lost.length, `${lost.length} edits of ${pipeline} were lost, ${count} are told of`);
        }
        assertDoneOrTold(harness, stack, up);
        await settle(harness, stack, { refresh: manner === "through the API" });
      }));
  }
});

describe("a save of ours that comes over somebody else's", function () {
  this.timeout(60_000);

  it("is an error that keeps the resource, and the next up is clean [H157]", () =>
    withHarness(async (harness) => {
      const before = buildPipeline("release", [{ stage: "build" }, { stage: "test" }]);
      harness.putPipeline({ scope: SCOPE, yaml: before });
      harness.putConnector({ identifier: "mirror", spec: { dockerRegistryUrl: "https://mirror.example.com" } });
      const wanted = ["build", "test"].map((stage) => ({ pipeline: "release", stage }));
      const config = overridesConfig(harness, "over", wanted);
      await withStack({ program: existing, programDir: PROGRAMS, projectName: "over", config }, async (stack) => {
        // On its way to Harness for so long that somebody can save in between.
        harness.inject({ match: { method: "PUT", path: /pipelines/ }, delayMs: 2000, late: true });
        const up = stack.failing(stack.up());
        await Promise.race([up, saveOnItsWay(harness)]);
        harness.editPipeline(SCOPE, "release", (yaml) => described(yaml, 1));
        const result = await up;
        assert.equal(
          described(pipelineText(harness, "release"), 0),
          pipelineText(harness, "release"),
          "the edit is lost",
        );
        const told = errorsIn(result).filter(({ message }) => message.includes("[OVERWRITTEN]"));
        assert.equal(told.length, 1, "told once, at one of the stages that were saved");
        assert.match(
          told[0]?.message ?? "",
          /in place .* may be lost[\s\S]*Next: Look into the pipeline's history in Harness/,
        );
        assert.doesNotMatch(result.output, /\n\s+at |node_modules|\.js:\d/);

        assert.equal(stack.resources("StageImageOverride").length, 2);
        harness.clearRequests();
        await stack.up();
        assert.deepEqual(savesSent(harness), []);
        assert.deepEqual((await stack.preview()).changes, { same: 3 });
        await stack.destroy();
        assert.equal(pipelineText(harness, "release"), before);
      });
    }));
});

async function saveOnItsWay(harness: Emulator): Promise<void> {
  while (savesSent(harness).length === 0) await pause(5);
}
