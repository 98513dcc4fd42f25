import { CancelledError, ConfigurationError, NotHarnessError, TimedOutError, UnreachableError } from "../errors";
import type { Problem, Situation } from "./problem";
import type { WireFailure } from "./transport";

type Diagnosis = Pick<Problem, "type" | "what" | "next" | "trouble">;

/** The certificate is signed by an authority that this computer does not know. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** A call was cancelled, while it waited or in flight. */
export const cancelled = {
  type: CancelledError,
  what: "the run was cancelled",
  next: "Run again when you are ready: what was done so far is kept.",
  trouble: "final",
  uncertain: false,
} as const satisfies Problem;

/** Judges an exchange without a complete answer. No status is made up for it. */
export function judgeFailure(failure: WireFailure, situation: Situation): Problem {
  return {
    answer: failure.status === undefined ? {} : { status: failure.status },
    cause: failure.cause,
    ...diagnose(failure, situation),
    uncertain: failure.sent && situation.write && !isRefusal(failure.status) && !isProxyRefusal(failure, situation),
  };
}

/** A head that says no is a no, also when its body is lost. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 300 && status < 500;
}

/** undici's words for a proxy's 407: one error for a tunnel, another for a forwarded request. */
function isProxyRefusal(failure: WireFailure, situation: Situation): boolean {
  if (situation.proxy === undefined) return false;
  return codeOf(failure.cause) === (failure.sent ? "UND_ERR_INVALID_ARG" : "UND_ERR_ABORTED");
}

function diagnose(failure: WireFailure, situation: Situation): Diagnosis {
  if (failure.outcome === "cancelled") return cancelled;
  if (failure.outcome === "timed-out") return timedOut(failure, situation);
  if (failure.outcome === "too-large") return tooLarge();
  // The parser's error has a code only now and then.
  if (failure.cause?.name === "HTTPParserError") return notHttp(failure, situation);
  if (isProxyRefusal(failure, situation)) return refusedByProxy(failure, situation);
  if (failure.sent) return reset(failure, situation);
  return noConnection(failure, situation);
}

function timedOut(failure: WireFailure, situation: Situation): Diagnosis {
  const got =
    failure.status === undefined ? "the request was sent but no answer came" : "the answer began but did not end";
  return {
    type: TimedOutError,
    what: `within ${situation.timeoutMs / 1000} s ${failure.sent ? got : `no connection was made to ${peer(situation)}`}`,
    next: `${failure.sent ? "Run again" : `Check harness:endpoint (${situation.host}) and the network`}. If Harness is slow for you, raise harness:requestTimeoutSeconds.`,
    trouble: failure.sent ? "transient" : "unsent",
  };
}

function tooLarge(): Diagnosis {
  return {
    type: NotHarnessError,
    what: "the answer was given up because it is larger than any answer of Harness",
    next: "Check harness:endpoint, and whether a proxy, firewall or sign-in page stands between.",
    trouble: "final",
  };
}

/** undici's parser could make nothing of the answer. */
function notHttp(failure: WireFailure, situation: Situation): Diagnosis {
  return {
    type: NotHarnessError,
    what: `what answers at ${peer(situation)} does not speak HTTP (${failure.cause?.message})`,
    next: `Check ${addressNames(situation)}: host, port and http or https.`,
    trouble: "final",
  };
}

function reset(failure: WireFailure, situation: Situation): Diagnosis {
  return {
    type: UnreachableError,
    what: `the connection to ${peer(situation)} broke before an answer came${inBrackets(failure.cause)}`,
    next: `Run again. If it stays, look for a proxy or firewall between here and ${situation.host} that breaks connections.`,
    trouble: "transient",
  };
}

function noConnection(failure: WireFailure, situation: Situation): Diagnosis {
  const code = codeOf(failure.cause);
  const tls = diagnoseTls(code, failure, situation);
  if (tls !== undefined) return tls;
  if (code === "UND_ERR_INVALID_ARG") return unsendable(failure, situation);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return unknownName(failure, situation);
  return {
    type: UnreachableError,
    what: `no connection to ${peer(situation)}${inBrackets(failure.cause)}`,
    next: `Check ${addressNames(situation)} and the network. ${proxyAdvice(situation)}`,
    trouble: "unsent",
  };
}

