import {
  CredentialsRejectedError,
  type HarnessAnswer,
  NotFoundError,
  NotHarnessError,
  PermissionDeniedError,
  RateLimitedError,
  RefusedError,
  ServerFailedError,
} from "../errors";
import { type Body, type HarnessFault, readBody, readFault, saysFault } from "./harness-body";
import type { Problem, Situation } from "./problem";
import { retryAfterMs, type Trouble } from "./retry";
import type { WireAnswer } from "./transport";

/** A success's decoded body, or what is wrong. */
export type Verdict =
  | { readonly ok: true; readonly data: unknown; readonly correlationId: string | undefined }
  | Refusal;
type Refusal = { readonly ok: false; readonly problem: Problem };

/** "Gone", with whatever HTTP status. [H42] [H45] */
const NOT_FOUND_CODES: ReadonlySet<string> = new Set([
  "RESOURCE_NOT_FOUND_EXCEPTION",
  "ENTITY_NOT_FOUND",
  "RESOURCE_NOT_FOUND",
  "CONNECTOR_NOT_FOUND_EXCEPTION",
]);
/** A 404 about something else than the object of the request. [H22] */
const OTHER_404_CODES: ReadonlySet<string> = new Set([
  "NO_AVAILABLE_DELEGATES",
  "NO_INSTALLED_DELEGATES",
  "SECRET_MANAGER_ID_NOT_FOUND",
]);
const PASSING_STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Judges a complete answer by status, code and kind of body; never by the wording of a message. */
export function judge(answer: WireAnswer, situation: Situation): Verdict {
  const body = readBody(answer.body, !answer.complete);
  const fault = readFault(body.kind === "json" ? body.value : undefined, answer.status);
  const good = answer.status >= 200 && answer.status < 300;
  if (good && body.kind === "json" && !saysFault(body.value)) {
    return { ok: true, data: body.value, correlationId: fault.correlationId };
  }
  const retryAfter = answer.headers["retry-after"];
  const problem = {
    answer: quote(answer.status, fault),
    cause: answer.cause,
    retryAfterMs: retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, situation.wallMs),
    ...diagnose(answer, body, fault, situation),
  };
  return { ok: false, problem };
}

/** The error for a result whose body is JSON but not what was expected. */
export function unexpectedShape(error: unknown, data: unknown, status: number, situation: Situation): Problem {
  return {
    type: NotHarnessError,
    what: `the answer has not the expected shape: ${reasonOf(error)}`,
    next: "Check that harness:endpoint is the address of a Harness API. If it is, please report this as a bug of pulumi-harness-images.",
    answer: quote(status, readFault(data, status)),
    uncertain: situation.write,
    trouble: "final",
  };
}

