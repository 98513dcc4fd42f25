import { ConfigurationError } from "./errors";
import { rememberSecret } from "./redact";

/** Reads one configuration key, e.g. `harness:accountId`. */
export type ConfigReader = (key: string) => string | undefined;
/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How much is asked of Harness before a change: see `harness:preflight`. */
export type PreflightMode = "auto" | "strict" | "off";

/** The provider's settings, read once a process. Missing credentials are no problem until a call needs them. */
export interface Settings {
  readonly endpoint: string;
  readonly apiKey: string | undefined;
  readonly accountId: string | undefined;
  readonly preflight: PreflightMode;
  readonly requestsPerMinute: number;
  readonly requestTimeoutMs: number;
  readonly debug: boolean;
  /** What is wrong with the settings, as sentences. */
  readonly problems: readonly string[];
}

const DEFAULT_ENDPOINT = "https://app.harness.io/gateway";
/** Harness documents 400 a minute for a key [H109]; the rest is left to others who use the key. */
const DEFAULT_REQUESTS_PER_MINUTE = 360;
const MOST_REQUESTS_PER_MINUTE = 1_000_000;
const DEFAULT_TIMEOUT_SECONDS = 30;
const MOST_TIMEOUT_SECONDS = 1_000_000;
/** Set by an explicit `Provider`: its account is its own or its token's, whatever account the environment names. */
const EXPLICIT_KEY = "explicit";
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The environment of this process. The only place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Reads settings from Pulumi configuration (or an explicit provider's properties), then from the environment. */
export function readSettings(config: ConfigReader, environment: Environment): Settings {
  const problems: string[] = [];
  const given = (key: string) => nonBlank(config(`harness:${key}`));
  const number = (key: string, otherwise: number, most: number) =>
    readNumber(key, given(key), otherwise, most, problems);
  const wholeNumber = (key: string, otherwise: number, most: number) => Math.floor(number(key, otherwise, most));
  const apiKey = given("platformApiKey") ?? nonBlank(environment["HARNESS_PLATFORM_API_KEY"]);
  rememberSecret(apiKey);
  if (apiKey === undefined) problems.push(...firstGenProblems(config, environment));
  return {
    endpoint: readEndpoint(
      given("endpoint") ?? nonBlank(environment["HARNESS_ENDPOINT"]),
      given("allowHttp") === "true",
      problems,
    ),
    apiKey,
    accountId: readAccount(given("accountId"), apiKey, given(EXPLICIT_KEY) === "true" ? {} : environment, problems),
    preflight: readPreflight(given("preflight") ?? nonBlank(environment["HARNESS_PREFLIGHT"]), problems),
    requestsPerMinute: wholeNumber("requestsPerMinute", DEFAULT_REQUESTS_PER_MINUTE, MOST_REQUESTS_PER_MINUTE),
    requestTimeoutMs: 1000 * number("requestTimeoutSeconds", DEFAULT_TIMEOUT_SECONDS, MOST_TIMEOUT_SECONDS),
    debug: environment["HARNESS_LOG"] === "debug",
    problems,
  };
}

/** Settings that a call can be made with. */
export interface Credentials {
  readonly apiKey: string;
  readonly accountId: string;
}

/** The credentials of the settings. @throws ConfigurationError when they are wrong or missing. */
export function requireCredentials(settings: Settings, doing: string): Credentials {
  const { apiKey, accountId, problems } = settings;
  if (problems.length > 0) throw configurationError(doing, problems);
  if (apiKey === undefined) throw configurationError(doing, [MISSING_KEY]);
  if (accountId === undefined) throw configurationError(doing, [MISSING_ACCOUNT]);
  return { apiKey, accountId };
}

/** What to say when there is no key. */
export const MISSING_KEY =
  "no Harness API key is configured; run `pulumi config set --secret harness:platformApiKey` with a personal or service account " +
  "token (pat.… or sat.…), or set HARNESS_PLATFORM_API_KEY";
/** What to say when the key does not tell its account. */
export const MISSING_ACCOUNT =
  "the Harness account is not known, for the API key does not carry it; run `pulumi config set harness:accountId` or set HARNESS_ACCOUNT_ID";

function configurationError(doing: string, problems: readonly string[]): ConfigurationError {
  const [first = "", ...others] = problems;
  const split = first.indexOf("; ");
  const what = split < 0 ? first : first.slice(0, split);
  const next = [split < 0 ? "correct the configuration" : first.slice(split + 2), ...others].join(".\n  And: ");
  return new ConfigurationError({ doing, what, next: `${next}.` });
}

/** FirstGen and NextGen keys have confusingly similar names in the official provider. [H13] */
function firstGenProblems(config: ConfigReader, environment: Environment): string[] {
  const found = [
    nonBlank(config("harness:apiKey")) === undefined ? undefined : "harness:apiKey",
    nonBlank(environment["HARNESS_API_KEY"]) === undefined ? undefined : "HARNESS_API_KEY",
  ].filter((name) => name !== undefined);
  if (found.length === 0) return [];
  return [
    `only ${found.join(" and ")} is set, which the official provider uses for keys of Harness FirstGen; ` +
      "set harness:platformApiKey (or HARNESS_PLATFORM_API_KEY) to a NextGen token, pat.… or sat.…",
  ];
}

function readEndpoint(given: string | undefined, allowHttp: boolean, problems: string[]): string {
  if (given === undefined) return DEFAULT_ENDPOINT;
  if (!URL.canParse(given)) {
    problems.push(`harness:endpoint is not a URL; write e.g. ${DEFAULT_ENDPOINT}`);
    return DEFAULT_ENDPOINT;
  }
  const url = new URL(given);
  if (url.username !== "" || url.password !== "")
    problems.push("harness:endpoint carries credentials; remove them from the URL");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    problems.push(`harness:endpoint must start with https://; write e.g. ${DEFAULT_ENDPOINT}`);
  }
  if (url.protocol === "http:" && !allowHttp && !LOOPBACK.test(url.hostname)) {
    const way = "write https://, or set harness:allowHttp to true if the network is yours";
    problems.push(`harness:endpoint is plain http, which would send the API key unencrypted; ${way}`);
  }
  if (/^\/(ng|auth)(\/|$)/.test(url.pathname)) {
    problems.push(`harness:endpoint is a page of the Harness console; write ${url.origin}/gateway`);
  }
  if (url.search !== "" || url.hash !== "") {
    problems.push(`harness:endpoint must not have a query or fragment; write e.g. ${DEFAULT_ENDPOINT}`);
  }
  return given.replace(/\/+$/, "");
}

