import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packPackage } from "./install-package";

/** Looks at the package users get, not at the source: its manifest, and whether its types are found from every kind of program. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "package-check-"));
  try {
    const tarball = packPackage(folder);
    const run = (command: string, ...args: string[]) =>
      execFileSync("npx", ["--no", command, ...args], { stdio: "inherit" });
    run("publint", tarball, "--strict");
    // `provider/*` is for the engine only and has no types on purpose.
    run("attw", tarball, "--format", "ascii", "--entrypoints", ".", "emulator");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
