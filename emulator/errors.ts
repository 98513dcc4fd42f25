import { randomUUID } from "node:crypto";
import type { JsonObject } from "./json";

/** HTTP status by error code; every other code is answered with 400. [H22] */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ["INVALID_TOKEN", 401],
  ["EXPIRED_TOKEN", 401],
  ["REVOKED_TOKEN", 401],
  ["INVALID_CREDENTIAL", 401],
  ["NG_ACCESS_DENIED", 403],
  ["ACCESS_DENIED", 403],
  ["RESOURCE_NOT_FOUND", 404],
  ["ENTITY_NOT_FOUND", 404],
  ["NO_AVAILABLE_DELEGATES", 404],
  ["NO_INSTALLED_DELEGATES", 404],
  ["SECRET_MANAGER_ID_NOT_FOUND", 404],
  ["UNKNOWN_ERROR", 500],
  ["UNAVAILABLE_DELEGATES", 503],
]);

/** A request that Harness would refuse: thrown by routes, turned into an answer by the server. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** HTTP status. */
  readonly status: number;
  /** The JSON body. */
  readonly body: JsonObject;

  constructor(status: number, message: string, body: JsonObject, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.body = body;
  }
}

/** One violated constraint of a body or parameter. */
export interface FieldProblem {
  /** The last node of the path of the field. */
  readonly fieldId: string;
  /** What is wrong with it. */
  readonly error: string;
}

/** The "ErrorDTO" shape of thrown server exceptions. [H19] [H22] */
export function refusal(code: string, message: string, extra: JsonObject = {}, status?: number): Refusal {
  const detail = {
    code,
    level: "ERROR",
    message,
    exception: null,
    failureTypes: [],
    failureSubTypes: [],
    additionalInfo: {},
  };
  return new Refusal(status ?? STATUS_OF_CODE.get(code) ?? 400, message, {
    status: "ERROR",
    code,
    message,
    correlationId: randomUUID(),
    detailedMessage: null,
    responseMessages: [detail],
    metadata: null,
    ...extra,
  });
}

/** The "FailureDTO" shape of bean validation: always 400. [H20] */
export function invalid(problems: readonly FieldProblem[]): Refusal {
  const message = problems.map((problem) => `${problem.fieldId}: ${problem.error}`).join("; ");
  return new Refusal(400, message, {
    status: "FAILURE",
    code: "INVALID_REQUEST",
    message,
    correlationId: randomUUID(),
    errors: [...problems],
  });
}

/** A body that cannot be read into the server's types: numeric code, no status, cause in `details`. [H21] */
export function unreadable(details: string, cause?: unknown): Refusal {
  const message = "Unable to process JSON";
  return new Refusal(400, message, { code: 400, message, details }, cause);
}

/** What the HTTP layer below the application answers: a numeric code and a fixed message. */
export function httpLevel(status: number, reason: string): Refusal {
  const message = `HTTP ${status} ${reason}`;
  return new Refusal(status, message, { code: status, message });
}
