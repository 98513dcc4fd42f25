import { rememberSecret } from "../redact";
import { Cancellation } from "./cancellation";
import { type Clock, pass, systemClock } from "./clock";
import { describeFailure } from "./connection-failure";
import { type Environment, proxyFor } from "./proxy";
import { challengeIn, mayHavePassword, tokenIn } from "./registry-challenge";
import { backoffMs, pauseMs, retryAfterMs } from "./retry";
import { type Exchange, Transport, type WireAnswer } from "./transport";

/** One image in a registry. */
export interface ImageAddress {
  /** `https://us.icr.io` */
  readonly origin: string;
  /** `my-ns/harness/ci-addon` */
  readonly repository: string;
  /** A tag, or a digest. */
  readonly reference: string;
}

/** Why a registry gave no answer that counts. */
type RegistryTrouble = "login" | "denied" | "unreachable" | "throttled" | "trouble";

/** What a registry says of a manifest or a blob. */
export type RegistryAnswer =
  | {
      readonly outcome: "found";
      readonly digest: string | undefined;
      readonly mediaType: string;
      readonly body: string;
    }
  | { readonly outcome: "missing" }
  | { readonly outcome: "failed"; readonly trouble: RegistryTrouble; readonly words: string };

/** Who signs in. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** What a client needs. */
export interface RegistryClientOptions {
  /** @default nobody */
  readonly login?: RegistryLogin | undefined;
  readonly environment: Environment;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Between 0 and 1. @default a number by chance */
  readonly random?: (() => number) | undefined;
}

/** What manifests are asked for in; without the indexes a registry may answer with the one for this machine. [H182] */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const ATTEMPT_MS = 15_000;
const CONNECT_MS = 10_000;
const MOST_ATTEMPTS = 3;
const MOST_REDIRECTS = 3;
/** How long one question puts up with "too many requests". */
const PATIENCE_MS = 60_000;

