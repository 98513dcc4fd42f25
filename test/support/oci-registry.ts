import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findRegistry } from "../../tools/registry";
import { CANARY } from "./harness";
import type { TokenServer } from "./token-server";

const USERNAME = "robot";
const PASSWORD = `${CANARY}-oci-registry-7d41`;
/** Of that password; bcrypt, because the registry reads nothing else. */
const HASH = "$2a$04$ZpwYEAF1B07OI5aN4nvrrO.z3SpvebHncLUiAQJR9CULMYqoBl4eO";

const POLL_MS = 20;
const START_MS = 20_000;
const STOP_MS = 5_000;
/** Below what systems take for outgoing connections, so that a port stays free until somebody listens at it. */
const LOWEST_PORT = 20_000;
const PORTS = 12_000;

/** How a registry starts. */
export interface RegistryOptions {
  /** Whether it wants the login. @default true */
  readonly auth?: boolean;
  /** Sends everybody to this server for a token, instead of wanting the login itself. */
  readonly tokens?: TokenServer;
  /** @default a free one */
  readonly port?: number;
}

/** A real OCI registry on this machine. */
export interface OciRegistry {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The login it accepts. */
  readonly username: string;
  readonly password: string;
  /** Ends it; from then on nobody listens at its port. */
  stop(): Promise<void>;
}

/** The login of every registry started here. */
export const REGISTRY_LOGIN = { username: USERNAME, password: PASSWORD } as const;

/** A port of 127.0.0.1 at which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

/**
 * Starts the registry that `tools/registry/go.mod` pins; on a new machine the first call builds it, which takes a minute or two.
 *
 * @throws Error with all it printed, when the port is taken, or the registry ends or does not answer within 20 seconds
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<OciRegistry> {
  const { path } = await findRegistry();
  const { port = await freePort() } = options;
  if (!(await isFree(port))) throw new Error(`somebody listens at port ${port} already`);
  const folder = await mkdtemp(join(tmpdir(), "oci-registry-"));
  await writeFile(join(folder, "htpasswd"), `${USERNAME}:${HASH}\n`);
  if (options.tokens !== undefined) await writeFile(join(folder, "keys.json"), options.tokens.keys);
  await writeFile(join(folder, "config.yml"), configuration(folder, port, options));
  // It would send traces to a collector that is not there.
  const env = { ...process.env, OTEL_TRACES_EXPORTER: "none" };
  const child = spawn(path, ["serve", join(folder, "config.yml")], { env, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  const stop = async () => {
    process.off("exit", end);
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, host: `127.0.0.1:${port}`, port, ...REGISTRY_LOGIN, stop };
}

function configuration(folder: string, port: number, { auth = true, tokens }: RegistryOptions): string {
  const lines = [
    "version: 0.1",
    "log: { level: error, accesslog: { disabled: true } }",
    `storage: { filesystem: { rootdirectory: ${JSON.stringify(join(folder, "data"))} } }`,
    `http: { addr: "127.0.0.1:${port}" }`,
    ...(tokens !== undefined
      ? [tokenAuth(folder, tokens)]
      : auth
        ? [`auth: { htpasswd: { realm: tests, path: ${JSON.stringify(join(folder, "htpasswd"))} } }`]
        : []),
  ];
  return `${lines.join("\n")}\n`;
}

function tokenAuth(folder: string, { url, issuer, service }: TokenServer): string {
  const keys = JSON.stringify(join(folder, "keys.json"));
  return `auth: { token: { realm: ${JSON.stringify(url)}, service: ${service}, issuer: ${issuer}, jwks: ${keys} } }`;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const deadline = Date.now() + START_MS;
  for (;;) {
    if ([200, 401].includes(await statusOf(`${url}/v2/`))) return;
    const over = hasEnded(child) || failure !== undefined ? "ended" : "does not answer";
    if (over === "ended" || Date.now() > deadline) {
      throw new Error(`the registry at ${url} ${over}. Printed so far:\n${printed}`, { cause: failure });
    }
    await pause(POLL_MS);
  }
}

/** The status of an answer, 0 without one. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: START_MS }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(0));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const closed = once(child, "exit");
  child.kill();
  const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await closed;
  clearTimeout(patience);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
