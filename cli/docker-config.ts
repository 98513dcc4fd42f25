import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../provider/config";

/** Who signs in to a registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What Docker Hub is called in the file. */
const DOCKER_HUB = "https://index.docker.io/v1/";
/** How long a credential helper may take: some ask for a touch of a key. */
const HELPER_MS = 30_000;

/**
 * The login that `docker login` has left for a registry: from a credential helper, or from the file itself, as `crane` and `skopeo` find
 * it. Undefined where there is none.
 *
 * @throws Error when the file is there and cannot be read
 */
export async function loginFor(origin: string, environment: Environment): Promise<Login | undefined> {
  const config = await configIn(environment);
  const { host } = new URL(origin);
  const names = host === "registry-1.docker.io" ? [DOCKER_HUB, "index.docker.io", "docker.io"] : [host];
  for (const name of names) {
    const helper = textIn(recordIn(config["credHelpers"])[name]) ?? textIn(config["credsStore"]);
    const helped = helper === undefined ? undefined : await askHelper(helper, name, environment);
    const found = helped ?? written(recordIn(config["auths"]), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function configIn(environment: Environment): Promise<Readonly<Record<string, unknown>>> {
  const folder = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
  const path = join(folder, "config.json");
  try {
    return recordIn(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new Error(
      `cannot read the registry logins in ${path}: it is no JSON, or may not be read. Correct it, or sign in again with \`docker login\``,
      { cause: error },
    );
  }
}

function written(auths: Readonly<Record<string, unknown>>, name: string): Login | undefined {
  const key = Object.keys(auths).find((address) => bare(address) === bare(name));
  const { auth, username, password, identitytoken } = recordIn(key === undefined ? undefined : auths[key]);
  if (textIn(identitytoken) !== undefined) throw identityToken(name);
  if (typeof username === "string" && typeof password === "string") return { username, password };
  const text = typeof auth === "string" ? Buffer.from(auth, "base64").toString() : "";
  const colon = text.indexOf(":");
  return colon < 1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** `https://us.icr.io/v1/` is `us.icr.io`. */
function bare(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, "");
}

/** A helper that knows nothing, or is not there, is no reason to stop: the registry may need no login. */
function askHelper(helper: string, name: string, environment: Environment): Promise<Login | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(`docker-credential-${helper}`, ["get"], {
      env: { ...environment },
      stdio: ["pipe", "pipe", "ignore"],
      timeout: HELPER_MS,
    });
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
    });
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => {
      const login = code === 0 ? helped(answer) : undefined;
      if (login?.username === "<token>") reject(identityToken(name));
      else resolve(login);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(name);
  });
}

/** What e.g. `az acr login` leaves: it is no password. */
function identityToken(name: string): Error {
  return new Error(
    `Docker holds an identity token for ${name}, which cannot be used here: sign in with \`docker login --username\` and a token or password`,
  );
}

function helped(answer: string): Login | undefined {
  try {
    const { Username: username, Secret: password } = recordIn(JSON.parse(answer));
    return typeof username === "string" && typeof password === "string" ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
