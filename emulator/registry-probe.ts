import type { IncomingMessage } from "node:http";
import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";

/** Who signs in to a registry; undefined is nobody. */
export type Login = { readonly username: string; readonly password: string } | undefined;

/** What a registry does with a visitor. */
export type Probed = "let-in" | "refused" | "forbidden" | "no-registry" | "closed" | "unreachable" | "no-answer";

const PATIENCE_MS = 5_000;
/** Codes of a host that is there and has nobody at the port. */
const CLOSED: ReadonlySet<string> = new Set(["ECONNREFUSED", "ECONNRESET"]);

/** One answer of a registry: its status, its challenge, and its body. */
interface Reply {
  readonly status: number;
  readonly challenge: string;
  readonly body: string;
}

/**
 * Asks a registry for its base, `/v2/` at the root of the host, and follows a Basic or Bearer challenge. [H170]
 *
 * @param mayAsk whether a host may be contacted; "elsewhere" is the answer when tokens come from one that may not
 */
export async function probe(registry: URL, login: Login, mayAsk: (url: URL) => boolean): Promise<Probed | "elsewhere"> {
  const base = new URL("/v2/", registry);
  try {
    const first = await ask(base, undefined);
    if (first.status !== 401) return judged(first.status);
    const [, scheme = "", rest = ""] = /^(\w+)\s*(.*)$/s.exec(first.challenge) ?? [];
    if (scheme.toLowerCase() !== "bearer") {
      return login === undefined ? "refused" : judged((await ask(base, basic(login))).status);
    }
    const source = tokenSource(parameters(rest));
    if (!mayAsk(source)) return "elsewhere";
    const { status, body } = await ask(source, basic(login));
    if (status !== 200) return status === 403 ? "forbidden" : "refused";
    return judged((await ask(base, `Bearer ${tokenIn(body)}`)).status);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (error instanceof SyntaxError || code === "ERR_INVALID_URL") return "no-registry";
    return code === "TIMED_OUT" ? "no-answer" : CLOSED.has(code) ? "closed" : "unreachable";
  }
}

function judged(status: number): Probed {
  if (status === 401) return "refused";
  if (status === 403) return "forbidden";
  return status >= 200 && status < 300 ? "let-in" : "no-registry";
}

function basic(login: Login): string | undefined {
  return login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
}

/** Where the challenge sends for a token; without a login one gets the token of nobody. */
function tokenSource(challenge: ReadonlyMap<string, string>): URL {
  const realm = new URL(challenge.get("realm") ?? "");
  for (const name of ["service", "scope"]) {
    const value = challenge.get(name);
    if (value !== undefined) realm.searchParams.set(name, value);
  }
  return realm;
}

function tokenIn(body: string): string {
  const { token, access_token: accessToken } = JSON.parse(body);
  return String(token ?? accessToken);
}

function parameters(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}

function ask(url: URL, authorization: string | undefined): Promise<Reply> {
  const get = url.protocol === "https:" ? getHttps : getHttp;
  const headers = authorization === undefined ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      replyOf(response).then(resolve, reject);
    });
    request.on("error", reject);
    // For the whole answer, so that one that drips is no way around it.
    const patience = setTimeout(() => {
      // Before the request is destroyed: an answer cut short by that would look like a lost connection.
      reject(Object.assign(new Error("no answer"), { code: "TIMED_OUT" }));
      request.destroy();
    }, PATIENCE_MS);
    request.on("close", () => clearTimeout(patience));
  });
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, challenge: response.headers["www-authenticate"] ?? "", body };
}
