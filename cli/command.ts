import type { Environment } from "../provider/config";
import { readRegistryUrl } from "../provider/runtime";

/** What a command is run with. */
export interface Surroundings {
  readonly environment: Environment;
  /** Results. */
  readonly out: (line: string) => void;
  /** Everything else: progress, mistakes. */
  readonly tell: (line: string) => void;
}

/** One command. */
export interface Command {
  readonly usage: string;
  /** @returns the exit code: 0 all is well, 1 something is not, 2 it was called wrongly */
  run(args: string[], surroundings: Surroundings): Promise<number>;
}

/** It was called wrongly. */
export class UsageError extends Error {}

/** The account's list, from what the command line says. */
export type InfraOption = "K8" | "VM";

/** Reads `--infra`. @throws UsageError */
export function infraOf(text: string | undefined): InfraOption {
  const infra = (text ?? "K8").toUpperCase();
  if (infra === "K8" || infra === "VM") return infra;
  throw new UsageError(`--infra is K8 or VM, not ${text}`);
}

/** Reads the URL of a connector. @throws UsageError */
export function urlOf(option: string, text: string | undefined): string {
  if (text === undefined)
    throw new UsageError(`${option} is missing: the URL of the connector, e.g. https://us.icr.io/my-ns`);
  const { url, problems } = readRegistryUrl(text);
  // What was given is not quoted: it may hold a password.
  if (problems.length > 0) throw new UsageError(problems.map((problem) => `${option} ${problem.text}`).join("\n"));
  return url.replace(/\/+$/, "");
}
