import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import type { Engine } from "../engine";

const examples = join(__dirname, "..", "..", "examples");
const dynamicProvider = "pulumi-resource-pulumi-nodejs";

/**
 * Settings of the person at the keyboard that must have no say in the demo: a real account, a real backend, and a proxy, which
 * the engine and its plugins would also use to talk to each other.
 */
const personal = /^(HARNESS_(?!LOG$)|PULUMI_(?!HARNESS_IMAGES_)|(https?|grpc|all|no)_proxy$)/i;

/** Where a stack lives, and with what. */
export interface WorkspaceOptions {
  /** The folder in `examples` that holds the program. */
  example: string;
  /** An empty folder, or one that other examples have used. */
  folder: string;
  engine: Engine;
  harness: Emulator;
}

/** A stack of an example's, with a backend and a home of Pulumi's in a folder of the demo's. */
export interface Workspace {
  stack: Stack;
  /** The text of every file that Pulumi wrote there. */
  written(): string[];
}

/** Makes the temporary folder; the returned function removes it, which also happens when this process ends. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-harness-images-demo-"));
  const remove = () => {
    process.off("exit", remove);
    // An engine that was just interrupted may still be writing its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.on("exit", remove);
  return { folder, remove };
}

/**
 * Opens the stack `demo` of an example, with Harness played by the emulator.
 *
 * @throws Error when the package is not installed for the examples.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  for (const name of Object.keys(process.env).filter((variable) => personal.test(variable))) {
    delete process.env[name];
  }
  const { example, folder, engine } = options;
  const workDir = join(folder, "work", example);
  for (const path of [join(folder, "backend"), join(folder, "home"), workDir]) {
    mkdirSync(path, { recursive: true });
  }
  const programFolder = join(examples, example);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "demo", projectName: example, program: loadProgram(programFolder) },
    {
      workDir,
      pulumiCommand: engine.command,
      pulumiHome: join(folder, "home"),
      envVars: environment(options),
      // Where the plugin process runs and looks for the package.
      projectSettings: { name: example, runtime: "nodejs", main: programFolder },
    },
  );
  return { stack, written: () => textsIn(folder) };
}

function environment({ folder, engine, harness }: WorkspaceOptions): Record<string, string> {
  const ownPlugin = existsSync(join(dirname(realpathSync(engine.path)), dynamicProvider));
  return {
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "only for the demo",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    ...(ownPlugin ? { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" } : {}),
    HARNESS_ENDPOINT: harness.endpoint,
    HARNESS_ACCOUNT_ID: harness.accountId,
    HARNESS_PLATFORM_API_KEY: harness.platformApiKey,
  };
}

function loadProgram(programFolder: string): PulumiFn {
  if (!existsSync(join(examples, "node_modules", "pulumi-harness-images", "package.json"))) {
    throw new Error("the package is not installed for the examples; run `npm run examples` first, or `npm run demo`");
  }
  const program: unknown = require(programFolder);
  if (typeof program !== "function") {
    throw new Error(`${programFolder} exports no program`);
  }
  return async () => program();
}

function textsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
