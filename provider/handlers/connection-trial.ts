import type { Plain } from "../domain/plain";
import { type Address, idOf } from "../domain/scope";
import type { TestSettings } from "../domain/test-connection";
import { lastTestOf, type TestFailure, type TestOutcome } from "../domain/test-outcome";
import { HEADLINES, remedyOf } from "../domain/test-remedy";
import { ConnectionTestFailedError, type HarnessError, isHarnessError } from "../errors";
import type { Session } from "../session";

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15_000;
const TELL_EVERY_MS = 10_000;

/** What became of a connector of which only a trigger had changed. */
export const UNCHANGED =
  "Nothing was changed in it, and builds pull with it as it is. If a secret was rotated in this run, its new value is the cause: give it " +
  "the right one, or the former one, and run `pulumi up` again.";

/** Failures that may pass while a test is repeated anyway; no test was made then. */
const PASSING: ReadonlySet<string> = new Set(["SERVER_FAILED", "UNREACHABLE", "RATE_LIMITED", "NOT_HARNESS"]);

/** One connector to be tested. */
export interface Trial {
  readonly session: Session;
  readonly settings: TestSettings;
  readonly address: Address;
  /** The arguments it was made from, for the advice. */
  readonly inputs: Plain;
  /** The resource, for notices. */
  readonly label: string;
  /** What the operation as a whole does: a phrase that follows "cannot". */
  readonly doing: string;
}

/** What a trial found: an outcome, or why there was none. */
export type Verdict = TestOutcome | { readonly ok: false; readonly untested: HarnessError };

/** Tests a connector, again and again while it fails and time is left, and says every ten seconds that it is at it. */
export async function tried(trial: Trial): Promise<Verdict> {
  const { session, settings, label, doing } = trial;
  const { client } = session.harness(doing);
  const started = client.now();
  const seconds = () => Math.round((client.now() - started) / 1000);
  let last = "";
  const most = Math.round((settings.timeoutMs + settings.retryForMs) / 1000);
  const tell = () =>
    session.notices.progress(`${label}: testing the connection, ${seconds()} s of at most ${most} s${last}`);
  const stop = client.every(TELL_EVERY_MS, tell);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const verdict = await once(trial);
      const isFinal = verdict.ok || ("untested" in verdict && !PASSING.has(verdict.untested.code));
      const left = settings.retryForMs - (client.now() - started);
      if (isFinal || left <= 0) return verdict;
      last = `; so far ${"untested" in verdict ? verdict.untested.code : HEADLINES[verdict.trouble]}`;
      // The last test is at the end of the time allowed, not before it.
      await client.sleep(Math.min(pause, left), doing);
    }
  } finally {
    stop();
  }
}

/** The output `lastTest` of a verdict. */
export function lastTest(session: Session, verdict: Verdict): Plain {
  const now = session.now();
  if (!("untested" in verdict)) return { lastTest: lastTestOf(verdict, now) };
  const summary = `not tested: ${verdict.untested.code}`;
  return { lastTest: { status: "UNKNOWN", testedAt: new Date(now).toISOString(), summary } };
}

/** Says that a test failed where that is no error. */
export function tellFailure({ session, label, inputs }: Trial, verdict: Verdict): void {
  if (verdict.ok) return;
  const text =
    "untested" in verdict
      ? `the connection was not tested: ${verdict.untested.message}`
      : `${headline(verdict)}. Harness said: ${quoted(verdict)}. ${remedyOf(verdict, inputs)}`;
  session.notices.say(label, text);
}

/** The error of a failed test. `after` says what became of the change, e.g. "The connector was removed again." */
export function testFailed(
  { doing, inputs }: Trial,
  verdict: Exclude<Verdict, { ok: true }>,
  after: string,
): HarnessError {
  if ("untested" in verdict) {
    const { untested } = verdict;
    const what = `the connection could not be tested (${untested.code}), and testConnection.mode is "require". ${after}`;
    return new ConnectionTestFailedError({
      doing,
      what: trimmed(what),
      next: untested.remedy,
      answer: untested.answer,
      cause: untested,
    });
  }
  const { words, correlationId } = verdict;
  const what = trimmed(`${headline(verdict)}. ${after}`);
  const answer = { message: words === "" ? undefined : words, correlationId };
  return new ConnectionTestFailedError({ doing, what, next: remedyOf(verdict, inputs), answer });
}

async function once({ session, settings, address, doing }: Trial): Promise<Verdict> {
  const { connectionTests } = session.harness(doing);
  try {
    return await connectionTests.run(address, { doing: `test connector ${idOf(address)}` }, settings.timeoutMs);
  } catch (error) {
    if (!isHarnessError(error) || error.code === "CANCELLED") throw error;
    return { ok: false, untested: error };
  }
}

function headline({ trouble }: TestFailure): string {
  return `the connection test failed: ${HEADLINES[trouble]}`;
}

function quoted({ words, correlationId }: TestFailure): string {
  const said = words === "" ? "nothing" : words.replace(/\.$/, "");
  return correlationId === undefined ? said : `${said} (correlation id ${correlationId})`;
}

/** A sentence without the full stop that the message brings itself. */
function trimmed(text: string): string {
  return text.replace(/\.$/, "");
}
