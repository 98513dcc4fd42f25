import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isPlain, type Plain } from "../../provider/domain/plain";
import { installPackage } from "../../tools/install-package";
import { environment } from "./environment";

const ROOT = resolve(__dirname, "../..");

/** A folder in which this package is installed as from the registry, and what a program there stores in the state. */
export interface Installed {
  readonly folder: string;
  /** Inputs as the engine gets them, with the provider's text, by class name. */
  readonly resources: Readonly<Record<string, Plain>>;
  remove(): void;
}

/** Packs and installs this package into a folder of its own, below which the repository's dependencies are found. */
export function install(): Installed {
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  buildIfStale();
  const folder = mkdtempSync(join(ROOT, ".cache", "plugin-"));
  // Without it the folder would belong to this repository's package, and the package's name would lead to the repository.
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  installPackage(folder);
  writeFileSync(join(folder, "program.js"), PROGRAM);
  // Pulumi looks for the package's exports from its own folder, which in a project of a user lies beside it.
  const env = environment({ NODE_PATH: join(folder, "node_modules") });
  const printed = execFileSync(process.execPath, ["program.js"], { cwd: folder, encoding: "utf8", env });
  const seen: unknown = JSON.parse(printed);
  assert.ok(isPlain(seen));
  const resources = Object.entries(seen).map(([type, inputs]) => {
    assert.ok(isPlain(inputs));
    return [type.replace("pulumi-nodejs:dynamic/harness:", ""), inputs] as const;
  });
  return {
    folder,
    resources: Object.fromEntries(resources),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A program run against mocks: what it would send to the engine is printed. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { DockerConnector, SecretText, StageImageOverride } = require("pulumi-harness-images");
const seen = {};
const newResource = ({ name, type, inputs }) => {
  seen[type] = inputs;
  return { id: name, state: inputs };
};
pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "images", "dev", false, "acme");
const key = new SecretText("key", { valueFromEnv: "REGISTRY_KEY" });
const registry = new DockerConnector("registry", {
  url: "https://registry.example.com",
  auth: { type: "Anonymous" },
  connectivityMode: "Platform",
});
const stage = new StageImageOverride("stage", {
  orgId: "default",
  projectId: "demo",
  pipelineIdentifier: "checkout",
  stageIdentifier: "build",
  connectorRef: registry.ref,
});
pulumi.all([key.urn, registry.urn, stage.urn]).apply(() => process.stdout.write(JSON.stringify(seen)));
`;

/** Builds once when something was changed since the last build, as when single files are tested. */
function buildIfStale(): void {
  const lock = join(ROOT, ".cache", "building");
  const end = Date.now() + 120_000;
  while (isStale()) {
    if (!isFirst(lock)) {
      assert.ok(Date.now() < end, `nobody finished building; remove ${lock}`);
      // Another test file is at it. Nothing else runs in this process meanwhile, so it may as well stand still.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      continue;
    }
    try {
      execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "pipe" });
    } finally {
      rmdirSync(lock);
    }
  }
}

/** Only one process can make the folder. */
function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function isStale(): boolean {
  const built = ["dist/provider/runtime.js", "dist/sdk/index.js"].map((file) => join(ROOT, file));
  if (!built.every((file) => existsSync(file))) return true;
  const changed = Math.max(...["sdk", "provider", "emulator"].map((folder) => latestIn(join(ROOT, folder))));
  return built.some((file) => statSync(file).mtimeMs < changed);
}

function latestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return Math.max(...files.map((name) => statSync(join(folder, name)).mtimeMs));
}
