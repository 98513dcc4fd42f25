import type { PreflightMode } from "./config";
import type { Problem, Remark } from "./domain/problem";
import { type HarnessError, isHarnessError } from "./errors";

/** A question asked of Harness before anything changes. */
export interface Question {
  /** The argument it is about; empty when it is about the resource as a whole. */
  readonly path: string;
  /** The arguments it needs; it is not asked while one of them has a problem. */
  readonly needs: readonly string[];
  /**
   * The mistake found, or undefined when all is well. Throws when it cannot be asked. `refused` are the arguments that have a
   * problem already: their values, which may be a password in the wrong place, must not be quoted.
   */
  readonly ask: (refused: ReadonlySet<string>) => Promise<string | undefined>;
}

/** What preflight found. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
}

/** Failures that are an answer: asking again, or asking something else, would not help. */
const DEFINITE: ReadonlySet<string> = new Set(["CONFIGURATION", "CREDENTIALS_REJECTED"]);
/** Failures that will meet every further question of this resource too. */
const WIDESPREAD: ReadonlySet<string> = new Set([
  "UNREACHABLE",
  "TIMED_OUT",
  "SERVER_FAILED",
  "RATE_LIMITED",
  "NOT_HARNESS",
  "CANCELLED",
]);

/**
 * Asks the questions in order. A definite "no" is a problem. Not being able to ask is a remark, or a problem where the mode is
 * `strict`; it never stops a preview otherwise.
 */
export async function preflight(
  mode: PreflightMode,
  questions: readonly Question[],
  refused: ReadonlySet<string> = new Set(),
): Promise<Findings> {
  const problems: Problem[] = [];
  const remarks: Remark[] = [];
  for (const { path, ask } of questions) {
    try {
      const text = await ask(refused);
      if (text !== undefined) problems.push({ path, text });
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      if (isDefinite(error)) return { problems: [...problems, { path: "", text: error.message }], remarks };
      const found = { path: "", text: unasked(error) };
      if (mode === "strict") problems.push(found);
      else remarks.push(found);
      if (WIDESPREAD.has(error.code)) break;
    }
  }
  return { problems, remarks };
}

/** A page that is not Harness's, served as a good answer, means a wrong endpoint; served as a failure it may pass. */
function isDefinite(error: HarnessError): boolean {
  if (error.code === "NOT_HARNESS") return (error.answer.status ?? 500) < 500;
  return DEFINITE.has(error.code);
}

function unasked(error: HarnessError): string {
  return `not checked against Harness (set preflight: "off" on the resource, or harness:preflight to off, to skip this): ${error.message}`;
}