/** Asks registries for images, with one login. Reads only. [H181] */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #clock: Clock;
  readonly #cancellation: Cancellation;
  readonly #transports = new Map<string, Transport>();
  /** What to sign in with, by registry and scope. */
  readonly #passes = new Map<string, Pass>();

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cancellation = new Cancellation(options.signal);
    rememberSecret(options.login?.password);
  }

  /** Whether an image is there, without its manifest. */
  head(address: ImageAddress): Promise<RegistryAnswer> {
    return this.#ask("HEAD", address, `manifests/${address.reference}`, MANIFESTS);
  }

  /** The manifest of an image, or the index of the manifests of its platforms. */
  manifest(address: ImageAddress): Promise<RegistryAnswer> {
    return this.#ask("GET", address, `manifests/${address.reference}`, MANIFESTS);
  }

  /** A blob, e.g. the configuration of an image. */
  blob(address: ImageAddress, digest: string): Promise<RegistryAnswer> {
    return this.#ask("GET", address, `blobs/${digest}`, "*/*");
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#cancellation.dispose();
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }

  async #ask(method: "GET" | "HEAD", address: ImageAddress, what: string, accept: string): Promise<RegistryAnswer> {
    const url = new URL(`/v2/${address.repository}/${what}`, address.origin);
    const scope = `repository:${address.repository}:pull`;
    const key = `${address.origin} ${scope}`;
    const known = this.#passes.get(key);
    const first = await this.#following(method, url, accept, known?.header);
    if ("failed" in first || first.status !== 401) return judged(first, known);
    // A token may have run out.
    const fresh = await this.#signIn(address, first, scope);
    if (!("header" in fresh)) return fresh;
    this.#passes.set(key, fresh);
    return judged(await this.#following(method, url, accept, fresh.header), fresh);
  }

  /** Finds out what to sign in with, as the registry's challenge asks. */
  async #signIn({ origin }: ImageAddress, { headers }: WireAnswer, scope: string): Promise<Pass | Failed> {
    const { login } = this.#options;
    const challenge = challengeIn(headers["www-authenticate"], scope);
    if (challenge === undefined) return failed("trouble", "it asks for a login of an unknown kind");
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
    if (challenge.scheme === "basic") {
      if (basic === undefined) return failed("login", "it wants one");
      return { header: basic, proved: false };
    }
    const { source } = challenge;
    if (basic !== undefined && !mayHavePassword(source, origin)) return failed("login", `${IN_CLEAR} ${source.origin}`);
    const answer = await this.#following("GET", source, "application/json", basic);
    if ("failed" in answer) return answer.failed;
    if (answer.status === 401 || answer.status === 403) {
      return failed("login", `${source.host}, which gives out its tokens, answered ${answer.status}`);
    }
    const token = answer.status === 200 ? tokenIn(answer.body) : undefined;
    if (token === undefined) return failed("trouble", `${source.host} answered ${answer.status} and gave no token`);
    rememberSecret(token);
    return { header: `Bearer ${token}`, proved: true };
  }

  /** Follows redirects, e.g. of blobs to where they are stored, which must not see the login. */
  async #following(method: "GET" | "HEAD", url: URL, accept: string, authorization?: string): Promise<Answered> {
    let target = url;
    for (let hops = 0; ; hops += 1) {
      const signed = target.origin === url.origin && authorization !== undefined ? { authorization } : {};
      const answer = await this.#patiently(method, target, {
        accept,
        "user-agent": "pulumi-harness-images",
        ...signed,
      });
      if ("failed" in answer || answer.status < 300 || answer.status > 399) return answer;
      const { location } = answer.headers;
      if (typeof location !== "string" || !URL.canParse(location, target.href) || hops >= MOST_REDIRECTS) return answer;
      target = new URL(location, target);
      if (!/^https?:$/.test(target.protocol)) return answer;
    }
  }

  /** Tries again what may pass, with pauses, for a minute at most. */
  async #patiently(method: "GET" | "HEAD", url: URL, headers: Record<string, string>): Promise<Answered> {
    const { random = Math.random } = this.#options;
    const start = this.#clock.now();
    let failures = 0;
    let throttled = 0;
    for (;;) {
      const answer = await this.#once(method, url, headers);
      const again = "failed" in answer ? answer.again : answer.status >= 500 && answer.status !== 501;
      const isThrottled = !("failed" in answer) && answer.status === 429;
      if (!again && !isThrottled) return answer;
      const told =
        "failed" in answer ? undefined : retryAfterMs(textOf(answer.headers["retry-after"]), this.#clock.wall());
      failures += isThrottled ? 0 : 1;
      throttled += isThrottled ? 1 : 0;
      const wait = isThrottled ? pauseMs(throttled, told) : backoffMs(failures, random, told);
      const isOver = failures >= MOST_ATTEMPTS || this.#clock.now() + wait - start > PATIENCE_MS;
      if (isOver || !(await pass(this.#clock, wait, this.#cancellation))) return answer;
    }
  }

  async #once(method: "GET" | "HEAD", url: URL, headers: Record<string, string>): Promise<Answered> {
    const path = url.pathname;
    const request = { method, origin: url.origin, path, query: url.search.slice(1), headers, body: undefined };
    const exchange: Exchange = await this.#transport(url).send(request, ATTEMPT_MS, this.#cancellation);
    if (exchange.outcome === "answered") return exchange;
    const again = exchange.outcome !== "cancelled" && exchange.outcome !== "too-large";
    return { failed: failed("unreachable", `${url.host}: ${describeFailure(exchange)}`), again };
  }

  #transport(url: URL): Transport {
    const known = this.#transports.get(url.origin);
    if (known !== undefined) return known;
    const proxy = proxyFor(url, this.#options.environment);
    const made = new Transport({ clock: this.#clock, connectTimeoutMs: CONNECT_MS, proxy });
    this.#transports.set(url.origin, made);
    return made;
  }
}

const IN_CLEAR = "the password would have to travel unencrypted to";

type Failed = Extract<RegistryAnswer, { outcome: "failed" }>;

/** What to sign in with. */
interface Pass {
  readonly header: string;
  /** Whether somebody has accepted the login already, so that a refusal is about this image. */
  readonly proved: boolean;
}

type Answered = WireAnswer | { readonly failed: Failed; readonly again: boolean };

function failed(trouble: RegistryTrouble, words: string): Failed {
  return { outcome: "failed", trouble, words };
}

function judged(answer: Answered, pass: Pass | undefined): RegistryAnswer {
  if ("failed" in answer) return answer.failed;
  const { status, headers, body, complete } = answer;
  if (status === 200 && !complete) return failed("unreachable", "the answer broke off");
  if (status === 200) {
    const mediaType = textOf(headers["content-type"])?.split(";")[0]?.trim() ?? "";
    return { outcome: "found", digest: textOf(headers["docker-content-digest"]), mediaType, body };
  }
  if (status === 404) return { outcome: "missing" };
  if (status === 429) return failed("throttled", "it kept answering 429, too many requests");
  if (status === 401 || status === 403)
    return failed(pass?.proved || status === 403 ? "denied" : "login", `it answered ${status}`);
  return failed("trouble", `it answered ${status}`);
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}
