import type { Clock } from "../../provider/client/clock";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly run: () => void;
}

/** Waits of this length and more are deadlines: `run` leaves them alone. */
export const DEADLINE_MS = 1_000_000;

/** Lets real sockets do what they can do at once. */
async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits, in real time, until something that sockets bring about has come true. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns();
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  time = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  wall(): number {
    return Date.UTC(2026, 0, 1) + this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + ms, ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many waits are under way, deadlines included. */
  get waits(): number {
    return this.#timers.size;
  }

  /** Moves the time, calling what falls due in its order. */
  async advance(ms: number): Promise<void> {
    await turns();
    const end = this.time + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      await turns();
    }
    this.time = end;
  }

  /** Moves the time from wait to wait until the promise settles; deadlines do not pass. */
  async run<T>(promise: Promise<T>): Promise<T> {
    const state = { settled: false };
    const settle = () => {
      state.settled = true;
    };
    promise.then(settle, settle);
    while (!state.settled) {
      await turns();
      const next = this.#next(Number.POSITIVE_INFINITY);
      if (!state.settled && next !== undefined) this.#fire(next);
    }
    return promise;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(
      (timer) => timer.at <= end && (end !== Number.POSITIVE_INFINITY || timer.ms < DEADLINE_MS),
    );
    return due.sort((a, b) => a.at - b.at)[0];
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.time = Math.max(this.time, timer.at);
    timer.run();
  }
}
