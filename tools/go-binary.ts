import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runChild } from "./child";
import { type Log, withProgress } from "./progress";

/** A program that `go build` makes from a module folder here, whose `go.mod` pins it and whose `go.sum` verifies it. */
export interface GoBinary {
  /** The folder in `tools/` that holds `go.mod` and `go.sum`. */
  module: string;
  /** The package to build, as in the `tool` line of `go.mod`. */
  package: string;
  /** What the linker is to set, as `package.variable=value`. */
  variables: readonly string[];
  /** How long a first build takes, for people: "about 5 minutes on 2 cores". */
  duration: string;
}

/** What a person without Go can do. */
export const installGo = "install Go 1.26 or newer (https://go.dev/dl), which builds it from the Go module proxy";

/** The version of a required module in a `go.mod` of ours, without the `v`. */
export function moduleVersion(folder: string, path: string): string {
  const text = readFileSync(join(__dirname, folder, "go.mod"), "utf8");
  const found = text.split("\n").find((line) => line.trim().startsWith(`${path} v`));
  const version = found?.trim().split(" ")[1];
  if (version === undefined) {
    throw new Error(`tools/${folder}/go.mod does not require ${path}`);
  }
  return version.slice(1);
}

/**
 * Builds the program into a file.
 *
 * @throws Error with one line why it does not work, followed by the last lines of Go.
 */
export async function buildGoBinary(binary: GoBinary, file: string, log: Log): Promise<void> {
  log(`  building it with go from tools/${binary.module}: ${binary.duration}, this once`);
  let downloads = 0;
  let packages = 0;
  let latest = "starting";
  const onLine = (line: string) => {
    if (line.startsWith("go: downloading ")) {
      downloads += 1;
      latest = line.slice("go: ".length);
    } else {
      packages += 1;
      latest = `compiling ${line}`;
    }
  };
  const describe = () => `${downloads} modules downloaded, ${packages} packages compiled; ${latest}`;
  await withProgress(log, describe, () => runGo(binary, file, onLine)).catch((error: unknown) => {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw missing ? new Error("there is no `go` on PATH", { cause: error }) : error;
  });
}

async function runGo(binary: GoBinary, file: string, onLine: Log): Promise<void> {
  const flags = ["-s", "-w", ...binary.variables.map((variable) => `-X ${variable}`)];
  await runChild({
    command: "go",
    // What a person set in GOFLAGS must not loosen the check against go.sum; -trimpath keeps this machine's paths out.
    args: ["build", "-v", "-mod=readonly", "-trimpath", "-ldflags", flags.join(" "), "-o", file, binary.package],
    cwd: join(__dirname, binary.module),
    // No C compiler is needed, and no go.work further up has a say.
    env: { CGO_ENABLED: "0", GOWORK: "off" },
    onLine,
  });
}