/** A schema's error lists where in the answer what is wrong; as a text it would be a page of JSON. */
function reasonOf(error: unknown): string {
  const issues = error instanceof Error && "issues" in error && Array.isArray(error.issues) ? error.issues : [];
  const found = issues.flatMap(({ path, message }: { path?: unknown; message?: unknown }) =>
    Array.isArray(path) && typeof message === "string" ? [`${path.join(".")}: ${message}`] : [],
  );
  if (found.length > 0) return found.slice(0, 3).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function quote(status: number, fault: HarnessFault): HarnessAnswer {
  return { status, code: fault.code, codes: fault.codes, message: fault.message, correlationId: fault.correlationId };
}

type Diagnosis = Pick<Problem, "type" | "what" | "next" | "uncertain" | "trouble">;

function diagnose(answer: WireAnswer, body: Body, fault: HarnessFault, situation: Situation): Diagnosis {
  const { status } = answer;
  if (status === 429 || fault.code === "TOO_MANY_REQUESTS") return throttled();
  if (fault.code !== undefined && NOT_FOUND_CODES.has(fault.code)) return notFound(situation);
  if (status === 401) return credentialsRejected(body, situation);
  if (status === 403) return permissionDenied(body, fault, situation);
  if (body.kind !== "json") return notHarness(answer, body.description, situation);
  if (status >= 500) return serverFailed(status, situation);
  if (status === 404 && !fault.fromHarness) return notHarness(answer, "JSON of another server", situation);
  if (status >= 300 && status < 400) return notHarness(answer, "", situation);
  if (status === 404 && !OTHER_404_CODES.has(fault.code ?? "")) return notFound(situation);
  return {
    type: RefusedError,
    what: "Harness refused the request",
    next:
      fault.message === undefined
        ? "Harness gave no reason: look at the request with HARNESS_LOG=debug, and ask Harness support."
        : "Correct what Harness names above, then run again.",
    uncertain: false,
    trouble: "final",
  };
}

/** [H110] [H111] */
function throttled(): Diagnosis {
  return {
    type: RateLimitedError,
    what: "Harness keeps answering that there are too many requests",
    next: "Run again in some minutes. The limit is counted per API key, whoever uses it: lower harness:requestsPerMinute, or give this stack a key of its own.",
    uncertain: false,
    trouble: "throttled",
  };
}

function notFound(situation: Situation): Diagnosis {
  return {
    type: NotFoundError,
    what: "Harness did not find it, or did not find something it refers to",
    next: `Check identifier, organisation and project, and that they are in account ${situation.accountId}: what a key may not see can look missing.`,
    uncertain: false,
    trouble: "final",
  };
}

/** [H14] to [H17] */
function credentialsRejected(body: Body, situation: Situation): Diagnosis {
  const stranger = body.kind === "json" ? "" : ` (with ${body.description}: it may come from a proxy or gateway)`;
  const hint = situation.hint === undefined ? "" : ` ${situation.hint}`;
  return {
    type: CredentialsRejectedError,
    what: `the API key was rejected${stranger}`,
    next: `Check harness:platformApiKey (HARNESS_PLATFORM_API_KEY): the key may be mistyped, expired or revoked, or belong to another account than harness:accountId (${situation.accountId}).${hint}`,
    uncertain: false,
    trouble: "final",
  };
}

/** [H107] [H108] */
function permissionDenied(body: Body, fault: HarnessFault, situation: Situation): Diagnosis {
  const lacking = fault.failedChecks.map((check) => check.text).join(", ");
  const others = `Other causes: harness:accountId (${situation.accountId}) is not the key's account, or an IP allow-list of the account excludes this machine.`;
  if (body.kind !== "json") {
    return {
      type: PermissionDeniedError,
      what: `access was denied with ${body.description}, not in Harness's way`,
      next: `A firewall or proxy may stand between: check ${addresses(situation)}. ${others}`,
      uncertain: false,
      trouble: "final",
    };
  }
  const role = lacking === "" ? "the permission named above" : lacking;
  return {
    type: PermissionDeniedError,
    what: lacking === "" ? "the API key lacks a permission" : `the API key lacks ${lacking}`,
    next: `Give the user or service account of the key a role with ${role}. ${others}`,
    uncertain: false,
    trouble: "final",
  };
}

function serverFailed(status: number, situation: Situation): Diagnosis {
  return {
    type: ServerFailedError,
    what: `Harness failed with HTTP ${status}`,
    next: "Run again. If it stays, look at https://status.harness.io and give the correlation id to Harness support.",
    uncertain: situation.write,
    trouble: PASSING_STATUSES.has(status) ? "transient" : "final",
  };
}

/** [H25] [H26] [H43] */
function notHarness(answer: WireAnswer, description: string, situation: Situation): Diagnosis {
  const { status } = answer;
  const redirect = status >= 300 && status < 400;
  const trouble: Trouble = status < 300 ? "unreadable" : PASSING_STATUSES.has(status) ? "transient" : "final";
  return {
    type: NotHarnessError,
    what: `HTTP ${status} came with ${redirect ? describeRedirect(answer) : description}, which is not an answer of the Harness API`,
    next: `Check ${addresses(situation)}, and whether a proxy, firewall or sign-in page stands between.`,
    uncertain: situation.write && (status < 300 || status >= 500),
    trouble,
  };
}

/** Only the host: the rest of a sign-in address can carry tokens. */
function describeRedirect(answer: WireAnswer): string {
  const location = answer.headers["location"];
  return typeof location === "string" && URL.canParse(location)
    ? `a redirect to ${new URL(location).host}`
    : "a redirect";
}

function addresses(situation: Situation): string {
  const proxy = situation.proxy;
  const through = proxy === undefined ? "" : ` and the proxy ${proxy.shown} (${proxy.variable})`;
  return `harness:endpoint (${situation.host})${through}`;
}
