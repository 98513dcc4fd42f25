import { rememberSecret } from "../redact";
import { challengeIn, mayHavePassword, tokenIn } from "./registry-challenge";
import { type Answered, type ExchangeOptions, RegistryExchange } from "./registry-exchange";
import type { WireAnswer } from "./transport";

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
export interface RegistryClientOptions extends ExchangeOptions {
  /** @default nobody */
  readonly login?: RegistryLogin | undefined;
  /** The only registry the login is for: an image may name another host. */
  readonly origin: string;
}

/** What manifests are asked for in; without the indexes a registry may answer with the one for this machine. [H182] */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Asks registries for images, with one login. Reads only. [H181] */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #exchange: RegistryExchange;
  /** What to sign in with, by registry and scope. */
  readonly #passes = new Map<string, Pass>();

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#exchange = new RegistryExchange(options);
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
  close(): Promise<void> {
    return this.#exchange.close();
  }

  async #ask(method: "GET" | "HEAD", address: ImageAddress, what: string, accept: string): Promise<RegistryAnswer> {
    const url = new URL(`/v2/${address.repository}/${what}`, address.origin);
    const scope = `repository:${address.repository}:pull`;
    const key = `${address.origin} ${scope}`;
    const known = this.#passes.get(key);
    const first = await this.#exchange.following(method, url, accept, known?.header);
    const challenged = await this.#challenge(address, first, known);
    if (challenged === undefined) return judged(first, known);
    if (!("from" in challenged)) return challenged;
    // A token may have run out.
    const fresh = await this.#signIn(address, challenged, scope);
    if (!("header" in fresh)) return fresh;
    this.#passes.set(key, fresh);
    return judged(await this.#exchange.following(method, url, accept, fresh.header), fresh);
  }

  /**
   * The answer that asks for a login; undefined where none is to be given. Who is not signed in may be told 403 or 404 of what is not for
   * everybody: then the registry itself is asked how to sign in.
   */
  async #challenge({ origin }: ImageAddress, first: Answered, known: Pass | undefined): Promise<Challenged> {
    if ("unreachable" in first) return undefined;
    if (first.status === 401 && first.from !== origin) {
      const host = new URL(first.from).host;
      return failed("trouble", `it leads on to ${host}, which wants a login; write that as the URL`);
    }
    if (first.status === 401) return first;
    const isHidden = first.status === 403 || first.status === 404;
    if (!isHidden || known !== undefined || this.#loginFor(origin) === undefined) return undefined;
    const base = await this.#exchange.following("GET", new URL("/v2/", origin), "application/json");
    return "unreachable" in base || base.status !== 401 || base.from !== origin ? undefined : base;
  }

  #loginFor(origin: string): RegistryLogin | undefined {
    return origin === this.#options.origin ? this.#options.login : undefined;
  }

  /** Finds out what to sign in with, as the registry's challenge asks. */
  async #signIn({ origin }: ImageAddress, { headers }: WireAnswer, scope: string): Promise<Pass | Failed> {
    const login = this.#loginFor(origin);
    const challenge = challengeIn(headers["www-authenticate"], scope);
    if (challenge === undefined) return failed("trouble", "it asks for a login of an unknown kind");
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
    if (challenge.scheme === "basic") {
      if (basic === undefined) return failed("login", "it wants one");
      return { header: basic, proved: false };
    }
    const { source } = challenge;
    if (basic !== undefined && !mayHavePassword(source, origin)) return failed("login", `${IN_CLEAR} ${source.origin}`);
    const answer = await this.#exchange.following("GET", source, "application/json", basic);
    if ("unreachable" in answer) return failed("unreachable", answer.unreachable);
    const words = `${source.host}, which gives out its tokens, answered ${answer.status}`;
    if (answer.status === 401) return failed("login", words);
    // Of the repository, not of the login. [H185]
    if (answer.status === 403) return failed("denied", words);
    const token = answer.status === 200 ? tokenIn(answer.body) : undefined;
    if (token === undefined) return failed("trouble", `${source.host} answered ${answer.status} and gave no token`);
    rememberSecret(token);
    return { header: `Bearer ${token}`, proved: true };
  }
}

const IN_CLEAR = "the password would have to travel unencrypted to";

type Failed = Extract<RegistryAnswer, { outcome: "failed" }>;

/** The answer that says how to sign in, why that cannot be done, or that there is nothing to be done. */
type Challenged = Exclude<Answered, { unreachable: string }> | Failed | undefined;

/** What to sign in with. */
interface Pass {
  readonly header: string;
  /** Whether somebody has accepted the login already, so that a refusal is about this image. */
  readonly proved: boolean;
}

function failed(trouble: RegistryTrouble, words: string): Failed {
  return { outcome: "failed", trouble, words };
}

function judged(answer: Answered, pass: Pass | undefined): RegistryAnswer {
  if ("unreachable" in answer) return failed("unreachable", answer.unreachable);
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
