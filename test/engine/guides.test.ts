import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { Emulator, EmulatorOptions } from "../../emulator";
import { BasicRegistry } from "../../tools/basic-registry";
import { withStack } from "../support/engine";
import type { TestStack } from "../support/engine-stack";
import { CompiledGuides, guidePrograms, onOneLine, shownInPreview } from "../support/guide-programs";
import { CANARY, configFor, withHarness } from "../support/harness";

const SECRET = `${CANARY}-guide-71d4`;
const PROJECT = "guide";
const scope = { orgId: "default", projectId: "demo" };
const CHECKOUT = readFileSync(join(__dirname, "..", "..", "examples", "stage-override", "pipeline.yaml"), "utf8");
const HARNESS_GAR = "https://us-docker.pkg.dev/gar-prod-setup/harness-public";
const PINNED = { addonTag: "harness/ci-addon:1.16.90", liteEngineTag: "harness/ci-lite-engine:1.16.90" };

/** One program of a guide, and what it is to do. */
interface GuideRun {
  /** Settings as the guide's commands set them. */
  readonly config?: ConfigMap;
  readonly env?: Record<string, string>;
  readonly harness?: EmulatorOptions;
  /** What is there before, in Harness and beside the program. */
  readonly prepare?: (harness: Emulator, folder: string) => void;
  /** How many resources it has, the stack included. */
  readonly size: number;
  /** What preview says. */
  readonly preview: () => readonly string[];
  /** What is there while the stack is up. */
  readonly check: (harness: Emulator) => void;
}

function text(values: Readonly<Record<string, string>>): ConfigMap {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, { value }]));
}

/** The settings of a connector. */
function spec(harness: Emulator, identifier: string, at: Partial<typeof scope> = {}): Record<string, unknown> {
  const found = harness.connectors(at).find((connector) => connector.identifier === identifier);
  return { ...found?.spec };
}

/** All of Harness that a program could have changed. */
function everything(harness: Emulator): unknown {
  return {
    connectors: harness.connectors().map(({ identifier, spec: settings }) => ({ identifier, settings })),
    secrets: harness.secrets().map(({ identifier }) => identifier),
    images: [harness.ciImages("K8"), harness.ciImages("VM")],
    pipeline: harness.pipelineYaml(scope, "checkout"),
  };
}

