import type { Log } from "../progress";
import type { Row } from "./row";

/** What a measurement works with. */
export interface Bench {
  /** Fewer repeats and smaller stacks, for a first look. */
  readonly quick: boolean;
  /** Gets a line about what is going on. */
  readonly log: Log;
  /** The folder in which the package is installed the way users install it, and the empty provider beside it. */
  readonly programs: string;
}

/** One thing to measure; it may give several rows. */
export interface Measurement {
  readonly title: string;
  measure(bench: Bench): Promise<readonly Row[]>;
}
