/** Takes one line for the person who waits. */
export type Log = (line: string) => void;

/** Writes the line to standard error, where it does not mix with a result. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

/**
 * Does long work and says now and then how far it is.
 *
 * @param everyMs How often, in milliseconds.
 */
export async function withProgress<T>(
  log: Log,
  describe: () => string,
  work: () => Promise<T>,
  everyMs = 8_000,
): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => log(`    ${secondsSince(start)} s: ${describe()}`), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Whole seconds since a `Date.now()`. */
export function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 1000);
}
