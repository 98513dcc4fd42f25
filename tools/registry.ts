import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildGoBinary, type GoBinary, installGo, moduleVersion } from "./go-binary";
import { type Log, logToStderr } from "./progress";
import { obtain, type Tool } from "./tool";

/** The version of the registry: the one `tools/registry/go.mod` pins. */
export const registryVersion = moduleVersion("registry", "github.com/distribution/distribution/v3");

const binary: GoBinary = {
  module: "registry",
  package: "github.com/distribution/distribution/v3/cmd/registry",
  variables: [`github.com/distribution/distribution/v3/version.version=v${registryVersion}`],
  duration: "about a minute on 2 cores",
};

const registryTool: Tool<"go"> = {
  title: `OCI registry ${registryVersion}`,
  entry: join("registry", registryVersion),
  isGood: isGoodRegistry,
  ways: [
    {
      name: "go",
      title: "go build",
      fill: (root, log) => buildGoBinary(binary, join(root, "bin", "registry"), log),
    },
  ],
  remedies: (folder) => [
    installGo,
    `put the executable of release ${registryVersion} of github.com/distribution/distribution at ${join(folder, "bin", "registry")}`,
  ],
};

/** An OCI registry (`registry serve <config.yml>`) for tests that pull and push for real. */
export interface Registry {
  /** The executable, as an absolute path. */
  path: string;
  /** Without the `v`. */
  version: string;
  source: "cache" | "go";
}

/**
 * Finds the registry in the cache, or builds it with Go.
 *
 * @param options.log Gets lines for the person who waits; standard error by default.
 * @throws Error that says what was tried and what to install.
 */
export async function findRegistry(options: { log?: Log } = {}): Promise<Registry> {
  const { folder, way } = await obtain(registryTool, options.log ?? logToStderr);
  return { path: join(folder, "bin", "registry"), version: registryVersion, source: way };
}

async function isGoodRegistry(root: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(join(root, "bin", "registry"), ["--version"]);
    return stdout.includes(`v${registryVersion}`);
  } catch {
    return false;
  }
}
