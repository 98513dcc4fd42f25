import { access, chmod, constants, copyFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { runChild } from "./child";
import { buildGoBinary, type GoBinary, installGo, moduleVersion } from "./go-binary";
import { type Log, logToStderr } from "./progress";
import { obtain, type Tool, type Way } from "./tool";

/** The version that tests run: the one `tools/pulumi/go.mod` pins. */
export const engineVersion = moduleVersion("pulumi", "github.com/pulumi/pulumi/pkg/v3");

const oldestMinor = 216;
const dynamicProvider = "pulumi-resource-pulumi-nodejs";
const installerTimeoutMs = 60_000;

const binary: GoBinary = {
  module: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  variables: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`],
  duration: "about 5 minutes on 2 cores",
};

/** A Pulumi CLI that can run dynamic resources. */
export interface Engine {
  /** For `LocalWorkspaceOptions.pulumiCommand` of the Automation API. */
  command: PulumiCommand;
  /** The executable, as an absolute path. */
  path: string;
  /** The folder whose `bin` holds it. */
  root: string;
  /** Without the `v`. */
  version: string;
  source: "cache" | "path" | "installer" | "go";
}

/** What to find. */
export interface EngineOptions {
  /** True (tests): exactly `engineVersion`. False (demo): first any `pulumi` on PATH from 3.216 on. */
  pinned: boolean;
  /** Gets lines for the person who waits. @default standard error */
  log?: Log;
  /** Installs the CLI into a folder. @default the official installer, for at most a minute */
  install?: (root: string) => Promise<void>;
}

/**
 * Finds the engine, or gets it: with the official installer where that can be reached, else built from source with Go.
 *
 * @throws Error that says what was tried and what to install.
 */
export async function findEngine(options: EngineOptions): Promise<Engine> {
  const log = options.log ?? logToStderr;
  const present = options.pinned ? undefined : await engineOnPath(log);
  if (present !== undefined) {
    return present;
  }
  const { folder, way } = await obtain(engineTool(options.install ?? runInstaller), log);
  const command = await PulumiCommand.get({ root: folder });
  return { command, path: command.command, root: folder, version: engineVersion, source: way };
}

function engineTool(install: (root: string) => Promise<void>): Tool<"installer" | "go"> {
  const installer: Way<"installer"> = {
    name: "installer",
    title: "the official installer",
    fill: async (root, log) => {
      log(`  trying the official installer, for at most ${installerTimeoutMs / 1000} s`);
      await install(root);
      await addDynamicProvider(root);
    },
  };
  const go: Way<"go"> = {
    name: "go",
    title: "go build",
    fill: async (root, log) => {
      await buildGoBinary(binary, join(root, "bin", "pulumi"), log);
      await addDynamicProvider(root);
    },
  };
  return {
    title: `Pulumi CLI ${engineVersion}`,
    entry: join("engine", engineVersion),
    isGood: isGoodEngine,
    ways: [installer, go],
    remedies: (folder) => [
      installGo,
      "allow access to https://get.pulumi.com, for the official installer",
      `unpack the release ${engineVersion} of the Pulumi CLI so that ${join(folder, "bin", "pulumi")} is its executable`,
    ],
  };
}

async function isGoodEngine(root: string): Promise<boolean> {
  try {
    const { version } = await PulumiCommand.get({ root, skipVersionCheck: true });
    await access(join(root, "bin", dynamicProvider), constants.X_OK);
    return version?.version === engineVersion;
  } catch {
    return false;
  }
}

// In a process of its own, because an installation under way in this one could not be stopped.
async function runInstaller(root: string): Promise<void> {
  const automation = JSON.stringify(require.resolve("@pulumi/pulumi/automation"));
  const program =
    `require(${automation}).PulumiCommand.install({ root: ${JSON.stringify(root)} })` +
    ".catch((error) => { process.stdout.write(error.message); process.exit(1); })";
  await runChild({ command: process.execPath, args: ["-e", program], timeoutMs: installerTimeoutMs }).catch(
    (error: unknown) => {
      const lines = error instanceof Error ? error.message.split("\n") : [String(error)];
      // The exit code says nothing that the message after it does not say better.
      throw new Error(lines.slice(lines[0] === "exit code 1" ? 1 : 0).join("\n"), { cause: error });
    },
  );
}

// The engine looks for it beside its own executable; a build from source does not bring it.
async function addDynamicProvider(root: string): Promise<void> {
  const source = join(dirname(require.resolve("@pulumi/pulumi/package.json")), dynamicProvider);
  const target = join(root, "bin", dynamicProvider);
  await copyFile(source, target);
  await chmod(target, 0o755);
}

async function engineOnPath(log: Log): Promise<Engine | undefined> {
  const path = await fileOnPath("pulumi");
  if (path === undefined) {
    return undefined;
  }
  const command = await PulumiCommand.get({ skipVersionCheck: true }).catch(() => undefined);
  const version = command?.version;
  if (command === undefined || version?.major !== 3 || version.minor < oldestMinor) {
    log(`passing over ${path}: ${version ? `version ${version}` : "it does not run"}, and 3.${oldestMinor} is needed`);
    return undefined;
  }
  if ((await fileOnPath(dynamicProvider)) === undefined) {
    log(`passing over ${path}: there is no ${dynamicProvider} on PATH with it`);
    return undefined;
  }
  return { command, path, root: dirname(dirname(path)), version: version.version, source: "path" };
}

async function fileOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) {
      return file;
    }
  }
  return undefined;
}
