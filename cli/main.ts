#!/usr/bin/env node
import * as provider from "../provider/runtime";
import { type Command, type Surroundings, UsageError } from "./command";
import { mirror } from "./mirror";
import { verify } from "./verify";

const COMMANDS: Readonly<Record<string, Command>> = { mirror, verify };

const usage = (commands: readonly Command[]) =>
  ["Usage:", ...commands.map((command) => `  pulumi-harness-images ${command.usage}`)].join("\n");
const HELP = `${usage(Object.values(COMMANDS))}

The account's list of images is read with HARNESS_PLATFORM_API_KEY (HARNESS_ENDPOINT, HARNESS_ACCOUNT_ID); with --image it is not asked for.
Logins of registries are those of \`docker login\`.`;

async function main([name = "", ...args]: readonly string[]): Promise<number> {
  const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${provider.conceal(line)}\n`);
  const surroundings: Surroundings = {
    environment: provider.processEnvironment(),
    out: write(process.stdout),
    tell: write(process.stderr),
  };
  if (["", "help", "--help", "-h"].includes(name) || args.includes("--help")) {
    surroundings.out(HELP);
    return name === "" ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    surroundings.tell(`there is no command ${name}\n${HELP}`);
    return 2;
  }
  try {
    return await command.run([...args], surroundings);
  } catch (error) {
    const isOurs = error instanceof UsageError || isOfParseArgs(error);
    surroundings.tell(
      `${error instanceof Error ? error.message : String(error)}${isOurs ? `\n${usage([command])}` : ""}`,
    );
    return isOurs ? 2 : 1;
  }
}

/** An option that is not there, or has no value. */
function isOfParseArgs(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
