import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Environment } from "../provider/config";
import type { WantedImage } from "../provider/domain/verification";
import type { LockedImage } from "./mirror-lock";

/** A program that copies images between registries. */
export type CopyTool = "crane" | "skopeo";

const TOOLS: readonly CopyTool[] = ["crane", "skopeo"];
const LAST_LINES = 5;

/** The first of the programs that is on PATH. */
export async function copyToolOn(environment: Environment): Promise<CopyTool | undefined> {
  for (const tool of TOOLS) {
    for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
      const found = await access(join(folder, tool), constants.X_OK).then(
        () => folder !== "",
        () => false,
      );
      if (found) return tool;
    }
  }
  return undefined;
}

/** The command that copies an image with all its platforms, by digest: the tag may have moved since it was looked up. */
export function copyCommand(tool: CopyTool, { source, target, digest }: LockedImage): readonly string[] {
  const from = `${source.pulled.replace(/@.*$/, "").replace(/:[^/:@]+$/, "")}@${digest}`;
  const to = target.pulled.replace(/:[^/:@]+(?=@)/, "");
  if (tool === "crane") {
    // For both sides at once: of an https one it would no longer check the certificate. Loopback and private addresses do without.
    return ["crane", "copy", ...(isPlain(source) && isPlain(target) ? ["--insecure"] : []), from, to];
  }
  const plain = [isPlain(source) ? ["--src-tls-verify=false"] : [], isPlain(target) ? ["--dest-tls-verify=false"] : []];
  return ["skopeo", "copy", "--all", "--preserve-digests", ...plain.flat(), `docker://${from}`, `docker://${to}`];
}

/** Whether the registry speaks http only. */
function isPlain({ address }: WantedImage): boolean {
  return address.origin.startsWith("http:");
}

/** Runs a command. @returns nothing when it went well, else the last it printed */
export function run([program = "", ...args]: readonly string[], environment: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { ...environment }, stdio: ["ignore", "ignore", "pipe"] });
    let printed = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      printed = (printed + text).slice(-4_000);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      const words = printed.trim().split("\n").slice(-LAST_LINES).join("\n    ");
      resolve(code === 0 ? undefined : `${program} ended with ${signal ?? code}: ${words}`);
    });
  });
}
