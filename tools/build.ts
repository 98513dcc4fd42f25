import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const ROOT = resolve(__dirname, "..");

/** What state files name: Pulumi recognises it by identity, so each is a module of its own. */
const SHIMS = ["ci-images", "docker-connector", "image-connector", "secret-text", "stage-image-override"];
/** Modules the engine or a program loads by name: each becomes one file, so that the plugin process starts quickly. */
const ENTRIES = [
  "sdk/index.ts",
  "emulator/index.ts",
  "emulator/main.ts",
  "cli/main.ts",
  "provider/runtime.ts",
  ...SHIMS.map((name) => `provider/${name}.ts`),
];

/**
 * Builds `dist`: declarations by the compiler, JavaScript by the bundler with short names and without white space, because 250 kB is
 * all we want to put on a disk.
 */
async function main(): Promise<void> {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", join(ROOT, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  await bundle(ENTRIES);
}

async function bundle(entryPoints: string[]): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: "dist",
    outbase: ".",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    external: [...SHIMS.map((name) => `../provider/${name}`), "../provider/runtime", "./index"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

void main();
