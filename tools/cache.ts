import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { onInterrupt } from "./interrupt";

/**
 * The folder for what takes long to get and is not ours to commit: `.cache` in the repository, or
 * `PULUMI_HARNESS_IMAGES_CACHE`.
 */
export function cacheFolder(): string {
  return resolve(process.env["PULUMI_HARNESS_IMAGES_CACHE"] || join(__dirname, "..", ".cache"));
}

/**
 * Makes a cache entry. It is filled in a temporary folder beside it and then renamed, so that nobody ever sees half of
 * one. When several processes make the same entry at once, the first to finish wins and the others use that one.
 *
 * @param isGood Whether the folder holds a complete entry; a bad one is replaced.
 * @throws whatever `fill` throws; the entry is then as it was before.
 */
export async function makeEntry(
  folder: string,
  isGood: (folder: string) => Promise<boolean>,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await removeLeftovers(dirname(folder));
  const temporary = temporaryBeside(folder);
  const release = onInterrupt(() => rmSync(temporary, { recursive: true, force: true }));
  try {
    await mkdir(temporary);
    await fill(temporary);
    await putInPlace(temporary, folder, isGood);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    release();
  }
}

async function putInPlace(
  temporary: string,
  folder: string,
  isGood: (folder: string) => Promise<boolean>,
): Promise<void> {
  try {
    await rename(temporary, folder);
    return;
  } catch (error) {
    // There is one: of another process that was faster, then that stays, or one that does not work.
    if (await isGood(folder)) {
      return;
    }
    const aside = temporaryBeside(folder);
    await rename(folder, aside).catch(() => {
      throw error;
    });
    await rm(aside, { recursive: true, force: true });
  }
  await rename(temporary, folder);
}

// The name says whose it is, so that what a killed process left can be told from what a living one is filling.
function temporaryBeside(folder: string): string {
  const owner = `${basename(folder)}@${hostname()}@${process.pid}`;
  return join(dirname(folder), `.new@${owner}@${randomBytes(4).toString("hex")}`);
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [mark, , host, pid] = name.split("@");
    if (mark === ".new" && host === hostname() && !isRunning(Number(pid))) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
