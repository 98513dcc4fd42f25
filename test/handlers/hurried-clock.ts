import type { Clock } from "../../provider/client/clock";

/**
 * A clock that runs faster than the computer's: every pause, deadline and patience of the provider keeps its length on it, and a test
 * need not sit through it.
 */
export function hurriedClock(times: number): Clock {
  const began = Date.now();
  return {
    now: () => performance.now() * times,
    wall: () => began + (Date.now() - began) * times,
    after(ms, run) {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}
