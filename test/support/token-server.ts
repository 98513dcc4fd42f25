import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";

const KEY_ID = "tests";
const LIFE_SECONDS = 300;

/** Hands out tokens for a registry, to those who sign in. */
export interface TokenServer {
  readonly url: string;
  readonly issuer: string;
  readonly service: string;
  /** The public key, as a JSON Web Key Set. */
  readonly keys: string;
  /** How often a token was asked for. */
  asked(): number;
  stop(): Promise<void>;
}

/** Starts a token server that knows one login. */
export async function startTokenServer(login: {
  readonly username: string;
  readonly password: string;
}): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const names = { issuer: "token-server", service: "registry" };
  let asked = 0;
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    asked += 1;
    if (request.headers.authorization !== basic) return void response.writeHead(401).end();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token: tokenFor(request, names, privateKey) }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const key = { ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "RS256" };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}/token`,
    ...names,
    keys: JSON.stringify({ keys: [key] }),
    asked: () => asked,
    stop,
  };
}

function tokenFor(
  request: IncomingMessage,
  { issuer, service }: { issuer: string; service: string },
  key: KeyObject,
): string {
  const scope = new URL(request.url ?? "", "http://localhost").searchParams.get("scope") ?? "";
  const [type = "", name = "", actions = ""] = scope.split(":");
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now - 10, exp: now + LIFE_SECONDS };
  const access = name === "" ? [] : [{ type, name, actions: actions.split(",") }];
  const claims = { iss: issuer, sub: "robot", aud: service, jti: String(now), ...times, access };
  const text = [{ typ: "JWT", alg: "RS256", kid: KEY_ID }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}
