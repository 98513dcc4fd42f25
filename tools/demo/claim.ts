import { inspect, isDeepStrictEqual } from "node:util";

/** Something is not as the demo says. */
export class Differs extends Error {
  constructor(claim: string, details: readonly string[]) {
    super([claim, ...details].join("\n"));
    this.name = "Differs";
  }
}

/**
 * Checks what the demo says.
 *
 * @param claim What should be so, as a sentence.
 * @throws Differs when it is not.
 */
export function claim(claim: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Differs(claim, [`expected: ${shown(expected)}`, `found:    ${shown(actual)}`]);
  }
}

function shown(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });
}
