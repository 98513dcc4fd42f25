import { request } from "undici";
import type { Emulator } from "../../emulator/index";

/** An answer of the emulator. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly body: unknown;
}

/** What differs from an ordinary call. */
export interface Differences {
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, not as JSON. */
  readonly raw?: string;
  /** Leaves `accountIdentifier` out. */
  readonly noAccount?: boolean;
  /** The endpoint without `/gateway`. */
  readonly bare?: boolean;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls an emulator over real HTTP, as a client would. */
export class Calls {
  private readonly emulator: Emulator;
  private readonly token: string;

  constructor(emulator: Emulator, token: string = emulator.platformApiKey) {
    this.emulator = emulator;
    this.token = token;
  }

  /** A call with `accountIdentifier`, the token and a JSON body. */
  async call(method: string, path: string, body?: unknown, more: Differences = {}): Promise<Reply> {
    const base = more.bare === true ? this.emulator.endpoint.replace("/gateway", "") : this.emulator.endpoint;
    const url = new URL(base + path);
    if (more.noAccount !== true) url.searchParams.set("accountIdentifier", this.emulator.accountId);
    for (const [name, value] of Object.entries(more.query ?? {})) {
      for (const one of typeof value === "string" ? [value] : value) url.searchParams.append(name, one);
    }
    const payload = more.raw ?? (body === undefined ? null : JSON.stringify(body));
    const type: Record<string, string> = payload === null ? {} : { "content-type": "application/json" };
    const headers = { "x-api-key": this.token, ...type, ...more.headers };
    const response = await request(url, { method, headers, body: payload });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, body: parsed(text) };
  }

  get(path: string, query: Differences["query"] = {}): Promise<Reply> {
    return this.call("GET", path, undefined, { query });
  }

  delete(path: string, query: Differences["query"] = {}): Promise<Reply> {
    return this.call("DELETE", path, undefined, { query });
  }

  post(path: string, body: unknown, query: Differences["query"] = {}): Promise<Reply> {
    return this.call("POST", path, body, { query });
  }

  put(path: string, body: unknown, query: Differences["query"] = {}): Promise<Reply> {
    return this.call("PUT", path, body, { query });
  }
}

/** The value at a dotted path of a JSON document; undefined where there is none. */
export function at(body: unknown, path: string): unknown {
  let here: unknown = body;
  for (const part of path.split(".")) {
    here = typeof here === "object" && here !== null ? Reflect.get(here, part) : undefined;
  }
  return here;
}

/** Status, code and message of a refusal, for one comparison. */
export function refusalOf(reply: Reply): readonly [number, unknown, unknown] {
  return [reply.status, at(reply.body, "code"), at(reply.body, "message")];
}

/** A Docker connector with password, in the words of the API. */
export function dockerBody(identifier: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    connector: {
      name: identifier,
      identifier,
      type: "DockerRegistry",
      spec: {
        dockerRegistryUrl: "https://registry.example.com",
        providerType: "Other",
        auth: { type: "Anonymous" },
        executeOnDelegate: false,
      },
      ...more,
    },
  };
}

/** The spec of a Docker connector that logs in with a secret. */
export function loginSpec(passwordRef: string): Readonly<Record<string, unknown>> {
  return {
    dockerRegistryUrl: "https://registry.example.com",
    providerType: "Other",
    auth: { type: "UsernamePassword", spec: { username: "robot", passwordRef } },
    executeOnDelegate: false,
  };
}

/** A text secret in the words of the API. */
export function secretBody(identifier: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  const spec = { secretManagerIdentifier: "harnessSecretManager", valueType: "Inline", value: "first-value" };
  return { secret: { type: "SecretText", name: identifier, identifier, spec, ...more } };
}