function assertOverridden(harness: Emulator, stages: readonly string[]): void {
  const yaml = harness.pipelineYaml(scope, "checkout") ?? "";
  const marks = [...yaml.matchAll(/# pulumi organization\/guide\/dev\/checkout-(\w+)/g)].map(([, stage]) => stage);
  assert.deepEqual(marks, stages);
  assert.equal(yaml.split("harnessImageConnectorRef: account.mirror").length - 1, stages.length);
  assert.equal(spec(harness, "mirror")["dockerRegistryUrl"], HARNESS_GAR);
}

describe("the programs of the guides on the real engine", function () {
  this.timeout(120_000);
  const registry = new BasicRegistry();
  const programs = guidePrograms();
  let guides: CompiledGuides;

  before(async () => {
    guides = new CompiledGuides(programs);
    await registry.start();
  });
  beforeEach(() => {
    registry.reset();
    registry.login = { username: "harness-ci", password: SECRET };
  });
  after(async () => {
    guides.remove();
    await registry.stop();
  });

  const stage = text({ ...scope, pipeline: "checkout", stage: "build" });
  const putCheckout = (harness: Emulator) => harness.putPipeline({ scope, yaml: CHECKOUT });
  const runs: Readonly<Record<string, GuideRun>> = {
    "account-wide.md, program 1": {
      env: { IMAGE_REGISTRY_KEY: SECRET },
      harness: { harnessImage: "docker-hub" },
      size: 3,
      preview: () => shownInPreview("account-wide.md"),
      check: (harness) => {
        const { dockerRegistryUrl, auth } = spec(harness, "harnessImage");
        assert.equal(dockerRegistryUrl, HARNESS_GAR);
        const login = { username: "_json_key", passwordRef: "account.image_registry_key" };
        assert.deepEqual(auth, { type: "UsernamePassword", spec: login });
      },
    },
    "account-wide.md, program 2": {
      config: {
        ...text({ dockerHubUser: "acme" }),
        [`${PROJECT}:dockerHubToken`]: { value: SECRET, secret: true },
      },
      harness: { harnessImage: "docker-hub" },
      size: 3,
      preview: () => ["to https://registry.hub.docker.com (with a login, Platform)"],
      check: (harness) => {
        const { dockerRegistryUrl, providerType, auth } = spec(harness, "harnessImage");
        assert.deepEqual([dockerRegistryUrl, providerType], ["https://registry.hub.docker.com", "DockerHub"]);
        const login = { username: "acme", passwordRef: "account.docker_hub_token" };
        assert.deepEqual(auth, { type: "UsernamePassword", spec: login });
      },
    },
    "ibm-cloud.md, program 1": {
      config: { ...text({ ...scope, region: "us-south", namespace: "my-namespace", delegateTags: '["eu"]' }) },
      env: { IBMCLOUD_API_KEY: SECRET },
      size: 3,
      preview: () => shownInPreview("ibm-cloud.md"),
      check: (harness) => {
        const { dockerRegistryUrl, auth, delegateSelectors } = spec(harness, "ibm_container_registry", scope);
        assert.equal(dockerRegistryUrl, "https://us.icr.io/my-namespace");
        const login = { username: "iamapikey", passwordRef: "ibm_cloud_api_key" };
        assert.deepEqual([auth, delegateSelectors], [{ type: "UsernamePassword", spec: login }, ["eu"]]);
        assert.equal(harness.secretValue(scope, "ibm_cloud_api_key"), SECRET);
      },
    },
    "private-registry.md, program 1": {
      config: { ...text({ registryUser: "harness-ci", delegateTags: '["eu"]' }) },
      env: { MIRROR_TOKEN: SECRET },
      harness: { harnessImage: "docker-hub" },
      prepare: (_harness, folder) => {
        const images = [
          ...Object.entries(PINNED).map(([field, image]) => ({ image, fields: [field] })),
          { image: "harness/snyk-job-runner:latest", fields: ["scanner snyk"] },
        ];
        const lock = { version: 1, from: HARNESS_GAR, to: `${registry.url}/mirror`, images };
        writeFileSync(join(folder, "harness-images.lock.json"), JSON.stringify(lock));
      },
      size: 4,
      preview: () =>
        shownInPreview("private-registry.md").map((piece) =>
          piece.replace("https://registry.example.com", registry.url),
        ),
      check: (harness) => {
        assert.deepEqual(harness.ciImages("K8"), PINNED);
        const { dockerRegistryUrl, executeOnDelegate } = spec(harness, "harnessImage");
        assert.deepEqual([dockerRegistryUrl, executeOnDelegate], [`${registry.url}/mirror`, true]);
      },
    },
    "stage-override.md, program 1": {
      config: stage,
      prepare: putCheckout,
      size: 3,
      preview: () => ["pulumi-nodejs:dynamic/harness:StageImageOverride checkout-build create"],
      check: (harness) => assertOverridden(harness, ["build"]),
    },
    "stage-override.md, program 2": {
      config: text(scope),
      prepare: putCheckout,
      size: 4,
      preview: () => shownInPreview("stage-override.md"),
      check: (harness) => assertOverridden(harness, ["build", "integration"]),
    },
  };

  it("all compile against the installed package, and all that are complete are run here", () => {
    const none = Object.fromEntries(programs.map(({ name }) => [name, []]));
    assert.deepEqual(guides.complaints, none);
    const complete = programs.filter((program) => program.complete).map(({ name }) => name);
    assert.deepEqual(complete, Object.keys(runs));
  });

  async function live({ size, preview, check }: GuideRun, harness: Emulator, stack: TestStack) {
    const original = everything(harness);
    const first = await stack.preview();
    assert.deepEqual(first.changes, { create: size });
    const output = onOneLine(first.output);
    for (const piece of preview()) assert.ok(output.includes(piece), `${piece}\n\nis not in\n\n${first.output}`);
    assert.deepEqual(everything(harness), original, "preview changes nothing");
    await stack.up();
    check(harness);
    assert.notEqual((await stack.outputs())["connectorRef"], undefined);
    assert.deepEqual((await stack.preview()).changes, { same: size });
    await stack.destroy();
    assert.deepEqual(everything(harness), original, "destroy takes everything back");
  }

  for (const [name, run] of Object.entries(runs)) {
    it(`${name}: preview says what it means, up does it, destroy takes it back`, () =>
      withHarness(async (harness) => {
        const programDir = guides.folderOf(name);
        run.prepare?.(harness, programDir);
        const options = {
          program: guides.programOf(name),
          programDir,
          projectName: PROJECT,
          config: { ...configFor(harness), ...run.config },
          env: run.env ?? {},
        };
        await withStack(options, (stack) => live(run, harness, stack));
      }, run.harness));
  }
});
