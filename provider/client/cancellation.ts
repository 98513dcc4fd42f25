/**
 * Says "stop" to everything that waits. One listener per `AbortSignal` however many requests there are: hundreds of
 * listeners on one signal would be slow and make Node warn of a leak.
 */
export class Cancellation {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();
  readonly #forget: Array<() => void> = [];

  constructor(signal?: AbortSignal | undefined, parent?: Cancellation | undefined) {
    const cancel = () => this.cancel();
    if (parent !== undefined) this.#forget.push(parent.onCancel(cancel));
    if (signal?.aborted) this.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    this.#forget.push(() => signal?.removeEventListener("abort", cancel));
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Stops everything that listens, at once; later listeners are called immediately. */
  cancel(): void {
    this.#cancelled = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Calls `listener` once when cancelled; returns a function that prevents it. */
  onCancel(listener: () => void): () => void {
    if (this.#cancelled) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops listening to the signal and the parent. */
  dispose(): void {
    for (const forget of this.#forget) forget();
    this.#listeners.clear();
  }
}
