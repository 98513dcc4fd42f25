import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildGoBinary, type GoBinary, installGo, moduleVersion } from "./go-binary";
import { type Log, logToStderr } from "./progress";
import { obtain, type Tool } from "./tool";

/** The version of `crane`: the one `tools/crane/go.mod` pins. */
const craneVersion = moduleVersion("crane", "github.com/google/go-containerregistry");

const binary: GoBinary = {
  module: "crane",
  package: "github.com/google/go-containerregistry/cmd/crane",
  variables: [`github.com/google/go-containerregistry/cmd/crane/cmd.Version=${craneVersion}`],
  duration: "about half a minute on 2 cores",
};

const craneTool: Tool<"go"> = {
  title: `crane ${craneVersion}`,
  entry: join("crane", craneVersion),
  isGood: isGoodCrane,
  ways: [
    { name: "go", title: "go build", fill: (root, log) => buildGoBinary(binary, join(root, "bin", "crane"), log) },
  ],
  remedies: (folder) => [
    installGo,
    `put the executable of release ${craneVersion} of github.com/google/go-containerregistry at ${join(folder, "bin", "crane")}`,
  ],
};

/**
 * Finds `crane`, which copies images between registries, in the cache, or builds it with Go.
 *
 * @returns the folder it is in, to be put on PATH
 * @throws Error that says what was tried and what to install
 */
export async function findCrane(log: Log = logToStderr): Promise<string> {
  const { folder } = await obtain(craneTool, log);
  return join(folder, "bin");
}

async function isGoodCrane(root: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(join(root, "bin", "crane"), ["version"]);
    return stdout.trim() === craneVersion;
  } catch {
    return false;
  }
}
