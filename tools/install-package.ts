import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

/**
 * Installs this package, as it would be published, below a folder inside the repository: packed and unpacked, not linked, because
 * Pulumi treats a linked package differently. Its dependencies are found in the repository's own `node_modules`.
 *
 * @returns the folder of the installed package
 */
export function installPackage(folder: string): string {
  const modules = join(folder, "node_modules");
  const target = join(modules, "pulumi-harness-images");
  mkdirSync(modules, { recursive: true });
  const staging = mkdtempSync(join(modules, ".pulumi-harness-images-"));
  try {
    execFileSync("tar", ["-xzf", packPackage(staging), "-C", staging]);
    rmSync(target, { recursive: true, force: true });
    renameSync(join(staging, "package"), target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return target;
}

/** Packs what `npm publish` would publish, from the built `dist`. @returns the tarball's path */
export function packPackage(destination: string): string {
  const arguments_ = ["pack", "--silent", "--ignore-scripts", "--pack-destination", destination];
  const name = execFileSync("npm", arguments_, { cwd: ROOT, encoding: "utf8" }).trim();
  return join(destination, name);
}

if (require.main === module) {
  for (const folder of ["examples", "test/engine/programs"]) installPackage(join(ROOT, folder));
}
