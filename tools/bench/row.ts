/** In what a row is measured. */
export type Unit = "calls" | "requests" | "bytes" | "x" | "us" | "ms";

/** One number, what it should be, and whether it is. */
export interface Row {
  /** Stable, for whoever compares two runs. */
  readonly id: string;
  readonly what: string;
  readonly unit: Unit;
  /** The most it may be; null where it is only told. */
  readonly target: number | null;
  readonly measured: number;
  /** Null without a target. */
  readonly met: boolean | null;
  /** Whether the run fails for it. */
  readonly failed: boolean;
  readonly note: string;
}

/** A row before it is judged. */
export type Finding = Omit<Row, "met" | "failed" | "target"> & { readonly target: number };

/** A time this many times over its target is no busy machine any more. */
const absurd = 10;

/** What comes out the same on every machine: missing the target fails the run. */
export function exact(finding: Finding): Row {
  const met = finding.measured <= finding.target;
  return { ...finding, met, failed: !met };
}

/**
 * What depends on the machine and its other work: missing the target is shown, and fails the run only when it is absurd.
 *
 * @param typical What the machine shows undisturbed, where `measured` is not that: the median beside a 99th percentile.
 */
export function timed(finding: Finding, typical = finding.measured): Row {
  return { ...finding, met: finding.measured <= finding.target, failed: typical > absurd * finding.target };
}

/** What is good to know and has no target. */
export function told(finding: Omit<Finding, "target">): Row {
  return { ...finding, target: null, met: null, failed: false };
}
