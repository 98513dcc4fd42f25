import type { Cancellation } from "./cancellation";
import type { Clock } from "./clock";
import { pauseMs } from "./retry";

const WINDOW_MS = 60_000;
/** Harness counts arrivals, we count departures; a slow first connection must not push a minute's last into the next quota. */
const SLACK_MS = 500;
const SILENT_MS = 2_000;
const NOTICE_EVERY_MS = 10_000;

/** What a limiter needs. */
export interface RateLimiterOptions {
  readonly requestsPerMinute: number;
  readonly clock: Clock;
  /** Told why and how long requests wait: when one waits more than two seconds, then every ten. */
  notice(text: string): void;
}

interface Waiter {
  readonly since: number;
  /** Takes how long it waited, nothing when it was cancelled. */
  go(waitedMs?: number): void;
}

/**
 * Says when a request may start. In no 60 seconds do more than `requestsPerMinute` start (a log of start times, so also across
 * the border of two minutes); first come, first served; a pause holds everybody.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #queue: Waiter[] = [];
  readonly #starts: number[] = [];
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #throttledInARow = 0;
  #noticedAt = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  /** Waits for the turn of one request and counts it as started. Returns the milliseconds waited, nothing when cancelled before. */
  start(cancellation: Cancellation): Promise<number | undefined> {
    return new Promise((resolve) => {
      if (cancellation.cancelled) return resolve(undefined);
      const waiter: Waiter = {
        since: this.#options.clock.now(),
        go(waitedMs) {
          forget();
          resolve(waitedMs);
        },
      };
      const forget = cancellation.onCancel(() => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        waiter.go();
        this.#serve();
      });
      this.#queue.push(waiter);
      this.#serve();
    });
  }

  /** How long a request that starts now would be held by the present pause, in milliseconds. */
  get pauseLeftMs(): number {
    return Math.max(0, this.#pausedUntil - this.#options.clock.now());
  }

  /**
   * A request was throttled: nobody starts for a while. Many requests that were under way together count as one event.
   *
   * @param startedAt when the throttled request started
   * @param retryAfterMs what the server asked for, if it did
   */
  throttled(startedAt: number, retryAfterMs: number | undefined): void {
    const now = this.#options.clock.now();
    const newEvent = startedAt >= this.#pausedUntil;
    if (newEvent) this.#throttledInARow += 1;
    if (!newEvent && retryAfterMs === undefined) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs(this.#throttledInARow, retryAfterMs));
    this.#serve();
  }

  /** A request that started at `startedAt` was not throttled: the next pause is short again. */
  accepted(startedAt: number): void {
    if (startedAt >= this.#pausedUntil) this.#throttledInARow = 0;
  }

  #nextStart(now: number): number {
    const { requestsPerMinute } = this.#options;
    const oldest = this.#starts.length < requestsPerMinute ? undefined : this.#starts[0];
    const quota = oldest === undefined ? now : oldest + WINDOW_MS + SLACK_MS;
    return Math.max(now, quota, this.#pausedUntil);
  }

  /** Starts everybody whose turn it is and sets one timer for the next. */
  #serve(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const now = this.#options.clock.now();
      const at = this.#nextStart(now);
      if (at > now) {
        this.#sleep(first, now, at);
        return;
      }
      this.#queue.shift();
      this.#starts.push(now);
      if (this.#starts.length > this.#options.requestsPerMinute) this.#starts.shift();
      first.go(now - first.since);
    }
    this.#noticedAt = Number.NEGATIVE_INFINITY;
  }

  #sleep(first: Waiter, now: number, at: number): void {
    const { clock } = this.#options;
    const long = at - first.since > SILENT_MS;
    if (long && now - this.#noticedAt >= NOTICE_EVERY_MS) {
      this.#noticedAt = now;
      this.#options.notice(this.#explain(now, at));
    }
    const wake = long ? Math.min(at, this.#noticedAt + NOTICE_EVERY_MS) : at;
    this.#stopTimer = clock.after(wake - now, () => this.#serve());
  }

  #explain(now: number, at: number): string {
    const waiting = this.#queue.length === 1 ? "1 request waits" : `${this.#queue.length} requests wait`;
    const still = `${waiting}, the next one for ${Math.ceil((at - now) / 1000)} s more`;
    if (at <= this.#pausedUntil) return `Harness is throttling (too many requests), so all requests pause: ${still}.`;
    const limit = `${this.#options.requestsPerMinute} requests a minute (harness:requestsPerMinute)`;
    return `Keeping to ${limit}: ${still}.`;
  }
}
