import { BlockList, isIP } from "node:net";
import { ConfigurationError } from "../errors";
import { rememberSecret } from "../redact";

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that requests to an origin go through. */
export interface ProxyServer {
  /** With its credentials. */
  readonly url: string;
  /** Without them, for messages. */
  readonly shown: string;
  /** The environment variable that names it. */
  readonly variable: string;
}

/**
 * Which proxy the environment names for `target`, if any. Lower case wins over upper case, `NO_PROXY` over both; the own computer
 * is never reached through a proxy. Decided here rather than by undici's `EnvHttpProxyAgent`, so that messages name the proxy
 * that is really in use, and an emulator on loopback works behind a company's proxy.
 *
 * @throws ConfigurationError when the variable holds no http(s) address
 */
export function proxyFor(target: URL, environment: Environment): ProxyServer | undefined {
  const names = target.protocol === "https:" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const variable = names.find((name) => environment[name] !== undefined);
  const value = variable === undefined ? "" : (environment[variable]?.trim() ?? "");
  if (variable === undefined || value === "") return undefined;
  if (isExempt(target, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")) return undefined;
  const address = value.includes("://") ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw notAnAddress(variable);
  rememberSecret(url.password);
  rememberSecret(decoded(url.password, variable));
  return { url: url.href, shown: url.origin, variable };
}

function decoded(text: string, variable: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notAnAddress(variable);
  }
}

function notAnAddress(variable: string): ConfigurationError {
  return new ConfigurationError({
    doing: "reach Harness",
    what: `the environment variable ${variable} does not hold the address of an http:// or https:// proxy`,
    next: `Correct ${variable}, or add the host of harness:endpoint to NO_PROXY.`,
  });
}

function isExempt(target: URL, noProxy: string): boolean {
  const host = bare(target.hostname);
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\./.test(host)) return true;
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => entry !== "" && matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isIP(host) !== 0 && isInSubnet(host, entry);
  const [, name = entry, onlyPort] = /^(.+?):(\d+)$/.exec(entry.includes("::") ? "" : entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const domain = bare(name).replace(/^\*?\./, "");
  return host === domain || host.endsWith(`.${domain}`);
}

function isInSubnet(host: string, entry: string): boolean {
  const [network = "", prefix = ""] = entry.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) !== isIP(host) || !/^\d+$/.test(prefix) || Number(prefix) > (family === "ipv6" ? 128 : 32))
    return false;
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(prefix), family);
  return subnet.check(host, family);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
