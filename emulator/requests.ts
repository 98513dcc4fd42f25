/** One request as the emulator saw it. Never a body, never a header, never a secret. */
export interface RequestRecord {
  /** Always "api": the control plane is not recorded. */
  readonly kind: "api";
  /** HTTP method. */
  readonly method: string;
  /** Path without `/gateway` and without the query. */
  readonly path: string;
  /** Query parameters; a repeated one is joined with commas. */
  readonly query: Readonly<Record<string, string>>;
  /** HTTP status of the answer; absent while there is none and when the connection was dropped or stalled before it. */
  readonly status?: number;
  /** When the request had arrived completely, epoch milliseconds. */
  readonly startedAt: number;
  /** How long it took until the answer was given or the connection dropped; absent while in flight. */
  readonly ms?: number;
  /** The correlation id of the answer, when it has one. */
  readonly correlationId?: string;
  /** The fault that was played on it, when there was one. */
  readonly fault?: string;
}

/** A request that is being served. */
export interface OpenRequest {
  /** Notes the status as soon as it is sent. */
  answered(status: number, correlationId?: string): void;
  /** Notes the fault that is played on it. */
  faulted(name: string): void;
  /** Ends the measurement; further calls change nothing. */
  ended(): void;
}

/** The request log, in order of arrival. */
export class RequestLog {
  private entries: RequestRecord[] = [];

  /** Opens an entry. */
  open(method: string, path: string, query: Readonly<Record<string, string>>): OpenRequest {
    const began = performance.now();
    let record: RequestRecord = { kind: "api", method, path, query, startedAt: Date.now() };
    // The array is captured: an entry that ends after a clear must not come back.
    const entries = this.entries;
    const index = entries.push(record) - 1;
    const change = (more: Partial<RequestRecord>): void => {
      record = { ...record, ...more };
      entries[index] = record;
    };
    return {
      answered: (status, correlationId) => change(correlationId === undefined ? { status } : { status, correlationId }),
      faulted: (fault) => change({ fault }),
      ended: () => {
        if (record.ms === undefined) change({ ms: Math.round((performance.now() - began) * 1000) / 1000 });
      },
    };
  }

  /** A copy of all entries. */
  all(): RequestRecord[] {
    return this.entries.map((entry) => ({ ...entry, query: { ...entry.query } }));
  }

  /** Forgets all entries. */
  clear(): void {
    this.entries = [];
  }
}
