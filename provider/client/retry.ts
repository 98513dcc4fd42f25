/**
 * When a request may be sent again, and after how long. Pure: clock and chance are arguments.
 */

/**
 * What a call allows. `read` changes nothing, whatever its method. `idempotent` may be applied twice with the same result.
 * `create` must not be applied twice: it is repeated only when nothing was sent. [H112] [H118]
 */
export type RetryPolicy = "read" | "idempotent" | "create";

/**
 * What an attempt met. `unsent`: no connection, so nothing was sent. `transient`: a failing server or a lost answer, the request
 * may have been applied. `unreadable`: a good status with a body that cannot be read. `throttled`: too many requests, not
 * applied. `final`: repeating would not change it.
 */
export type Trouble = "unsent" | "transient" | "unreadable" | "throttled" | "final";

/** Attempts of one call, the first included; throttled ones do not count. */
const MOST_ATTEMPTS = 4;
/** How long one call puts up with being throttled, in milliseconds. */
export const THROTTLE_PATIENCE_MS = 300_000;

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 8_000;
const RETRY_AFTER_MOST_MS = 60_000;
const PAUSE_FIRST_MS = 5_000;
const PAUSE_MOST_MS = 60_000;
const PAUSE_TOLD_LEAST_MS = 1_000;
const PAUSE_TOLD_MOST_MS = 120_000;

const repeatable: Readonly<Record<RetryPolicy, readonly Trouble[]>> = {
  read: ["unsent", "transient", "unreadable"],
  idempotent: ["unsent", "transient"],
  create: ["unsent"],
};

/** Whether a call may be tried again after `attempts` attempts, the last of which met `trouble`. Not about throttling. */
export function mayRepeat(policy: RetryPolicy, trouble: Trouble, attempts: number): boolean {
  return attempts < MOST_ATTEMPTS && repeatable[policy].includes(trouble);
}

/**
 * Milliseconds to wait before the attempt after attempt number `attempts`: any time up to a bound that doubles, so that
 * parallel calls that failed together do not come back together. A server's own `Retry-After` is the least, capped.
 */
export function backoffMs(attempts: number, random: () => number, retryAfterMs = 0): number {
  const bound = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (attempts - 1));
  return Math.max(random() * bound, Math.min(retryAfterMs, RETRY_AFTER_MOST_MS));
}

/**
 * Milliseconds to pause after being throttled `times` times in a row. What the server tells is obeyed, within reason: zero would
 * make a loop without end. Harness's gateway tells nothing [H110], hence the doubling.
 */
export function pauseMs(times: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return Math.min(Math.max(retryAfterMs, PAUSE_TOLD_LEAST_MS), PAUSE_TOLD_MOST_MS);
  return Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * 2 ** (times - 1));
}

/**
 * Reads a `Retry-After` header: seconds or an HTTP date.
 *
 * @param wallMs now, in milliseconds since 1970
 * @returns milliseconds, zero for a date that has passed, undefined when there is none that can be read
 */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse reads almost anything ("-5" is a year): only the form HTTP uses, with its day name, counts.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}
