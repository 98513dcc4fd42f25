import type { Cancellation } from "./cancellation";

/** The passing of time, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never runs backwards. */
  now(): number;
  /** Milliseconds since 1970, for dates that a server sends. */
  wall(): number;
  /** Calls `run` once, `ms` milliseconds from now; returns a function that prevents it. */
  after(ms: number, run: () => void): () => void;
}

/** The real clock. `now` is monotonic: a correction of the computer's time moves no deadline. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits `ms` milliseconds. Returns false as soon as the wait is cancelled. */
export function pass(clock: Clock, ms: number, cancellation: Cancellation): Promise<boolean> {
  return new Promise((resolve) => {
    if (cancellation.cancelled) return resolve(false);
    const forget = cancellation.onCancel(() => {
      stop();
      resolve(false);
    });
    const stop = clock.after(ms, () => {
      forget();
      resolve(true);
    });
  });
}
