import { delegateId as idOf } from "./delegate-id";
import type { ConnectorRecord, DelegateRecord } from "./records";
import type { Login, Probed } from "./registry-probe";
import { probe } from "./registry-probe";
import { entityKey, isWithin } from "./scope";
import { resolveSecret } from "./secret-reference";
import type { State } from "./state";

/** What a connection test found. */
export interface TestResult {
  /** Absent for the platform, and where no delegate could run it. */
  readonly delegateId: string | undefined;
  /** Absent: it works. */
  readonly failure: TestFailure | undefined;
}

/** A failure in Harness's words: what to do, why, and what it comes from. [H95] [H168] */
export interface TestFailure {
  readonly hint: string;
  readonly explanation: string;
  /** The root cause, and its code. */
  readonly cause: string;
  readonly code: string;
}

/** Hosts that are this machine. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Tests a Docker connector as it is stored, with the secrets as they are now. [H94] [H97] */
export async function testConnector(state: State, record: ConnectorRecord): Promise<TestResult> {
  const { spec } = record.content;
  const viaDelegate = spec["executeOnDelegate"] !== false;
  const delegate = viaDelegate ? delegateFor(state, record) : undefined;
  if (viaDelegate && delegate === undefined) return { delegateId: undefined, failure: NO_DELEGATE };
  const delegateId = delegate && idOf(delegate);
  const text = String(spec["dockerRegistryUrl"]);
  // `localhost:5000` parses too, with `localhost:` as its scheme.
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { delegateId, failure: unreachable(text) };
  const login = loginOf(state, record);
  if (login === "missing")
    return { delegateId, failure: refused(record.content.identifier, "The secret of the connector was not found") };
  return {
    delegateId,
    failure: failureOf(await visited(state, url, login, viaDelegate), url, record.content.identifier),
  };
}

/** A connected delegate of the connector's scope or above that carries all selectors. [H102] [H103] */
function delegateFor(state: State, { scope, content }: ConnectorRecord): DelegateRecord | undefined {
  const given = content.spec["delegateSelectors"];
  const selectors = Array.isArray(given) ? given.map(String) : [];
  return state.store.delegates.list(
    (delegate) =>
      delegate.connected &&
      isWithin(scope, delegate.scope) &&
      selectors.every((selector) => delegate.tags.includes(selector)),
  )[0];
}

function loginOf(state: State, { scope, content }: ConnectorRecord): Login | "missing" {
  const auth = Object(content.spec["auth"]);
  if (auth.type !== "UsernamePassword") return undefined;
  const { username, usernameRef, passwordRef } = Object(auth.spec);
  const value = (field: string, reference: unknown) => {
    const target = resolveSecret(state, scope, field, String(reference));
    return state.store.secrets.get(entityKey(target.scope, target.identifier))?.value ?? "";
  };
  try {
    const name = usernameRef ? value("usernameRef", usernameRef) : String(username ?? "");
    return { username: name, password: value("passwordRef", passwordRef) };
  } catch {
    return "missing";
  }
}

/** Only this machine is contacted, for tokens too, unless a switch says otherwise. */
async function visited(state: State, url: URL, login: Login, viaDelegate: boolean): Promise<Probed> {
  const { foreignRegistries, platformReaches } = state.switches;
  if (!viaDelegate && !platformReaches) return "unreachable";
  const mayAsk = ({ hostname }: URL) => foreignRegistries === "contact" || LOOPBACK.test(hostname);
  const probed = mayAsk(url) ? await probe(url, login, mayAsk) : "elsewhere";
  if (probed !== "elsewhere") return probed;
  return foreignRegistries === "succeed" ? "let-in" : "unreachable";
}

const NO_DELEGATE: TestFailure = {
  hint: "Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation",
  explanation: "No eligible delegate could perform the task",
  cause: "Delegate not available",
  code: "DELEGATE_NOT_AVAILABLE",
};

function failureOf(probed: Probed, url: URL, identifier: string): TestFailure | undefined {
  switch (probed) {
    case "let-in":
      return undefined;
    case "refused":
      return refused(identifier, "Unauthorized: the registry answered 401");
    case "forbidden":
      return refused(identifier, "Access denied: the registry answered 403");
    case "no-registry":
      return { ...unreachable(url.host), explanation: `${url.host} does not answer as a Docker registry` };
    case "closed":
      return {
        hint: "Please ensure if port is opened on host. Check firewall rules between the delegate and host.",
        explanation: `Connection to ${url.host} was refused`,
        cause: "Connection refused",
        code: "INVALID_REQUEST",
      };
    case "no-answer":
      return { ...unreachable(url.host), cause: "Connect timed out" };
    case "unreachable":
      return unreachable(url.host);
  }
}

function refused(identifier: string, cause: string): TestFailure {
  return {
    hint: `Please ensure that connector ${identifier} is valid and using the correct Credentials.`,
    explanation: "The given credentials may be invalid",
    cause,
    code: "INVALID_REQUEST",
  };
}

function unreachable(host: string): TestFailure {
  return {
    hint: `Please ensure that registry host [${host}] is reachable`,
    explanation: `Unable to reach ${host}`,
    cause: `Unknown or unreachable host ${host}`,
    code: "INVALID_REQUEST",
  };
}
