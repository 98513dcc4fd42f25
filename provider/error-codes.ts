/** Every code an error of this provider can carry, as `[CODE]` in its message. Codes stay the same across releases. */
export const ERROR_CODES = [
  "CONFIGURATION",
  "ACCOUNT_MISMATCH",
  "INVALID_INPUT",
  "CREDENTIALS_REJECTED",
  "PERMISSION_DENIED",
  "NOT_FOUND",
  "REFUSED",
  "RATE_LIMITED",
  "SERVER_FAILED",
  "NOT_HARNESS",
  "TIMED_OUT",
  "UNREACHABLE",
  "CANCELLED",
  "ALREADY_EXISTS",
  "OWNED_ELSEWHERE",
  "STILL_REFERENCED",
  "POLICY_DENIED",
  "GONE",
  "CONNECTION_TEST_FAILED",
  "IMAGES_NOT_VERIFIED",
  "OUTCOME_UNKNOWN",
  "CANNOT_OVERRIDE",
  "CHANGED_MEANWHILE",
  "OVERWRITTEN",
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];