function refusedByProxy(failure: WireFailure, situation: Situation): Diagnosis {
  return {
    type: UnreachableError,
    what: `the proxy ${situation.proxy?.shown} (${situation.proxy?.variable}) did not let the request through to ${situation.host} (${failure.cause?.message})`,
    next: proxyAdvice(situation),
    trouble: "unsent",
  };
}

function unknownName(failure: WireFailure, situation: Situation): Diagnosis {
  const { host, proxy } = situation;
  return {
    type: UnreachableError,
    what: `the name of ${proxy === undefined ? host : `the proxy ${proxy.shown}`} is not known here${inBrackets(failure.cause)}`,
    next: `Check the spelling of ${proxy === undefined ? addressNames(situation) : proxy.variable} and the DNS of this computer. ${proxyAdvice(situation)}`,
    trouble: "unsent",
  };
}

function diagnoseTls(code: string, failure: WireFailure, situation: Situation): Diagnosis | undefined {
  const type = UnreachableError;
  const what = `no trustworthy connection to ${peer(situation)}${inBrackets(failure.cause)}`;
  if (UNKNOWN_AUTHORITY.has(code)) {
    const next = `The certificate is signed by an authority this computer does not know, e.g. a company's own: put that authority's certificate in a PEM file and name the file in NODE_EXTRA_CA_CERTS before Pulumi starts.`;
    return { type, what, next, trouble: "final" };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "UND_ERR_PRX_TLS") {
    const next = `The certificate is for another host: check ${addressNames(situation)}.`;
    return { type, what, next, trouble: "final" };
  }
  if (code.startsWith("CERT_")) {
    const next = `Check the certificate of ${situation.host} and the clock of this computer; for a private authority set NODE_EXTRA_CA_CERTS.`;
    return { type, what, next, trouble: "final" };
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) {
    const next = `Check that ${addressNames(situation)} speaks TLS at that port; for a private certificate authority set NODE_EXTRA_CA_CERTS.`;
    return { type, what, next, trouble: "final" };
  }
  return undefined;
}

function unsendable(failure: WireFailure, situation: Situation): Diagnosis {
  return {
    type: ConfigurationError,
    what: `the request cannot be sent (${failure.cause?.message})`,
    next: `Check ${addressNames(situation)}, harness:accountId and harness:platformApiKey for characters that do not belong there.`,
    trouble: "final",
  };
}

function peer(situation: Situation): string {
  const { host, proxy } = situation;
  return proxy === undefined ? host : `${host} through the proxy ${proxy.shown} (${proxy.variable})`;
}

function addressNames(situation: Situation): string {
  const { host, proxy } = situation;
  return proxy === undefined ? `harness:endpoint (${host})` : `harness:endpoint (${host}) and ${proxy.variable}`;
}

function proxyAdvice({ host, proxy }: Situation): string {
  return proxy === undefined
    ? "Behind a company's proxy, set HTTPS_PROXY."
    : `If the proxy wants a user and password, they belong into ${proxy.variable}; if ${host} is reached directly, it belongs into NO_PROXY.`;
}

/** undici's own codes say less than its words; the system's codes say more. */
function inBrackets(cause: Error | undefined): string {
  const code = codeOf(cause);
  const text = code.startsWith("UND_ERR_") ? cause?.message : code;
  return text ? ` (${text})` : "";
}

/** The code of an error, of the first of several (one per address of a host), or of its cause. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 3) return "";
  // undici wraps a proxy's certificate trouble; what is inside says more.
  const inner = codeOf(error.cause, depth + 1);
  if (inner !== "") return inner;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0], depth + 1) : "";
}

/** One word for the debug log. */
export function describeFailure(failure: WireFailure): string {
  return failure.outcome === "failed" ? codeOf(failure.cause) || "failed" : failure.outcome;
}
