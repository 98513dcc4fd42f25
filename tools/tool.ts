import { join, relative } from "node:path";
import { cacheFolder, makeEntry } from "./cache";
import { type Log, secondsSince } from "./progress";

/** One way to get a tool. */
export interface Way<Name extends string> {
  name: Name;
  /** For people, in the list of what was tried. */
  title: string;
  /** Puts the tool into an empty folder, or throws an Error whose first line says why not. */
  fill: (folder: string, log: Log) => Promise<void>;
}

/** A program of somebody else's that tests or the demo run, kept in the cache. */
export interface Tool<Name extends string> {
  /** What it is, for people: "Pulumi CLI 3.248.0". */
  title: string;
  /** Where in the cache: "engine/3.248.0". */
  entry: string;
  /** Whether the folder holds the whole tool, able to run. */
  isGood: (folder: string) => Promise<boolean>;
  /** In the order in which they are tried. */
  ways: readonly Way<Name>[];
  /** What a person can do when no way works, one thing a line. */
  remedies: (folder: string) => readonly string[];
}

/** Where a tool is and where it came from. */
export interface Obtained<Name extends string> {
  folder: string;
  way: Name | "cache";
}

/**
 * Gives the tool from the cache, or gets it in the first way that works.
 *
 * @throws Error that lists what was tried, why each did not work, and what to do.
 */
export async function obtain<Name extends string>(tool: Tool<Name>, log: Log): Promise<Obtained<Name>> {
  const folder = join(cacheFolder(), tool.entry);
  if (await tool.isGood(folder)) {
    return { folder, way: "cache" };
  }
  log(`${tool.title} is not in the cache (${shown(folder)}) yet. It is put there once, which may take some minutes.`);
  const failures = [`the cache: nothing at ${folder} that works`];
  for (const way of tool.ways) {
    const start = Date.now();
    try {
      await makeEntry(folder, tool.isGood, (temporary) => fill(tool, way, temporary, log));
      log(`  ${tool.title} is ready after ${secondsSince(start)} s`);
      return { folder, way: way.name };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`${way.title}: ${reason.replaceAll("\n", "\n      ")}`);
      log(`  ${way.title} did not work here: ${reason.split("\n")[0]}`);
    }
  }
  throw new Error(
    [
      `${tool.title} could not be had. Tried:`,
      ...failures.map((failure) => `  - ${failure}`),
      "Do one of these and start again:",
      ...tool.remedies(folder).map((remedy) => `  - ${remedy}`),
    ].join("\n"),
  );
}

async function fill<Name extends string>(tool: Tool<Name>, way: Way<Name>, folder: string, log: Log): Promise<void> {
  await way.fill(folder, log);
  if (!(await tool.isGood(folder))) {
    throw new Error("what it gave does not run, or is of another version");
  }
}

function shown(folder: string): string {
  const short = relative(process.cwd(), folder);
  return short.startsWith("..") ? folder : short;
}
