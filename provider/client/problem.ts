import type { ErrorParts, HarnessAnswer, HarnessError } from "../errors";
import type { ProxyServer } from "./proxy";
import type { Trouble } from "./retry";

/** What went wrong with one attempt, before it is known whether the call is tried again. */
export interface Problem {
  readonly type: new (parts: ErrorParts) => HarnessError;
  /** One sentence without its full stop. */
  readonly what: string;
  /** What to do next, whole sentences. */
  readonly next: string;
  readonly answer?: HarnessAnswer;
  readonly cause?: Error | undefined;
  /** True when a write may have been applied. */
  readonly uncertain: boolean;
  readonly trouble: Trouble;
  /** What the server asked for in a `Retry-After` header, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** What one has to know of a request to judge what became of it. */
export interface Situation {
  /** Whether the call can change something. */
  readonly write: boolean;
  /** Host and port of the endpoint. */
  readonly host: string;
  readonly accountId: string;
  readonly timeoutMs: number;
  readonly proxy: ProxyServer | undefined;
  /** More to say when the key is rejected. */
  readonly hint: string | undefined;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}
