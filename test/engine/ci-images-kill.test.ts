import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator, RequestRecord } from "../../emulator";
import { createWorkspace, type EngineWorkspace } from "../support/engine";
import { configFor, everythingAnswered, withHarness } from "../support/harness";
import { program } from "./programs/ci-images";

const PROGRAMS = join(__dirname, "programs");
const SLOW_MS = 2500;
/** What somebody has overridden before the first run: fields of ours, and others. */
const BEFORE = {
  K8: { addonTag: "harness/ci-addon:1.14.0", gitCloneTag: "harness/drone-git:1.5.0", s3UploadTag: "plugins/s3:1.0.0" },
  VM: { cacheS3Tag: "plugins/cache:1.8.0" },
} as const;
/** The same with what the program wants. */
const WANTED = {
  K8: {
    ...BEFORE.K8,
    addonTag: "harness/ci-addon:1.16.92",
    liteEngineTag: "harness/ci-lite-engine:1.16.92",
    gitCloneTag: "harness/drone-git:1.6.9-rootless",
  },
  VM: { gitCloneTag: "harness/drone-git:1.6.9-rootless", cacheS3Tag: "plugins/cache:1.9.8" },
} as const;

/** A request of the run, by what is unmistakable about it. */
interface Step {
  readonly name: string;
  readonly path: RegExp;
  /** How many of the kind come before it. */
  readonly skip: number;
}

const NOTE = /^\/ng\/api\/connectors$/;
const SET = /^\/ci\/execution-config\/update-config$/;
const STEPS: readonly Step[] = [
  { name: "the first note of what was", path: NOTE, skip: 0 },
  { name: "the first change of the list", path: SET, skip: 0 },
  { name: "the last change of the list", path: SET, skip: 2 },
];

interface Kill {
  readonly step: Step;
  /** Whether the request reaches Harness only after the kill. */
  readonly late: boolean;
  readonly orphan: "killed" | "still at work";
}

function listOf(harness: Emulator): unknown {
  return { K8: harness.ciImages("K8"), VM: harness.ciImages("VM") };
}

/** Runs a body with a list of which somebody has overridden some fields, and a backend. */
function withOverrides(body: (harness: Emulator, workspace: EngineWorkspace) => Promise<void>): Promise<void> {
  return withHarness(async (harness) => {
    for (const [field, image] of Object.entries(BEFORE.K8)) harness.setCiImage("K8", field, image);
    for (const [field, image] of Object.entries(BEFORE.VM)) harness.setCiImage("VM", field, image);
    const place = { programDir: PROGRAMS, projectName: "images" };
    const workspace = await createWorkspace({ ...place, config: configFor(harness) });
    try {
      await body(harness, workspace);
    } finally {
      await workspace.close();
    }
  });
}

/** Starts an `up` and kills the engine while the request of a step is open. */
async function kill(harness: Emulator, workspace: EngineWorkspace, { step, late, orphan }: Kill): Promise<void> {
  const { path, skip } = step;
  harness.clearRequests();
  harness.inject({ match: { method: "POST", path }, skip, times: 1, delayMs: SLOW_MS, late });
  const run = await workspace.start({ operation: "up", programFile: join(PROGRAMS, "ci-images.ts") });
  const isStep = (request: RequestRecord) => request.method === "POST" && path.test(request.path);
  const open = () =>
    harness
      .requests()
      .filter(isStep)
      .slice(skip)
      .some(({ status }) => status === undefined);
  await run.killEngineWhen(open);
  if (orphan === "still at work") return;
  run.killPlugins();
  await everythingAnswered(harness, 4 * SLOW_MS);
}

async function goOn(harness: Emulator, workspace: EngineWorkspace): Promise<void> {
  const stack = await workspace.stack(program);
  await stack.automation.cancel();
  await stack.up();
  assert.deepEqual(listOf(harness), WANTED);
  await everythingAnswered(harness, 4 * SLOW_MS);
  assert.deepEqual((await stack.preview()).changes, { same: 4 });
  await stack.destroy();
  assert.deepEqual(listOf(harness), BEFORE);
  assert.deepEqual(harness.connectors(), [], "no note of what was is left");
}

describe("pulumi killed in the middle of an up of three CiImages, over fields of which some are overridden already", function () {
  this.timeout(120_000);

  for (const step of STEPS) {
    for (const late of [true, false]) {
      it(`with ${step.name}, ${when(late)}: the next up finishes, and destroy gives back the list as it was [H118]`, () =>
        withOverrides(async (harness, workspace) => {
          await kill(harness, workspace, { step, late, orphan: "killed" });
          await goOn(harness, workspace);
        }));
    }

    it(`with ${step.name}, and its plugin still at work beside the next up: all the same`, () =>
      withOverrides(async (harness, workspace) => {
        await kill(harness, workspace, { step, late: true, orphan: "still at work" });
        await goOn(harness, workspace);
      }));
  }
});

describe("pulumi killed in the middle of an up that changes CiImages", function () {
  this.timeout(120_000);

  for (const late of [true, false]) {
    it(`with the change of the list, ${when(late)}: destroy alone gives back the list as it was [H118]`, () =>
      withOverrides(async (harness, workspace) => {
        const stack = await workspace.stack(program);
        await stack.up();
        await stack.automation.setConfig("addon", { value: "1.17.0" });
        const step = { name: "the change", path: SET, skip: 0 };
        await kill(harness, workspace, { step, late, orphan: "killed" });
        assert.equal(harness.ciImages("K8")["addonTag"], late ? WANTED.K8.addonTag : "harness/ci-addon:1.17.0");

        const again = await workspace.stack(program);
        await again.automation.cancel();
        await again.destroy();
        assert.deepEqual(listOf(harness), BEFORE);
        assert.deepEqual(harness.connectors(), [], "no note of what was is left");
      }));
  }
});

function when(late: boolean): string {
  return late ? "before Harness has it" : "when Harness has it and the answer is on its way";
}
