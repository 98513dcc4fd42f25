import { type Plain, withoutUndefined } from "./plain";

/** What a failed test is about, as far as it can be told. */
export type Trouble = "credentials" | "permission" | "network" | "delegate" | "timeout" | "unknown";

/** How a connection test ended. */
export type TestOutcome = TestSuccess | TestFailure;

/** The connector works. */
interface TestSuccess {
  readonly ok: true;
  /** Milliseconds since 1970. */
  readonly testedAt: number | undefined;
  /** Absent where the Harness Platform tested. */
  readonly delegateId: string | undefined;
}

/** The connector does not work. */
export interface TestFailure extends Omit<TestSuccess, "ok"> {
  readonly ok: false;
  readonly trouble: Trouble;
  /** Harness's own words. */
  readonly words: string;
  readonly correlationId: string | undefined;
}

/** Codes of Harness that say what is wrong. [H22] [H97] */
const TROUBLE_OF_CODE: Readonly<Record<string, Trouble>> = {
  DELEGATE_NOT_AVAILABLE: "delegate",
  NO_AVAILABLE_DELEGATES: "delegate",
  NO_INSTALLED_DELEGATES: "delegate",
  UNAVAILABLE_DELEGATES: "delegate",
  INVALID_CREDENTIAL: "credentials",
  ACCESS_DENIED: "permission",
};

/** Where no code says it, the words choose the advice, and only that: they change between versions, and are always shown. [H168] */
const TROUBLE_OF_WORDS: readonly (readonly [pattern: RegExp, trouble: Trouble])[] = [
  [/delegates? (are|is) (not )?connected|no (eligible |active )?delegate|delegate_not_available/i, "delegate"],
  [
    /access denied|denied|forbidden|insufficient.scope|\b403\b|not permitted|no permission|exceeded its|too ?many ?requests/i,
    "permission",
  ],
  [/credential|unauthori[sz]ed|authentication|authorization required|\b401\b|password|log ?in/i, "credentials"],
  [
    /reachable|port is opened|firewall|refused|timed? ?out|unknown ?host|no route|resolve (the )?host|certificate|ssl|tls|\b(connection|connect to) /i,
    "network",
  ],
];

/** What a failure is about, from Harness's codes, else from its words. */
export function troubleOf(codes: readonly string[], words: string): Trouble {
  const known = codes.flatMap((code) => TROUBLE_OF_CODE[code] ?? [])[0];
  return known ?? TROUBLE_OF_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown";
}

/** The output `lastTest`: it tells, and never makes a difference. */
export function lastTestOf(outcome: TestOutcome, now: number): Plain {
  return withoutUndefined({
    status: outcome.ok ? "SUCCESS" : "FAILURE",
    testedAt: new Date(outcome.testedAt ?? now).toISOString(),
    delegateId: outcome.delegateId,
    summary: outcome.ok ? "the registry answered" : outcome.words,
  });
}
