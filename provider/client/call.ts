import { ConfigurationError, InvalidInputError } from "../errors";
import type { Endpoint } from "./endpoints";

/** What a request is for, as far as an error message says it. */
export interface Purpose {
  /** What this does, to what: a phrase that follows "cannot", e.g. `create connector org/docker_hub`. */
  readonly doing: string;
  /** Added to the message when Harness rejects the key. @default the client's `hint` */
  readonly hint?: string;
}

/** One request to Harness, as a handler asks for it. */
export interface Call<T> extends Purpose {
  readonly endpoint: Endpoint;
  /** Values of the path's `{parameters}`. */
  readonly path?: Readonly<Record<string, string>>;
  /** `undefined` and `null` are left out; `accountIdentifier` is added. */
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  /** Written as JSON without `null` and `undefined`, or, for a YAML endpoint, a string that is sent as it is. */
  readonly body?: unknown;
  /** Milliseconds allowed to one attempt. @default the client's `requestTimeoutMs` */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Turns the decoded JSON body, envelope included, into the result. May throw an `Error` with a short message. */
  parse(data: unknown): T;
}

/** A request as it goes onto the wire. */
export interface WireRequest {
  /** `HEAD` is asked of registries only. */
  readonly method: Endpoint["method"] | "HEAD";
  readonly origin: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What is the same for every request of a client. */
export interface WireSettings {
  /** Base address; its path comes before that of every call. */
  readonly endpoint: URL;
  readonly accountId: string;
  readonly apiKey: string;
  readonly userAgent: string;
}

/**
 * Reads the configured endpoint.
 *
 * @throws ConfigurationError when it is no http(s) address
 */
export function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new ConfigurationError({
    doing: "reach Harness",
    what: `harness:endpoint is not an address: ${JSON.stringify(endpoint)}`,
    next: "Write it with its scheme, e.g. https://app.harness.io/gateway.",
  });
}

/**
 * Writes a call for the wire. [H4] [H5]
 *
 * @throws InvalidInputError when a path parameter is missing or would lead to another path
 * @throws ConfigurationError when the key cannot be sent in a header
 */
export function writeRequest(call: Call<unknown>, settings: WireSettings): WireRequest {
  const { endpoint, accountId } = settings;
  const query = Object.entries({ ...call.query, accountIdentifier: accountId }).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  );
  const body = writeBody(call);
  return {
    method: call.endpoint.method,
    origin: endpoint.origin,
    path: joinPath(endpoint.pathname, fillPath(call, { accountIdentifier: accountId, ...call.path })),
    query: query.join("&"),
    headers: {
      ...call.endpoint.headers,
      accept: "application/json",
      "harness-account": accountId,
      "user-agent": settings.userAgent,
      "x-api-key": sendableKey(call, settings.apiKey),
      ...(body === undefined ? {} : { "content-type": call.endpoint.contentType ?? "application/json" }),
    },
    body,
  };
}

function fillPath(call: Call<unknown>, values: Readonly<Record<string, string>>): string {
  return call.endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    // An empty or dot segment would address another object: DELETE /connectors/ instead of one connector.
    if (value === "" || value === "." || value === "..") {
      throw new InvalidInputError({
        doing: call.doing,
        what: `${JSON.stringify(value)} cannot be the "${name}" in an address`,
        next: "Correct the identifier. If you did not write it, please report this as a bug of pulumi-harness-images.",
      });
    }
    return encodeURIComponent(value);
  });
}

/** A base path that the path of the call repeats is not doubled; one trailing slash is dropped. [H1] [H2] */
function joinPath(base: string, path: string): string {
  const prefix = base.replace(/\/$/, "");
  return path.startsWith(`${prefix}/`) ? path : `${prefix}${path}`;
}

function sendableKey(call: Call<unknown>, apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new ConfigurationError({
    doing: call.doing,
    what: "harness:platformApiKey is empty or holds a space, a line end or another character that no key has",
    next: "Set it again (HARNESS_PLATFORM_API_KEY, or pulumi config set --secret harness:platformApiKey) without them.",
  });
}

function writeBody(call: Call<unknown>): string | undefined {
  if (call.body === undefined) return undefined;
  if (call.endpoint.contentType === "application/yaml") return String(call.body);
  return JSON.stringify(withoutNulls(call.body));
}

/** Harness may refuse a body with `null` in it. [H28] */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined).map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
