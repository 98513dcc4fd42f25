import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for a cache and a PATH of its own, with which a body runs; both are gone afterwards. */
export async function withMachine(body: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = new Machine();
  const before = { PATH: process.env["PATH"], cache: process.env["PULUMI_HARNESS_IMAGES_CACHE"] };
  process.env["PATH"] = machine.bin;
  process.env["PULUMI_HARNESS_IMAGES_CACHE"] = machine.cache;
  try {
    await body(machine);
  } finally {
    restore("PATH", before.PATH);
    restore("PULUMI_HARNESS_IMAGES_CACHE", before.cache);
    rmSync(machine.folder, { recursive: true, force: true });
  }
}

/** What a machine has: a cache, and programs on PATH, none at first. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "pulumi-harness-images-tools-"));
  readonly cache = join(this.folder, "cache");
  readonly bin = join(this.folder, "bin");
  /** What was said to the person who waits. */
  readonly lines: string[] = [];
  readonly log = (line: string): void => {
    this.lines.push(line);
  };

  /** Names in a folder of the cache, hidden ones included. */
  cached(folder: string): string[] {
    return readdirSync(join(this.cache, folder));
  }
}

/** Writes a shell script. It may use absolute paths and what the shell itself can do: PATH is empty. */
export function writeScript(file: string, ...lines: string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(file, 0o755);
}

/** A `pulumi` that knows its version and nothing else, with what dynamic resources need beside it. */
export function writeEngine(folder: string, version: string): void {
  writeScript(join(folder, "pulumi"), `echo v${version}`);
  writeScript(join(folder, "pulumi-resource-pulumi-nodejs"));
}

/** A `go` on PATH whose build gives a program that prints a line. */
export function writeGo(bin: string, printed: string): void {
  writeScript(
    join(bin, "go"),
    // `-o FILE` is followed by the package, which is last.
    'while [ "$1" != -o ]; do shift; done',
    '/bin/mkdir -p "$(/usr/bin/dirname "$2")"',
    `printf '#!/bin/sh\\necho ${printed}\\n' > "$2"`,
    '/bin/chmod 755 "$2"',
  );
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
