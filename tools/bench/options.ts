import { parseArgs } from "node:util";

/** How `npm run bench` is called. */
export const usage =
  "usage: npm run bench -- [--quick] [--json]\n" +
  "  --quick  fewer repeats, at most 50 connectors: a minute instead of several\n" +
  "  --json   print the results as JSON instead of a table\n";

/** What a run is to do. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
}

/** Reads the command line; undefined when it is not as `usage` says. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  try {
    const options = { quick: { type: "boolean" }, json: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { quick: values.quick === true, json: values.json === true };
  } catch {
    return undefined;
  }
}
