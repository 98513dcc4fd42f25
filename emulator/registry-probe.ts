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

/** Asks a registry for its base, `/v2/` at the root of the host, and follows a Basic or Bearer challenge. [H170] */
export async function probe(registry: URL, login: Login): Promise<Probed> {
  const base = new URL("/v2/", registry);
  try {
    const first = await ask(base, undefined);
    if (first.status !== 401) return judged(first.status);
    const [, scheme = "", rest = ""] = /^(\w+)\s*(.*)$/s.exec(first.challenge) ?? [];
    const authorization = scheme.toLowerCase() === "bearer" ? await bearer(parameters(rest), login) : basic(login);
    if (authorization === undefined) return "refused";
    return judged((await ask(base, authorization)).status);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
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

/** Fetches a token from the realm that the challenge names; without a login, the token of nobody. */
async function bearer(challenge: ReadonlyMap<string, string>, login: Login): Promise<string | undefined> {
  const realm = new URL(challenge.get("realm") ?? "");
  for (const name of ["service", "scope"]) {
    const value = challenge.get(name);
    if (value !== undefined) realm.searchParams.set(name, value);
  }
  const { status, body } = await ask(realm, basic(login));
  if (status !== 200) return undefined;
  const { token, access_token: accessToken } = JSON.parse(body);
  return `Bearer ${String(token ?? accessToken)}`;
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
    request.setTimeout(PATIENCE_MS, () =>
      request.destroy(Object.assign(new Error("no answer"), { code: "TIMED_OUT" })),
    );
  });
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, challenge: response.headers["www-authenticate"] ?? "", body };
}
