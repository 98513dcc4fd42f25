import { inspect } from "node:util";
import type { ErrorParts, HarnessError } from "../errors";
import { conceal } from "../redact";
import type { Purpose } from "./call";
import type { Problem } from "./problem";

/** What became of the attempts of a call. */
interface Sent {
  readonly sent: number;
  /** Some attempt may have been applied. */
  readonly uncertain: boolean;
}

/** The error a call ends with. */
export function callError({ doing }: Purpose, course: Sent, problem: Problem): HarnessError {
  const attempts = course.sent > 1 ? `; ${course.sent} attempts were made` : "";
  const uncertain = course.uncertain
    ? `, and ${attempts === "" ? "it" : "one"} may have been applied all the same`
    : "";
  const parts: ErrorParts = {
    doing,
    what: `${problem.what}${attempts}${uncertain}`,
    next: problem.next,
    answer: problem.answer,
    uncertain: course.uncertain,
    cause: harmless(problem.cause),
  };
  return new problem.type(parts);
}

/** A cause is printed as it is, without our masking: one that holds a secret is left out. */
function harmless(cause: Error | undefined): Error | undefined {
  const text = inspect(cause);
  return conceal(text) === text ? cause : undefined;
}
