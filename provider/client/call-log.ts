import { conceal } from "../redact";
import type { Endpoint } from "./endpoints";

/** One request that was sent, or could not be. */
export interface LoggedAttempt {
  readonly endpoint: Endpoint;
  /** Without the query: identifiers yes, settings no. */
  readonly path: string;
  /** The first is 1. */
  readonly attempt: number;
  /** The HTTP status, or in a word why there was none. */
  readonly outcome: number | string;
  readonly ms: number;
  readonly correlationId: string | undefined;
}

interface Tally {
  calls: number;
  requests: number;
  totalMs: number;
}

/** Counts the requests of one client and, on demand, writes a line for each. */
export class CallLog {
  readonly #write: ((line: string) => void) | undefined;
  readonly #tallies = new Map<string, Tally>();
  #throttled = 0;
  #waitedMs = 0;

  /** @param write takes one line without its end; absent: only count */
  constructor(write?: ((line: string) => void) | undefined) {
    this.#write = write;
  }

  attempt(entry: LoggedAttempt): void {
    const { endpoint, attempt, outcome, ms, correlationId } = entry;
    const tally = this.#tallies.get(endpoint.name) ?? { calls: 0, requests: 0, totalMs: 0 };
    this.#tallies.set(endpoint.name, tally);
    tally.requests += 1;
    tally.totalMs += ms;
    if (attempt === 1) tally.calls += 1;
    const correlation = correlationId === undefined ? "" : `, correlation id ${correlationId}`;
    const line = `harness: ${endpoint.method} ${entry.path}: ${outcome}, ${Math.round(ms)} ms, attempt ${attempt}${correlation}`;
    this.#write?.(conceal(line));
  }

  /** A request was answered with "too many requests". */
  throttled(): void {
    this.#throttled += 1;
  }

  /** A call waited for its turn, or before being repeated. */
  waited(ms: number): void {
    this.#waitedMs += ms;
  }

  /** A few lines for a person: calls by endpoint, repeats, throttling, waiting. Nothing secret. */
  summary(): string {
    const rows = [...this.#tallies].map(([name, { calls, requests, totalMs }]) => {
      const repeats = requests === calls ? "" : `, ${requests - calls} repeated`;
      return `  ${name}: ${count(calls, "call")}${repeats}, ${Math.round(totalMs / requests)} ms each`;
    });
    const tallies = [...this.#tallies.values()];
    const calls = tallies.reduce((sum, tally) => sum + tally.calls, 0);
    const requests = tallies.reduce((sum, tally) => sum + tally.requests, 0);
    return [
      `Harness API: ${count(calls, "call")}, ${count(requests, "request")}`,
      ...rows,
      `  too many requests: ${this.#throttled}; waiting in all: ${(this.#waitedMs / 1000).toFixed(1)} s`,
    ].join("\n");
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
