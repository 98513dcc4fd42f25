import type { PreflightMode } from "./config";
import type { Problem, Remark } from "./domain/problem";
import { type HarnessError, isHarnessError } from "./errors";

/** What Harness's answer comes to. */
export type Finding =
  /** A mistake: an error, whatever the mode. */
  | string
  /** A mistake as far as can be seen from here, because Harness's own rules are only partly known: a notice, in `strict` an error. */
  | { readonly doubt: string }
  /** What the user should know and is no mistake. */
  | { readonly news: string }
  /** All is well. */
  | undefined;

/** A question asked of Harness before anything changes. */
export interface Question {
  /** The argument it is about; empty when it is about the resource as a whole. */
  readonly path: string;
  /** The arguments it needs; it is not asked while one of them has a problem. */
  readonly needs: readonly string[];
  /**
   * Throws when it cannot be asked. `refused` are the arguments that have a problem already: their values, which may be a password
   * in the wrong place, must not be quoted.
   */
  readonly ask: (refused: ReadonlySet<string>) => Promise<Finding>;
  /** Asked of a part of Harness that may fail, or be missing, while the rest is well: that says nothing of other questions. */
  readonly aside?: boolean;
}

/** What preflight found. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly remarks: readonly Remark[];
  /** A failure that will meet the questions of every other resource too. */
  readonly outage?: HarnessError;
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

/** Failures that can be of one part of Harness only. */
const OF_ONE_PART: ReadonlySet<string> = new Set(["NOT_HARNESS", "SERVER_FAILED"]);

/**
 * Asks the questions in order. A definite "no" is a problem. A doubt, or not being able to ask, is a remark, or a problem where the
 * mode is `strict`; it never stops a preview otherwise.
 */
export async function preflight(
  mode: PreflightMode,
  questions: readonly Question[],
  refused: ReadonlySet<string> = new Set(),
): Promise<Findings> {
  const problems: Problem[] = [];
  const remarks: Remark[] = [];
  const uncertain = mode === "strict" ? problems : remarks;
  const asides: Remark[] = [];
  for (const { path, ask, aside } of questions) {
    try {
      const finding = await ask(refused);
      if (typeof finding === "string") problems.push({ path, text: finding });
      else if (finding !== undefined && "news" in finding) remarks.push({ path, text: finding.news });
      else if (finding !== undefined) uncertain.push({ path, text: finding.doubt });
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      if (aside === true && OF_ONE_PART.has(error.code)) {
        asides.push({ path: "", text: unasked(error) });
        continue;
      }
      if (isDefinite(error)) return { problems: [...problems, { path: "", text: error.message }], remarks };
      uncertain.push({ path: "", text: unasked(error) });
      if (WIDESPREAD.has(error.code)) return { problems, remarks, outage: error };
    }
  }
  // Where all of Harness is out of reach, that is said once, and not here.
  uncertain.push(...asides);
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
