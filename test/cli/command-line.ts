import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import type { OciRegistry } from "../support/oci-registry";

/** As it is shipped: `npm run build` makes it. */
const MAIN = join(__dirname, "..", "..", "dist", "cli", "main.js");

/** How a command ended. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

/** A folder of somebody who runs commands: their Docker logins, and what the commands write. */
export interface Desk {
  readonly folder: string;
  /** Runs a command to its end. `watch` gets the process and what it has told so far. */
  run(args: readonly string[], more?: RunMore): Promise<Ended>;
  /** Puts logins where Docker puts them. */
  logIn(...registries: readonly OciRegistry[]): Promise<void>;
}

/** What differs from an ordinary run. */
interface RunMore {
  readonly harness?: Emulator;
  /** @default no program on it but those of the system */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly watch?: (child: ChildProcess, told: string) => void;
}

/** Runs a body with a desk, which is removed at the end. */
export async function withDesk(body: (desk: Desk) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "command-line-"));
  try {
    await body({
      folder,
      run: (args, more = {}) => run(folder, args, more),
      logIn: (...registries) => writeFile(join(folder, "config.json"), dockerConfig(registries)),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function dockerConfig(registries: readonly OciRegistry[]): string {
  const auths = registries.map(({ host, username, password }) => {
    return [host, { auth: Buffer.from(`${username}:${password}`).toString("base64") }];
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

async function run(
  folder: string,
  args: readonly string[],
  { harness, path, environment, watch }: RunMore,
): Promise<Ended> {
  const key = harness && { HARNESS_ENDPOINT: harness.endpoint, HARNESS_PLATFORM_API_KEY: harness.platformApiKey };
  const env = { DOCKER_CONFIG: folder, HOME: folder, PATH: path ?? "/nowhere", ...key, ...environment };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
  const printed = { out: "", told: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.told += text;
    watch?.(child, printed.told);
  });
  await once(child, "close");
  return { code: child.exitCode, ...printed };
}