function readAccount(
  given: string | undefined,
  apiKey: string | undefined,
  environment: Environment,
  problems: string[],
): string | undefined {
  const ofToken = accountOfToken(apiKey);
  const account = given ?? nonBlank(environment["HARNESS_ACCOUNT_ID"]) ?? ofToken;
  if (account !== undefined && ofToken !== undefined && account !== ofToken) {
    const where = given === undefined ? "HARNESS_ACCOUNT_ID" : "harness:accountId";
    const way = `correct ${where}, leave it out, or use a key of account ${account}`;
    problems.push(`${where} is ${account}, but the API key belongs to account ${ofToken}; ${way}`);
  }
  return account;
}

/** Only a token of exactly four parts carries its account. [H7] [H8] */
function accountOfToken(token: string | undefined): string | undefined {
  const parts = token?.split(".") ?? [];
  return parts.length === 4 && /^[ps]at$/i.test(parts[0] ?? "") ? nonBlank(parts[1]) : undefined;
}

function readPreflight(given: string | undefined, problems: string[]): PreflightMode {
  if (given === undefined || given === "auto") return "auto";
  if (given === "strict" || given === "off") return given;
  problems.push("harness:preflight is neither auto, strict nor off; choose one of them, or leave it out for auto");
  return "auto";
}

function readNumber(
  key: string,
  given: string | undefined,
  otherwise: number,
  most: number,
  problems: string[],
): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (number >= 1 && number <= most) return number;
  problems.push(`harness:${key} is not a number from 1 to ${most}; correct it, or leave it out for ${otherwise}`);
  return otherwise;
}

function nonBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
