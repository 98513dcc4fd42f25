import { rename, writeFile } from "node:fs/promises";
import type { MirroredImage } from "./mirror-plan";

/** An image of the plan and the digest its tag leads to. */
export interface LockedImage extends MirroredImage {
  readonly digest: string;
}

/** The text of the lock file: no dates, so that an unchanged plan is an unchanged file. */
export function lockText(from: string, to: string, images: readonly LockedImage[]): string {
  const rows = images.map(({ image, fields, source, target, digest }) => {
    return { image, fields, source: source.pulled, target: target.pulled, digest };
  });
  return `${JSON.stringify({ version: 1, from, to, images: rows }, undefined, 2)}\n`;
}

/** Writes it whole or not at all. */
export async function writeLock(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.tmp`;
  await writeFile(fresh, text);
  await rename(fresh, path);
}
