import { isHarnessError } from "../errors";
import { conceal, rememberSecret } from "../redact";
import { judge, unexpectedShape } from "./answer";
import { type Call, parseEndpoint, type WireRequest, type WireSettings, writeRequest } from "./call";
import { callError } from "./call-error";
import { CallLog } from "./call-log";
import { Cancellation } from "./cancellation";
import { type Clock, pass, systemClock } from "./clock";
import { cancelled, describeFailure, judgeFailure } from "./connection-failure";
import type { Problem, Situation } from "./problem";
import { type Environment, type ProxyServer, proxyFor } from "./proxy";
import { RateLimiter } from "./rate-limiter";
import { backoffMs, mayRepeat, THROTTLE_PATIENCE_MS } from "./retry";
import { Transport } from "./transport";

export type { Call } from "./call";

const SILENT_MS = 2_000;
const NOTICE_EVERY_MS = 10_000;

/** What a client is made from. */
export interface ClientOptions {
  /** E.g. `https://app.harness.io/gateway`. */
  readonly endpoint: string;
  readonly accountId: string;
  readonly apiKey: string;
  /** This package's version, for the `User-Agent`. */
  readonly version: string;
  /** Most requests in any 60 seconds, repeats included. */
  readonly requestsPerMinute: number;
  /** Milliseconds for one attempt: connection, head and body together. */
  readonly requestTimeoutMs: number;
  /** Writes a line per request to stderr. */
  readonly debug: boolean;
  /** Told, for the user, why something takes long. */
  notice(text: string): void;
  /** Added to the message when Harness rejects the key. */
  readonly hint?: string | undefined;
  /** Cancels everything. */
  readonly signal?: AbortSignal | undefined;
  /** @default the computer's clock */
  readonly clock?: Clock | undefined;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Where the proxy variables are read. @default the environment of the process */
  readonly env?: Environment | undefined;
  /** Takes the lines of the debug log. @default stderr */
  readonly log?: ((line: string) => void) | undefined;
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem; readonly startedAt: number };

/** What the attempts of one call add up to. */
interface Course {
  readonly since: number;
  readonly cancellation: Cancellation;
  sent: number;
  throttled: number;
  throttledSince: number | undefined;
  /** Some attempt may have been applied, whatever the last one says. */
  uncertain: boolean;
}

/**
 * One account of Harness over HTTP. Start one per configured account and use it for everything: rate limit, pauses and connections
 * are shared. Making one opens nothing.
 */
export class HarnessClient {
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #wire: WireSettings;
  readonly #proxy: ProxyServer | undefined;
  readonly #transport: Transport;
  readonly #limiter: RateLimiter;
  readonly #log: CallLog;
  readonly #cancellation: Cancellation;

  /** @throws ConfigurationError when the endpoint or a proxy variable holds no address */
  constructor(options: ClientOptions) {
    rememberSecret(options.apiKey);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { accountId, apiKey, requestsPerMinute, requestTimeoutMs } = options;
    const userAgent = `pulumi-harness-images/${options.version}`;
    this.#wire = { endpoint: parseEndpoint(options.endpoint), accountId, apiKey, userAgent };
    this.#proxy = proxyFor(this.#wire.endpoint, options.env ?? process.env);
    this.#transport = new Transport({ clock: this.#clock, connectTimeoutMs: requestTimeoutMs, proxy: this.#proxy });
    const notice = (text: string) => options.notice(conceal(text));
    this.#limiter = new RateLimiter({ requestsPerMinute, clock: this.#clock, notice });
    this.#log = new CallLog(options.debug ? (options.log ?? ((line) => process.stderr.write(`${line}\n`))) : undefined);
    this.#cancellation = new Cancellation(options.signal);
  }

