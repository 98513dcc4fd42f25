import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator, RequestRecord } from "../../emulator";
import { BasicRegistry } from "../../tools/basic-registry";
import { createWorkspace, type EngineWorkspace } from "../support/engine";
import { CANARY, configFor, everythingAnswered, withHarness } from "../support/harness";
import { program } from "./programs/account-default";

const PROGRAMS = join(__dirname, "programs");
const PASSWORD = `${CANARY}-image-2b6e`;
const SLOW_MS = 2500;
const ORIGINAL = {
  identifier: "harnessImage",
  name: "Harness Docker Connector",
  description: "Harness internal connector",
  tags: { team: "everybody" },
  spec: {
    dockerRegistryUrl: "https://index.docker.io/v2/",
    providerType: "DockerHub",
    auth: { type: "Anonymous" },
    delegateSelectors: [],
    executeOnDelegate: false,
    proxy: true,
  },
} as const;

/** A request of the switch, by what is unmistakable about it. */
interface Step {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: RegExp;
  /** How many of the kind come before it. */
  readonly skip?: number;
}

const CONNECTORS = /^\/ng\/api\/connectors$/;
const STEPS: readonly Step[] = [
  { name: "the canary on its way", method: "POST", path: CONNECTORS },
  { name: "the test of the canary", method: "POST", path: /testConnection\/harnessImage_pulumi_canary$/ },
  { name: "the backup on its way", method: "POST", path: CONNECTORS, skip: 1 },
  { name: "the switch on its way", method: "PUT", path: CONNECTORS },
  { name: "the test after the switch", method: "POST", path: /testConnection\/harnessImage$/ },
  { name: "the canary's removal", method: "DELETE", path: /harnessImage_pulumi_canary$/ },
];

/** Each step before it is applied and after; a test changes nothing, so that once is enough. */
const MOMENTS = STEPS.flatMap((step) => [
  { step, late: true },
  ...(step.path.source.includes("testConnection") ? [] : [{ step, late: false }]),
]);

/** Whether the account's default is the old one or the new one, whole. */
function wholly(harness: Emulator, url: string): "old" | "new" | string {
  const view = harness.connectors({}).find(({ identifier }) => identifier === "harnessImage");
  const { spec } = view ?? {};
  if (JSON.stringify(spec) === JSON.stringify(ORIGINAL.spec)) return "old";
  const { dockerRegistryUrl, executeOnDelegate, auth } = { ...spec };
  const login = JSON.stringify(auth).includes("registry_password");
  return dockerRegistryUrl === url && executeOnDelegate === true && login ? "new" : JSON.stringify(view ?? "missing");
}

interface Kill {
  readonly step: Step;
  readonly late: boolean;
  readonly orphan: "killed" | "still at work";
}

async function killAndGoOn(harness: Emulator, registry: BasicRegistry, { step, late, orphan }: Kill): Promise<void> {
  harness.putConnector(ORIGINAL);
  const original = content(harness);
  const config = configFor(harness, { "image:url": registry.url, "image:password": PASSWORD });
  const workspace = await createWorkspace({ programDir: PROGRAMS, projectName: "image", config });
  try {
    const { method, path, skip = 0 } = step;
    harness.inject({ match: { method, path }, skip, times: 1, delayMs: SLOW_MS, late });
    const run = await workspace.start({ operation: "up", programFile: join(PROGRAMS, "account-default.ts") });
    const isStep = (request: RequestRecord) => request.method === method && path.test(request.path);
    const open = () =>
      harness
        .requests()
        .filter(isStep)
        .slice(skip)
        .some(({ status }) => status === undefined);
    await run.killEngineWhen(open);
    if (orphan === "killed") {
      run.killPlugins();
      await everythingAnswered(harness, 4 * SLOW_MS);
      assert.match(wholly(harness, registry.url), /^(old|new)$/);
    }
    await goOn(workspace, harness, registry.url);
    assert.deepEqual(content(harness), original, "destroy restores the original, and no canary and no backup remains");
  } finally {
    await workspace.close();
  }
}

async function goOn(workspace: EngineWorkspace, harness: Emulator, url: string): Promise<void> {
  const stack = await workspace.stack(program);
  await stack.automation.cancel();
  await stack.up();
  assert.equal(wholly(harness, url), "new");
  await everythingAnswered(harness, 4 * SLOW_MS);
  assert.deepEqual((await stack.preview()).changes, { same: 3 });
  await stack.destroy();
}

/** What is in the account, without what the server owns. */
function content(harness: Emulator): unknown {
  return harness.connectors().map(({ identifier, name, description, tags, spec }) => {
    return { identifier, name, description, tags, spec };
  });
}

describe("pulumi killed in the middle of a switch of the account's image connector", function () {
  this.timeout(120_000);
  const registry = new BasicRegistry();
  before(() => registry.start());
  beforeEach(() => {
    registry.reset();
    registry.login = { username: "robot", password: PASSWORD };
  });
  after(() => registry.stop());

  for (const { step, late } of MOMENTS) {
    const when = late ? "before Harness has it" : "when Harness has it and the answer is on its way";
    it(`with ${step.name}, ${when}: it is wholly old or wholly new, the next up finishes, destroy restores [H118]`, () =>
      withHarness((harness) => killAndGoOn(harness, registry, { step, late, orphan: "killed" })));
  }

  for (const step of STEPS) {
    it(`with ${step.name}, and its plugin still at work beside the next up: all the same`, () =>
      withHarness((harness) => killAndGoOn(harness, registry, { step, late: true, orphan: "still at work" })));
  }
});
