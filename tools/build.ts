import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const ROOT = resolve(__dirname, "..");

/** Modules the engine or a program loads by name: each becomes one file, so that the plugin process starts quickly. */
const ENTRIES = ["sdk/index.ts", "provider/runtime.ts", "provider/docker-connector.ts", "provider/secret-text.ts"];
/** The emulator is large and nobody reads its stack traces: its names are shortened too. */
const EMULATOR_ENTRIES = ["emulator/index.ts", "emulator/main.ts"];

/**
 * Builds `dist`: declarations by the compiler, JavaScript by the bundler without white space, because 250 kB is all we want to put on
 * a disk. What state files name (`provider/<resource>`) stays a module of its own: Pulumi recognises it by identity.
 */
async function main(): Promise<void> {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", join(ROOT, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  await bundle(ENTRIES, false);
  await bundle(EMULATOR_ENTRIES, true);
}

async function bundle(entryPoints: string[], shortNames: boolean): Promise<void> {
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
    external: ["../provider/docker-connector", "../provider/secret-text", "./index"],
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: shortNames,
    legalComments: "none",
    logLevel: "warning",
  });
}

void main();