  /**
   * Sends a call, repeats it as its endpoint allows, and returns what `parse` makes of the answer.
   *
   * @throws HarnessError one class per condition; `uncertain` when a write may have been applied all the same
   */
  async request<T>(call: Call<T>): Promise<T> {
    const request = writeRequest(call, this.#wire);
    const cancellation = new Cancellation(call.signal, this.#cancellation);
    const since = this.#clock.now();
    const course: Course = { since, cancellation, sent: 0, throttled: 0, throttledSince: undefined, uncertain: false };
    try {
      for (;;) {
        await this.#takeTurn(call, course);
        const attempt = await this.#attempt(call, request, course);
        if (attempt.ok) return attempt.value;
        await this.#beforeRepeat(call, course, attempt.problem, attempt.startedAt);
      }
    } finally {
      cancellation.dispose();
    }
  }

  /** Calls by endpoint, repeats, throttling and waiting so far: a few lines without anything secret. */
  summary(): string {
    return this.#log.summary();
  }

  /** Milliseconds on this client's clock, since an arbitrary moment. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * Waits, e.g. before looking again.
   *
   * @throws CancelledError when the client is cancelled meanwhile
   */
  async sleep(ms: number, doing: string): Promise<void> {
    if (await pass(this.#clock, ms, this.#cancellation)) return;
    throw new cancelled.type({ doing, what: cancelled.what, next: cancelled.next });
  }

  /** Calls `tell` every `ms` milliseconds, until the returned function is called. */
  every(ms: number, tell: () => void): () => void {
    let stop = () => {};
    const again = () => {
      stop = this.#clock.after(ms, () => {
        tell();
        again();
      });
    };
    again();
    return () => stop();
  }

  /** Cancels what is under way and closes the connections. */
  async close(): Promise<void> {
    this.#cancellation.cancel();
    this.#cancellation.dispose();
    await this.#transport.close();
  }

  async #takeTurn(call: Call<unknown>, course: Course): Promise<void> {
    const waitedMs = await this.#limiter.start(course.cancellation);
    if (waitedMs === undefined) throw callError(call, course, cancelled);
    this.#log.waited(waitedMs);
  }

  async #attempt<T>(call: Call<T>, request: WireRequest, course: Course): Promise<Attempt<T>> {
    const startedAt = this.#clock.now();
    const situation = this.#situation(call);
    course.sent += 1;
    const exchange = await this.#transport.send(request, situation.timeoutMs, course.cancellation);
    const ms = this.#clock.now() - startedAt;
    const logged = { endpoint: call.endpoint, path: request.path, attempt: course.sent, ms };
    if (exchange.outcome !== "answered") {
      this.#log.attempt({ ...logged, outcome: describeFailure(exchange), correlationId: undefined });
      return { ok: false, problem: judgeFailure(exchange, situation), startedAt };
    }
    const verdict = judge(exchange, situation);
    const correlationId = verdict.ok ? verdict.correlationId : verdict.problem.answer?.correlationId;
    this.#log.attempt({ ...logged, outcome: exchange.status, correlationId });
    if (verdict.ok || verdict.problem.trouble !== "throttled") this.#limiter.accepted(startedAt);
    if (!verdict.ok) return { ok: false, problem: verdict.problem, startedAt };
    try {
      return { ok: true, value: call.parse(verdict.data) };
    } catch (error) {
      if (isHarnessError(error)) throw error;
      return { ok: false, problem: unexpectedShape(error, verdict.data, exchange.status, situation), startedAt };
    }
  }

  /** Returns when the call may be tried again, else throws its error. */
  async #beforeRepeat(call: Call<unknown>, course: Course, problem: Problem, startedAt: number): Promise<void> {
    course.uncertain ||= problem.uncertain;
    const now = this.#clock.now();
    if (problem.trouble === "throttled") {
      this.#log.throttled();
      this.#limiter.throttled(startedAt, problem.retryAfterMs);
      course.throttled += 1;
      course.throttledSince ??= now;
      if (now + this.#limiter.pauseLeftMs - course.throttledSince <= THROTTLE_PATIENCE_MS) return;
      throw callError(call, course, problem);
    }
    const attempts = course.sent - course.throttled;
    if (!mayRepeat(call.endpoint.retry, problem.trouble, attempts)) throw callError(call, course, problem);
    const wait = backoffMs(attempts, this.#options.random ?? Math.random, problem.retryAfterMs);
    const waited = await this.#wait(wait, course, `${call.doing}: ${problem.what}; trying again`);
    if (!waited) throw callError(call, course, cancelled);
  }

  /** Waits, telling the user every ten seconds once the call has lasted more than two. */
  async #wait(ms: number, course: Course, reason: string): Promise<boolean> {
    const end = this.#clock.now() + ms;
    for (let left = ms; left > 0; left = end - this.#clock.now()) {
      const tell = end - course.since > SILENT_MS;
      if (tell) this.#options.notice(conceal(`${reason} in ${Math.ceil(left / 1000)} s`));
      const step = tell ? Math.min(left, NOTICE_EVERY_MS) : left;
      if (!(await pass(this.#clock, step, course.cancellation))) return false;
    }
    this.#log.waited(ms);
    return true;
  }

  #situation(call: Call<unknown>): Situation {
    return {
      write: call.endpoint.retry !== "read",
      host: this.#wire.endpoint.host,
      accountId: this.#options.accountId,
      timeoutMs: call.timeoutMs ?? this.#options.requestTimeoutMs,
      proxy: this.#proxy,
      hint: call.hint ?? this.#options.hint,
      wallMs: this.#clock.wall(),
    };
  }
}
