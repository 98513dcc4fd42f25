import type { ErrorCode } from "./error-codes";
import { conceal } from "./redact";

/** What Harness answered, as far as it answered at all. Nothing in it is made up. */
export interface HarnessAnswer {
  /** HTTP status, when there was an HTTP answer. */
  readonly status?: number | undefined;
  /** Harness's own error code, e.g. `INVALID_REQUEST`; some answers carry a number. */
  readonly code?: string | undefined;
  /** The codes of all messages in the answer, the root cause among them. */
  readonly codes?: readonly string[] | undefined;
  /** Harness's own words. */
  readonly message?: string | undefined;
  /** The id to quote to Harness support. */
  readonly correlationId?: string | undefined;
}

/** The parts every error is made of. */
export interface ErrorParts {
  /** What we were doing, to what: a phrase that follows "cannot", e.g. `create connector org/docker_hub`. */
  readonly doing: string;
  /** How the message begins where "cannot ..." would be untrue, e.g. `StageImageOverride "x" is in place, but`. */
  readonly opening?: string | undefined;
  /** What went wrong, one sentence without its full stop. */
  readonly what: string;
  /** What to do next, one or more whole sentences. */
  readonly next: string;
  /** Harness's answer, when there was one. */
  readonly answer?: HarnessAnswer | undefined;
  /** True when the request may have been applied although no good answer came. */
  readonly uncertain?: boolean | undefined;
  readonly cause?: unknown;
}

