const WINDOW_MS = 60_000;

/** Counts the requests of each token in any 60 seconds. [H109] */
export class RateWindow {
  private readonly seen = new Map<string, number[]>();

  /** Notes a request; tells whether it is one too many. Refused requests do not count. */
  isExceeded(key: string, perMinute: number): boolean {
    if (perMinute === 0) return false;
    const now = performance.now();
    const recent = (this.seen.get(key) ?? []).filter((time) => now - time < WINDOW_MS);
    this.seen.set(key, recent);
    if (recent.length >= perMinute) return true;
    recent.push(now);
    return false;
  }

  /** Forgets all. */
  clear(): void {
    this.seen.clear();
  }
}
