import assert from "node:assert/strict";
import type { Emulator, PipelineSave } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { emulatorForEach } from "../support/harness";
import { Engine, OWNER, type Phase, type RunOptions, type Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";

/** Where the pipelines of these tests are. */
export const PLACE = { orgId: "default", projectId: "demo" } as const;
/** Where the remote ones live. */
export const REPOSITORY = { repoName: "shop", branch: "main", connectorRef: "account.github" } as const;
export const STORES = ["inline", "remote"] as const;
export type Store = (typeof STORES)[number];
export const LEAF = "harnessImageConnectorRef";
/** After this what a test waits for is not going to happen. */
const LONGEST_WAIT_MS = 10_000;

/** A stage on Kubernetes, with further lines in its infrastructure. */
export function stageText(identifier: string, ...settings: readonly string[]): string {
  const lines = settings.map((line) => `              ${line}\n`).join("");
  return `    - stage:
        identifier: ${identifier}
        name: "${identifier}: #1"
        type: CI
        spec:
          infrastructure:
            type: KubernetesDirect
            spec:
              connectorRef: account.ci_cluster
${lines}              namespace: builds   # quota: 40 CPU
          execution:
            steps:
              - step: { type: Run, identifier: run, name: 'run' }
`;
}

/** A stage on Harness Cloud. [H129] */
export const CLOUD_STAGE = `    - stage:
        identifier: cloud
        name: cloud
        type: CI
        spec: { runtime: { type: Cloud, spec: {} }, execution: { steps: [{ step: { type: Run, identifier: run, name: run } }] } }
`;

/** A pipeline of some stages, as somebody wrote it. */
export function pipelineText(identifier: string, ...stages: readonly string[]): string {
  const list = stages.length === 0 ? [stageText("build")] : stages;
  return `# Owner: team payments
pipeline:
  identifier: ${identifier}
  name: ${identifier}
  projectIdentifier: demo
  orgIdentifier: default
  description: as it was
  stages:
${list.join("")}`;
}

/** The line of our setting as we write it. */
export function ourLine(value: string, former = "absent", owner = OWNER): string {
  return `${LEAF}: ${value} # pulumi ${owner}: was ${former}`;
}

/** Somebody edits something that is not ours. */
export const describedAnew = (text: string): string => text.replace(/description: .*/, "description: edited meanwhile");

/** Makes an edit that sets a stage's connector, as somebody does it in the console: without our comment. */
export const setTo =
  (value: string) =>
  (text: string): string =>
    text.includes(LEAF)
      ? text.replace(new RegExp(`${LEAF}:.*`), `${LEAF}: ${value}`)
      : text.replace("connectorRef: account.ci_cluster", `$&\n              ${LEAF}: ${value}`);

/** Takes the line of the setting out, as somebody does it in the console. */
export const withoutSetting = (text: string): string => text.replace(new RegExp(` *${LEAF}:.*\n`), "");

/** A fresh Harness for each test, with one pipeline, and what tests ask of it. */
export interface Site {
  readonly store: Store;
  readonly harness: Emulator;
  /** Arguments of an override of the stage `build` of the pipeline `checkout`; undefined takes one away. */
  args(more?: Plain): Plain;
  engine(options?: RunOptions): Engine;
  /** Writes a pipeline as somebody else does. */
  put(text: string): void;
  text(pipeline?: string): string;
  edit(change: (text: string) => string, pipeline?: string): void;
  /** The saves that came through the API. */
  saves(pipeline?: string): PipelineSave[];
  /** The calls about pipelines so far, as `METHOD path`. */
  calls(): string[];
  /** Runs an edit at the moment a save of ours has arrived and is not applied yet. */
  beforeSave(edit: () => void, times?: number): void;
  /** Runs an edit right after the next save of ours has been applied, before its answer is out. */
  afterSave(edit: () => void): Promise<void>;
}

/** Registers a fresh Harness for each test. */
export function siteOf(store: Store): Site {
  const found = emulatorForEach();
  beforeEach(() => {
    for (const identifier of ["mirror", "second", "third", "old"]) addConnector(found(), identifier);
    site.put(pipelineText("checkout"));
  });
  const site: Site = {
    store,
    get harness() {
      return found();
    },
    args: (more = {}) => argsIn(store, more),
    engine: (options = {}) => {
      const config = { "harness:requestsPerMinute": "30000", ...options.config };
      return new Engine(found(), "StageImageOverride", { clock: hurriedClock(10), ...options, config });
    },
    put: (yaml) => found().putPipeline({ scope: PLACE, yaml, ...(store === "remote" ? { git: REPOSITORY } : {}) }),
    text: (pipeline = "checkout") => found().pipelineYaml(PLACE, pipeline) ?? "",
    edit: (change, pipeline = "checkout") => found().editPipeline(PLACE, pipeline, change),
    saves: (pipeline = "checkout") =>
      found()
        .pipelineSaves(PLACE, pipeline)
        .filter(({ by }) => by === "api"),
    calls: () => pipelineCalls(found()),
    beforeSave: (edit, times = 1) => beforeSave(found(), edit, times),
    afterSave: (edit) => afterSave(site, edit),
  };
  return site;
}

/** Adds a Docker connector of the account. */
function addConnector(harness: Emulator, identifier: string): void {
  harness.putConnector({
    identifier,
    spec: { dockerRegistryUrl: "https://registry.example.com", auth: { type: "Anonymous" } },
  });
}

function argsIn(store: Store, more: Plain): Plain {
  const git = store === "remote" ? { git: { branch: "main" } } : {};
  const names = { ...PLACE, pipelineIdentifier: "checkout", stageIdentifier: "build", connectorRef: "account.mirror" };
  return Object.fromEntries(Object.entries({ ...names, ...git, ...more }).filter(([, value]) => value !== undefined));
}

function pipelineCalls(harness: Emulator): string[] {
  const about = harness.requests().filter(({ path }) => path.includes("/pipelines"));
  return about.map(({ method, path }) => `${method} ${path}`);
}

/** A policy is asked before a save is applied: one that allows it has seen it come. */
function beforeSave(harness: Emulator, edit: () => void, times: number): void {
  let left = times;
  const when = () => {
    if (left > 0) {
      left -= 1;
      edit();
    }
    return false;
  };
  harness.set({ opaDeny: { message: "never", when } });
}

async function afterSave(site: Site, edit: () => void): Promise<void> {
  const before = site.saves().length;
  site.harness.inject({ delayMs: 150, match: { method: "PUT" } });
  await until(() => site.saves().length > before);
  edit();
}

/** Waits for something that is about to happen. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `this did not come true: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What the engine does for a replacement of a resource that says so: the old one goes first. */
export function replaced(engine: Engine, args: Plain, stored: Stored): Promise<Stored> {
  return engine.phase(async (phase) => {
    const inputs = await phase.checked(args, stored);
    const diff = await phase.diff(stored, inputs);
    assert.ok(diff.replaces.length > 0 && diff.deleteBeforeReplace);
    await phase.delete(stored);
    return phase.create(await phase.checked(args));
  });
}

/** One of several resources of a program: its Pulumi name and its arguments. */
export interface Member {
  readonly name: string;
  readonly args: Plain;
}

/** Checks some resources one after the other, as the engine does, and makes them at the same time. */
export async function createdTogether(
  phase: Phase,
  members: readonly Member[],
): Promise<PromiseSettledResult<Stored>[]> {
  const creates: Promise<Stored>[] = [];
  for (const { name, args } of members) {
    const one = phase.as(ownerOf(name));
    const inputs = await one.checked(args);
    creates.push(one.create(inputs));
  }
  return Promise.allSettled(creates);
}

export function ownerOf(name: string): string {
  return `acme/images/dev/${name}`;
}

/** The values of promises that must all have kept their word. */
export function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** What the failed ones say. */
export function failuresOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
}