function quoteAnswer(answer: HarnessAnswer | undefined): string {
  if (answer === undefined) return "";
  const facts = [
    answer.status === undefined ? undefined : `HTTP ${answer.status}`,
    answer.code,
    answer.correlationId === undefined ? undefined : `correlation id ${answer.correlationId}`,
  ].filter((fact) => fact !== undefined);
  if (answer.message === undefined && facts.length === 0) return "";
  // Without words of Harness it may have been a proxy that answered.
  if (answer.message === undefined) return `\n  The answer: ${facts.join(", ")}`;
  return `\n  Harness said: ${answer.message}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

/**
 * Base of everything this provider throws. The message is complete on its own: what we were doing, what went wrong, Harness's
 * words with the correlation id, and what to do next. Secrets are masked here, at birth.
 */
export abstract class HarnessError extends Error {
  /** Stable across releases; the troubleshooting page is keyed by it. */
  abstract readonly code: string;
  /** The sentence after "Next:". */
  readonly remedy: string;
  readonly answer: HarnessAnswer;
  /** True when a write may have been applied although it was not confirmed: look before judging. */
  readonly uncertain: boolean;

  constructor(code: string, parts: ErrorParts) {
    const opening = parts.opening ?? `cannot ${parts.doing}:`;
    const text = `${opening} ${parts.what}. [${code}]${quoteAnswer(parts.answer)}\n  Next: ${parts.next}`;
    super(conceal(text), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = classNameOf(code);
    this.remedy = conceal(parts.next);
    this.answer = concealedAnswer(parts.answer ?? {});
    this.uncertain = parts.uncertain ?? false;
    if (this.stack !== undefined) this.stack = conceal(this.stack);
  }

  /** What `console.log` and test runners print: with the cause, which others wrote, and therefore masked as a whole. */
  [Symbol.for("nodejs.util.inspect.custom")](_depth: number, options: object, inspect: Inspect): string {
    return conceal(inspect(this, { ...options, customInspect: false }));
  }
}

type Inspect = (value: unknown, options: object) => string;

/** `NotFoundError` of `NOT_FOUND`: the shipped code has short names, and people look for this one. */
function classNameOf(code: string): string {
  const words = code.split("_").map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return `${words.join("")}Error`;
}

function concealedAnswer(answer: HarnessAnswer): HarnessAnswer {
  return answer.message === undefined ? answer : { ...answer, message: conceal(answer.message) };
}

/** Builds one class per condition a caller may want to tell apart. */
function errorClass<Code extends ErrorCode>(code: Code) {
  return class extends HarnessError {
    static readonly code: Code = code;
    readonly code: Code = code;
    constructor(parts: ErrorParts) {
      super(code, parts);
    }
  };
}

/** The provider's own settings are missing or contradict each other. */
export class ConfigurationError extends errorClass("CONFIGURATION") {}
/** The state belongs to another Harness account than the configured one. */
export class AccountMismatchError extends errorClass("ACCOUNT_MISMATCH") {}
/** An argument is wrong in a way only seen while applying. */
export class InvalidInputError extends errorClass("INVALID_INPUT") {}

/** Harness answered 401: the key is unknown, expired, revoked or of another account. */
export class CredentialsRejectedError extends errorClass("CREDENTIALS_REJECTED") {}
/** Harness answered 403: the key is valid but lacks a permission. */
export class PermissionDeniedError extends errorClass("PERMISSION_DENIED") {}
/** Harness says the object does not exist. */
export class NotFoundError extends errorClass("NOT_FOUND") {}
/** Harness refused the request (400 and other 4xx). */
export class RefusedError extends errorClass("REFUSED") {}
/** Harness kept answering "too many requests". */
export class RateLimitedError extends errorClass("RATE_LIMITED") {}
/** Harness failed (5xx with its own error body). */
export class ServerFailedError extends errorClass("SERVER_FAILED") {}
/** The answer is not Harness's: an HTML page, an empty or a cut-off body, a 404 without JSON. */
export class NotHarnessError extends errorClass("NOT_HARNESS") {}
/** No complete answer within the time allowed. */
export class TimedOutError extends errorClass("TIMED_OUT") {}
/** No connection, or it broke. */
export class UnreachableError extends errorClass("UNREACHABLE") {}
/** The engine told the provider to stop. */
export class CancelledError extends errorClass("CANCELLED") {}

/** Create met an object it did not make and was not told to adopt. */
export class AlreadyExistsError extends errorClass("ALREADY_EXISTS") {}
/** The object carries the mark of another Pulumi resource. */
export class OwnedElsewhereError extends errorClass("OWNED_ELSEWHERE") {}
/** Other Harness objects still use what should be deleted. */
export class StillReferencedError extends errorClass("STILL_REFERENCED") {}
/** An OPA policy of the account denied the save. */
export class PolicyDeniedError extends errorClass("POLICY_DENIED") {}
/** The object to update is no longer there. */
export class GoneError extends errorClass("GONE") {}
/** The connection test failed, and what was changed was taken back as far as the message says. */
export class ConnectionTestFailedError extends errorClass("CONNECTION_TEST_FAILED") {}
/** An image that Harness would pull is not in the registry, or could not be looked for, and that is required. Nothing was changed. */
export class ImagesNotVerifiedError extends errorClass("IMAGES_NOT_VERIFIED") {}
/** A write's answer was lost and looking did not settle what happened. */
export class OutcomeUnknownError extends errorClass("OUTCOME_UNKNOWN") {}
/** The stage cannot carry an image connector of its own, or not where this program would write it. */
export class CannotOverrideError extends errorClass("CANNOT_OVERRIDE") {}
/** Somebody else changed the same setting, or kept saving the pipeline, while we wanted to write. */
export class ChangedMeanwhileError extends errorClass("CHANGED_MEANWHILE") {}
/** Our save of a pipeline came over somebody else's in the same moment. Ours is in place, so the engine must keep the resource. */
export class OverwrittenError extends errorClass("OVERWRITTEN") {
  /** What the engine is to keep; absent where nothing is left to be kept. */
  readonly kept: Kept | undefined;

  constructor(parts: ErrorParts, kept?: Kept) {
    super(parts);
    this.kept = kept;
  }
}

/** A resource that is in place although its operation reports a failure. */
export interface Kept {
  readonly id: string;
  readonly outs: Readonly<Record<string, unknown>>;
}

/** What an error says is in place all the same. */
export function keptBy(error: unknown): Kept | undefined {
  if (!isHarnessError(error, "OVERWRITTEN") || !("kept" in error)) return undefined;
  const { kept } = error;
  const isKept = (value: unknown): value is Kept =>
    typeof value === "object" && value !== null && "id" in value && "outs" in value;
  return isKept(kept) ? kept : undefined;
}

/** Knows our errors by their code, not their class: two copies of this package may be loaded in one process. */
export function isHarnessError(error: unknown, code?: string): error is HarnessError {
  if (!(error instanceof Error) || !("code" in error) || !("remedy" in error)) return false;
  return code === undefined || error.code === code;
}
