/** Who refers to what: a connector to a secret, a pipeline to a connector. */
interface Reference {
  readonly to: string;
  readonly by: string;
  /** When it is gone, once whoever made it is; records lag behind. [H89] */
  goneAt: number;
}

/** The usage index that refuses the delete of what is in use. [H48] [H88] */
export class References {
  private entries: Reference[] = [];

  /** Notes that `by` refers to `to`. */
  add(to: string, by: string): void {
    this.entries.push({ to, by, goneAt: Number.POSITIVE_INFINITY });
  }

  /** Lets the references made by `by` go after a lag. */
  release(by: string, lagMs: number, to?: string): void {
    const goneAt = Date.now() + lagMs;
    for (const entry of this.entries) {
      if (entry.by === by && (to === undefined || entry.to === to)) entry.goneAt = Math.min(entry.goneAt, goneAt);
    }
  }

  /** Who refers to `to` at this moment. */
  to(to: string): string[] {
    const now = Date.now();
    this.entries = this.entries.filter((entry) => entry.goneAt > now);
    return this.entries.filter((entry) => entry.to === to).map((entry) => entry.by);
  }

  /** Forgets everything. */
  clear(): void {
    this.entries = [];
  }
}
