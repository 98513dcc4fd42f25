import { Cancellation } from "./cancellation";
import { type Clock, pass, systemClock } from "./clock";
import { describeFailure } from "./connection-failure";
import { type Environment, proxyFor } from "./proxy";
import { backoffMs, pauseMs, retryAfterMs } from "./retry";
import { type Exchange, Transport, type WireAnswer } from "./transport";

/** What requests to registries are sent with. */
export interface ExchangeOptions {
  readonly environment: Environment;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Between 0 and 1. @default a number by chance */
  readonly random?: (() => number) | undefined;
}

/** An answer, and the host that gave it in the end; or why there was none. */
export type Answered = (WireAnswer & { readonly from: string }) | Unanswered;
type Exchanged = WireAnswer | Unanswered;

/** No answer. */
interface Unanswered {
  readonly unreachable: string;
  readonly again: boolean;
}

const ATTEMPT_MS = 15_000;
const CONNECT_MS = 10_000;
const MOST_ATTEMPTS = 3;
const MOST_REDIRECTS = 3;
/** How long one question puts up with "too many requests". */
const PATIENCE_MS = 60_000;

/** Sends requests to registries and to where they lead, again and again while that may help. */
export class RegistryExchange {
  readonly #options: ExchangeOptions;
  readonly #clock: Clock;
  readonly #cancellation: Cancellation;
  readonly #transports = new Map<string, Transport>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cancellation = new Cancellation(options.signal);
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#cancellation.dispose();
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }

  /** Follows redirects, e.g. of blobs to where they are stored, which must not see the login. */
  async following(method: "GET" | "HEAD", url: URL, accept: string, authorization?: string): Promise<Answered> {
    let target = url;
    for (let hops = 0; ; hops += 1) {
      const signed = target.origin === url.origin && authorization !== undefined ? { authorization } : {};
      const answer = await this.#patiently(method, target, {
        accept,
        "user-agent": "pulumi-harness-images",
        ...signed,
      });
      if ("unreachable" in answer) return answer;
      const seen = { ...answer, from: target.origin };
      if (answer.status < 300 || answer.status > 399) return seen;
      const { location } = answer.headers;
      if (typeof location !== "string" || !URL.canParse(location, target.href) || hops >= MOST_REDIRECTS) return seen;
      target = new URL(location, target);
      if (!/^https?:$/.test(target.protocol)) return seen;
    }
  }

  /** Tries again what may pass, with pauses, for a minute at most. */
  async #patiently(method: "GET" | "HEAD", url: URL, headers: Record<string, string>): Promise<Exchanged> {
    const { random = Math.random } = this.#options;
    const start = this.#clock.now();
    let failures = 0;
    let throttled = 0;
    for (;;) {
      const answer = await this.#once(method, url, headers);
      const again = "unreachable" in answer ? answer.again : answer.status >= 500 && answer.status !== 501;
      const isThrottled = !("unreachable" in answer) && answer.status === 429;
      if (!again && !isThrottled) return answer;
      const told =
        "unreachable" in answer ? undefined : retryAfterMs(textOf(answer.headers["retry-after"]), this.#clock.wall());
      failures += isThrottled ? 0 : 1;
      throttled += isThrottled ? 1 : 0;
      const wait = isThrottled ? pauseMs(throttled, told) : backoffMs(failures, random, told);
      const isOver = failures >= MOST_ATTEMPTS || this.#clock.now() + wait - start > PATIENCE_MS;
      if (isOver || !(await pass(this.#clock, wait, this.#cancellation))) return answer;
    }
  }

  async #once(method: "GET" | "HEAD", url: URL, headers: Record<string, string>): Promise<Exchanged> {
    const path = url.pathname;
    const request = { method, origin: url.origin, path, query: url.search.slice(1), headers, body: undefined };
    const exchange: Exchange = await this.#transport(url).send(request, ATTEMPT_MS, this.#cancellation);
    if (exchange.outcome === "answered") return exchange;
    const again = exchange.outcome !== "cancelled" && exchange.outcome !== "too-large";
    return { unreachable: `${url.host}: ${describeFailure(exchange)}`, again };
  }

  #transport(url: URL): Transport {
    const known = this.#transports.get(url.origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(url, this.#options.environment);
    const made = new Transport({ clock: this.#clock, connectTimeoutMs: CONNECT_MS, proxy });
    this.#transports.set(url.origin, made);
    return made;
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}
