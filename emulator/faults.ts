import { isObject } from "./json";

/** Which requests a fault is for; every condition given must hold. */
export interface FaultMatch {
  /** HTTP method, any case. */
  readonly method?: string;
  /** A part of the path, or a pattern for it. The path is without `/gateway` and without the query. */
  readonly path?: string | RegExp;
}

/** What all faults have in common. */
interface FaultBase {
  /** Which requests it is for. Without it, all. */
  readonly match?: FaultMatch;
  /** How many matching requests it is played on, `Infinity` for all. Without it, one. */
  readonly times?: number;
  /** How many matching requests pass unharmed before. Without it, none. */
  readonly skip?: number;
}

/** Answers a status and a body of your choice. */
export interface StatusFault extends FaultBase {
  readonly status: number;
  /** A string is sent as it is, anything else as JSON; without it the body is empty. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the request takes effect first. Without it, it does not. */
  readonly apply?: boolean;
}

/** Answers truthfully, but late: the request takes effect first, then the answer waits. */
export interface DelayFault extends FaultBase {
  readonly delayMs: number;
  /** Whether the request itself is slow on its way, and takes effect only when the answer is sent. Without it, at once. */
  readonly late?: boolean;
}

/** Never finishes: sends headers and then nothing, or nothing at all. The connection stays open. */
export interface StallFault extends FaultBase {
  readonly stall: "after-headers" | "before-headers";
  /** Whether the request takes effect first. Without it, it does not. */
  readonly apply?: boolean;
}

/** Declares the full length of the true answer, sends half of it and drops the connection. */
export interface TruncateFault extends FaultBase {
  readonly truncate: true;
  /** Whether the request takes effect. Without it, it **does**; with `false` half of a made-up success is sent. */
  readonly apply?: boolean;
}

/** Drops the connection without an answer, before or after the request takes effect. */
export interface DropFault extends FaultBase {
  readonly drop: "before" | "after";
}

/** Answers 429. [H110] */
export interface RateLimitFault extends FaultBase {
  readonly rateLimit: {
    /** Sent as `Retry-After`; without it the header is missing, as with Harness. */
    readonly retryAfterSeconds?: number;
    /** The kind of body. Without it, HTML. */
    readonly body?: "html" | "json";
  };
}

/** Answers with the HTML page of a proxy and this status (200 too). [H25] */
export interface HtmlFault extends FaultBase {
  readonly html: number;
  /** Whether the request takes effect first. Without it, it does not. */
  readonly apply?: boolean;
}

/** Something that goes wrong between the client and Harness, or in Harness. */
export type Fault = StatusFault | DelayFault | StallFault | TruncateFault | DropFault | RateLimitFault | HtmlFault;

/** The keys that say what a fault does: each fault has exactly one. */
const FAULT_KINDS = ["status", "delayMs", "stall", "truncate", "drop", "rateLimit", "html"] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The kind of a well-formed fault. */
export function kindOf(fault: Fault): FaultKind | undefined {
  return FAULT_KINDS.find((kind) => Reflect.get(fault, kind) !== undefined);
}

const KIND_CHECKS: { readonly [kind in FaultKind]: (value: unknown) => boolean } = {
  status: isStatus,
  delayMs: (value) => typeof value === "number" && value >= 0,
  stall: (value) => value === "after-headers" || value === "before-headers",
  truncate: (value) => value === true,
  drop: (value) => value === "before" || value === "after",
  rateLimit: isObject,
  html: isStatus,
};

function isStatus(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 200 && value <= 599;
}

/** Tells whether something is a well-formed fault. @throws TypeError saying why not. */
export function assertFault(value: unknown): asserts value is Fault {
  if (!isObject(value)) throw new TypeError("A fault is an object.");
  const present = FAULT_KINDS.filter((kind) => value[kind] !== undefined);
  const kind = present[0];
  if (kind === undefined || present.length > 1) {
    throw new TypeError(`A fault has exactly one of ${FAULT_KINDS.join(", ")}.`);
  }
  if (!KIND_CHECKS[kind](value[kind])) throw new TypeError(`The fault's ${kind} is not valid.`);
  for (const count of ["times", "skip"]) {
    const number = value[count];
    if (number !== undefined && (typeof number !== "number" || number < 0)) {
      throw new TypeError(`The fault's ${count} is not a number from 0.`);
    }
  }
}

interface PlannedFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

function matches(match: FaultMatch | undefined, method: string, path: string): boolean {
  if (match?.method !== undefined && match.method.toUpperCase() !== method) return false;
  const wanted = match?.path;
  if (wanted === undefined) return true;
  // A sticky or global pattern remembers its last position; each request must see it fresh.
  return typeof wanted === "string"
    ? path.includes(wanted)
    : new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, "")).test(path);
}

/** The faults still to be played, in the order they were injected. */
export class FaultPlan {
  private planned: PlannedFault[] = [];

  /** Adds a fault. @throws TypeError when it is not well formed. */
  inject(fault: Fault): void {
    assertFault(fault);
    this.planned.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  /** The fault to play on a request, if any: the first that matches and is due. */
  take(method: string, path: string): Fault | undefined {
    let taken: Fault | undefined;
    for (const entry of this.planned) {
      if (!matches(entry.fault.match, method, path)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
      } else if (taken === undefined && entry.times > 0) {
        entry.times -= 1;
        taken = entry.fault;
      }
    }
    this.planned = this.planned.filter((entry) => entry.times > 0);
    return taken;
  }

  /** How many faults are still to be played. */
  pending(): number {
    return this.planned.length;
  }

  /** Forgets all. */
  clear(): void {
    this.planned = [];
  }
}
