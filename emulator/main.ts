#!/usr/bin/env node
import { parseArgs } from "node:util";
import type { Emulator } from "./emulator";
import { startEmulator } from "./index";

const USAGE = "Usage: npm run emulator -- [--port N] [--json]\n";

/** What a person needs to point a program at the emulator. */
function welcome(emulator: Emulator): string {
  return [
    "A Harness for tests is running. It keeps everything in memory; Ctrl+C ends it.",
    "",
    `  endpoint  ${emulator.endpoint}`,
    `  account   ${emulator.accountId}   (organisation ${emulator.orgId}, project ${emulator.projectId})`,
    `  token     ${emulator.platformApiKey}`,
    "  images    connector harnessImage, Docker Hub without a login",
    "",
    "To use it, in the shell where you run Pulumi:",
    `  export HARNESS_ENDPOINT=${emulator.endpoint} HARNESS_ACCOUNT_ID=${emulator.accountId} HARNESS_PLATFORM_API_KEY=${emulator.platformApiKey}`,
    "",
  ].join("\n");
}

function asJson({ endpoint, accountId, platformApiKey, orgId, projectId }: Emulator): string {
  return `${JSON.stringify({ endpoint, accountId, platformApiKey, orgId, projectId })}\n`;
}

/** The arguments; undefined when they are not ours. */
function argumentsOf(args: string[]): { port: number; json: boolean } | undefined {
  try {
    const { values } = parseArgs({ args, options: { port: { type: "string" }, json: { type: "boolean" } } });
    const port = values.port ?? "0";
    return /^\d{1,5}$/.test(port) ? { port: Number(port), json: values.json === true } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const options = argumentsOf(process.argv.slice(2));
  if (options === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const emulator = await startEmulator({ port: options.port, harnessImage: "docker-hub" });
  const stop = (): void => {
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(options.json ? asJson(emulator) : welcome(emulator));
}

main().catch((error: unknown) => {
  process.stderr.write(`The emulator did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
