import assert from "node:assert/strict";
import http from "node:http";
import type net from "node:net";
import type { AddressInfo } from "node:net";
import { type ClientOptions, HarnessClient } from "../../provider/client/client";
import { endpoints } from "../../provider/client/endpoints";
import { type HarnessError, isHarnessError } from "../../provider/errors";
import { DEADLINE_MS, FakeClock } from "./fake-clock";

export const ACCOUNT = "acc123";
/** No text that leaves the process may hold the last part of it. */
export const API_KEY = `pat.${ACCOUNT}.tok456.CANARY0secret`;

/** What a test server answers: data, or something done to the response by hand. */
export type Reply =
  | { readonly status: number; readonly body?: string | object; readonly headers?: Record<string, string> }
  | ((response: http.ServerResponse, request: http.IncomingMessage) => void);

interface Seen {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  /** `127.0.0.1:<port>`, what messages show. */
  readonly host: string;
  readonly port: number;
  readonly seen: Seen[];
}

const cleanUps: Array<() => Promise<void> | void> = [];

/** Closes what a test opened; to be called once in a `describe`. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
}

/** Does something after the running test, whatever its end. */
export function afterwards(cleanUp: () => Promise<void> | void): void {
  cleanUps.push(cleanUp);
}

/** Listens on a free port of loopback until the test ends, and breaks what is still connected then. */
export async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  assert(isAddress(address));
  return address.port;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address === "object";
}

/** A server that gives these replies in turn, the last one for ever. */
export async function serve(...replies: readonly Reply[]): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url = "", headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const reply = replies[Math.min(seen.length, replies.length) - 1];
      if (typeof reply === "function") reply(response, request);
      else answer(response, reply);
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, port, seen };
}

function answer(
  response: http.ServerResponse,
  reply: Exclude<Reply, (...args: never) => void> = { status: 200 },
): void {
  response.writeHead(reply.status, reply.headers);
  response.end(typeof reply.body === "object" ? JSON.stringify(reply.body) : reply.body);
}

export const OK: Reply = { status: 200, body: { status: "SUCCESS", data: "done", correlationId: "corr-ok" } };

/** An error body as Harness's exceptions write it. */
export function fault(status: number, code: string, message: string | null): Reply {
  return {
    status,
    body: { status: "ERROR", code, message, correlationId: "corr-1", responseMessages: [], metadata: null },
  };
}

/** Stays silent after the request was read. */
export const STALL: Reply = () => undefined;

/** Breaks the connection without an answer. */
export const RESET: Reply = (response) => response.socket?.resetAndDestroy();

/** A client with a clock that stands still, and what it told. */
export interface TestClient {
  readonly client: HarnessClient;
  readonly clock: FakeClock;
  readonly notices: string[];
  readonly log: string[];
  /** Calls an endpoint; waits pass at once, deadlines do not. */
  ask(name?: keyof typeof endpoints): Promise<unknown>;
  /** Calls an endpoint that must fail, and returns its error. */
  failure(name?: keyof typeof endpoints): Promise<HarnessError>;
}

export function connect(endpoint: string, overrides: Partial<ClientOptions> = {}): TestClient {
  const clock = new FakeClock();
  const notices: string[] = [];
  const log: string[] = [];
  const client = new HarnessClient({
    endpoint,
    accountId: ACCOUNT,
    apiKey: API_KEY,
    version: "1.2.3",
    requestsPerMinute: 360,
    requestTimeoutMs: DEADLINE_MS,
    debug: true,
    notice: (text) => notices.push(text),
    log: (line) => log.push(line),
    clock,
    random: () => 0.5,
    env: {},
    ...overrides,
  });
  afterwards(() => client.close());
  const ask = (name: keyof typeof endpoints = "getConnector") => clock.run(client.request(callOf(name)));
  return { client, clock, notices, log, ask, failure: (name) => failureOf(ask(name)) };
}

/** A call that fits every endpoint. */
export function callOf(name: keyof typeof endpoints) {
  return { endpoint: endpoints[name], doing: "do it to docker_hub", path: { identifier: "docker_hub" }, parse: dataOf };
}

/** The `data` of an envelope. */
function dataOf(body: unknown): unknown {
  return body !== null && typeof body === "object" && "data" in body ? body.data : undefined;
}

/** The error of a promise that must fail with one of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error = await promise.then(
    () => assert.fail("it should have failed"),
    (reason: unknown) => reason,
  );
  assert(isHarnessError(error), `not one of our errors: ${String(error)}`);
  return error;
}

/** An answer, and what the error about it must say. */
export interface Saying {
  readonly title: string;
  readonly reply: Reply;
  /** @default getConnector */
  readonly call?: keyof typeof endpoints;
  /** @default false */
  readonly uncertain?: boolean;
  /** The whole message by lines, with HOST for the server's address. */
  readonly says: readonly string[];
}

/** One test of the whole message of an error. */
export function itSays({ title, reply, call, uncertain = false, says }: Saying): void {
  it(title, async () => {
    const server = await serve(reply);
    const error = await connect(server.url).failure(call);
    assert.deepEqual(linesOf(error, server), says);
    assert.equal(error.uncertain, uncertain);
  });
}

/** A message by lines, with HOST for the server's address. */
export function linesOf(error: HarnessError, server: { readonly host: string }): string[] {
  return error.message.replaceAll(server.host, "HOST").split("\n");
}
