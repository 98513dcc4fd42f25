import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, type Reply } from "./calls";

export const LOGIN = { username: "robot", password: "the-password" } as const;

/** A small server that plays a registry. */
export interface SmallRegistry {
  readonly url: string;
  readonly port: number;
  /** What was asked of it, as `PATH AUTHORIZATION`. */
  readonly visits: string[];
}

/** An emulator, and registries for one test each. */
export interface Bench {
  readonly emulator: Emulator;
  readonly api: Calls;
  registry(answer: RequestListener): Promise<SmallRegistry>;
  /** Writes a connector that signs in with the secret `password`, and differs so from an ordinary one. */
  connector(url: string, more?: Readonly<Record<string, unknown>>): void;
  /** Tests the connector. */
  test(): Promise<Reply>;
}

/** Registers a fresh account for each test, with a secret `password` that is right. */
export function bench(): Bench {
  const running: { emulator?: Emulator } = {};
  const servers: Server[] = [];
  const found = (): Emulator => {
    assert.ok(running.emulator !== undefined);
    return running.emulator;
  };
  before(async () => {
    running.emulator = await startEmulator();
  });
  beforeEach(() => {
    found().reset();
    found().putSecret({ identifier: "password", value: LOGIN.password });
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await stopped(server);
  });
  after(() => running.emulator?.close());
  return {
    get emulator() {
      return found();
    },
    get api() {
      return new Calls(found());
    },
    registry: (answer) => started(servers, answer),
    connector: (url, more = {}) => found().putConnector({ identifier: "hub", spec: { ...specFor(url), ...more } }),
    test: () => new Calls(found()).post(testOf("hub"), {}),
  };
}

/** The path of a connector's test. */
export function testOf(identifier: string): string {
  return `/ng/api/connectors/testConnection/${identifier}`;
}

/** A spec that signs in with the secret `password` of the account, through any delegate. */
export function specFor(url: string): Readonly<Record<string, unknown>> {
  return {
    dockerRegistryUrl: url,
    providerType: "Other",
    auth: { type: "UsernamePassword", spec: { username: LOGIN.username, passwordRef: "account.password" } },
    executeOnDelegate: true,
  };
}

export const ANONYMOUS = { auth: { type: "Anonymous" } } as const;

/** "SUCCESS", or why not in the words of the first error. */
export function verdictOf({ body }: Reply): unknown {
  assert.equal(at(body, "status"), "SUCCESS", "the call itself went well");
  return at(body, "data.status") === "SUCCESS" ? "SUCCESS" : at(body, "data.errors.0.message");
}

/** The value of a Basic header. */
export function basicOf({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** A registry that lets in whoever presents this, and challenges the others. */
export function wanting(authorization: string, challenge = 'Basic realm="r"'): RequestListener {
  return (request, response) => {
    if (request.headers.authorization === authorization) response.end("{}");
    else response.writeHead(401, { "www-authenticate": challenge }).end();
  };
}

/** One that answers everybody with a status. */
export function always(status: number): RequestListener {
  return (_request, response) => void response.writeHead(status).end("<html></html>");
}

async function started(servers: Server[], answer: RequestListener): Promise<SmallRegistry> {
  const visits: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    visits.push(`${request.url ?? ""} ${request.headers.authorization ?? "-"}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, visits };
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
