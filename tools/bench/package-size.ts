import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import type { Measurement } from "./measurement";
import { exact } from "./row";

const root = join(__dirname, "..", "..");
const targetBytes = 250_000;

const report = z
  .array(z.object({ unpackedSize: z.number(), size: z.number(), entryCount: z.number() }))
  .min(1)
  .transform(([first]) =>
    z.object({ unpackedSize: z.number(), size: z.number(), entryCount: z.number() }).parse(first),
  );

/** What `npm publish` would put on a user's disk. */
export const packageSize: Measurement = {
  title: "size of the package",
  async measure({ log }) {
    log("  npm pack, without writing anything");
    const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { unpackedSize, size, entryCount } = report.parse(JSON.parse(output));
    const row = {
      id: "package-size",
      what: "package, unpacked",
      unit: "bytes" as const,
      target: targetBytes,
      measured: unpackedSize,
      note: `${entryCount} files, ${size} bytes packed`,
    };
    return [exact(row)];
  },
};
