import { z } from "zod";
import { isPlain, type Plain } from "./plain";

/** What a failed connection test means: nothing is tested, a notice, or an error after which the change is taken back. */
export type TestMode = "off" | "warn" | "require";

/** How a connector is tested after a change. */
export interface TestSettings {
  readonly mode: TestMode;
  /** Most time one test may take. */
  readonly timeoutMs: number;
  /** How long a failing test is repeated. */
  readonly retryForMs: number;
}

/** Harness's own limit was two minutes, when last seen. [H98] */
const TIMEOUT_SECONDS = 120;
const LONGEST_TIMEOUT_SECONDS = 600;
const LONGEST_RETRY_SECONDS = 3_600;

const within = (least: number, most: number) =>
  z
    .number("must be a number of seconds")
    .min(least, `must be at least ${least} second${least === 1 ? "" : "s"}`)
    .max(most, `must be at most ${most} seconds`);

/** The argument `testConnection`. */
export const testConnectionArg = z
  .strictObject(
    {
      mode: z.enum(["off", "warn", "require"], 'must be "off", "warn" or "require"').optional(),
      timeoutSeconds: within(1, LONGEST_TIMEOUT_SECONDS).optional(),
      retryForSeconds: within(0, LONGEST_RETRY_SECONDS).optional(),
    },
    {
      error: ({ code }) => (code === "invalid_type" ? "must be { mode, timeoutSeconds, retryForSeconds }" : undefined),
    },
  )
  .optional();

/** The argument `triggers`. */
export const triggersArg = z.record(z.string(), z.string("must be a string"), "must be a map of strings").optional();

/** Reads the argument, once it has been checked. */
export function testSettings({ testConnection }: Plain, otherwise: TestMode): TestSettings {
  const given = isPlain(testConnection) ? testConnection : {};
  const seconds = (key: string, absent: number) => (typeof given[key] === "number" ? given[key] : absent) * 1000;
  const { mode } = given;
  return {
    mode: mode === "off" || mode === "warn" || mode === "require" ? mode : otherwise,
    timeoutMs: seconds("timeoutSeconds", TIMEOUT_SECONDS),
    retryForMs: seconds("retryForSeconds", 0),
  };
}

/** The arguments whose change makes the last test say nothing any more. */
const TESTED: readonly string[] = ["url", "providerType", "auth", "connectivityMode", "delegateSelectors", "triggers"];

/** Whether some of the changed arguments call for a test. */
export function callsForTest(changed: readonly string[]): boolean {
  return changed.some((key) => TESTED.includes(key));
}
