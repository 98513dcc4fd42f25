/** Names that only a private network resolves. */
const PRIVATE_NAMES =
  /^localhost$|\.(local|localhost|internal|intranet|corp|lan|home|svc|test)$|^private\.([\w-]+\.)?icr\.io$/;
const IPV4 = /^\d+(\.\d+){3}$/;
/** Address blocks that are not routed in public: loopback, private networks, link-local, shared address space. */
const PRIVATE_BLOCKS =
  /^(127|10|0)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const PRIVATE_IPV6 = /^(::1$|f[cd]|fe[89ab])/i;

/** Why nothing outside a private network would reach a registry, e.g. `10.0.0.1 is a private address`; undefined when it may. */
export function privateHost(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  if (host === "") return undefined;
  if (IPV4.test(host)) return PRIVATE_BLOCKS.test(host) ? `${host} is a private address` : undefined;
  if (host.includes(":")) return PRIVATE_IPV6.test(host) ? `${host} is a private address` : undefined;
  if (PRIVATE_NAMES.test(host)) return `${host} is a name of a private network`;
  return host.includes(".") ? undefined : `${host} is a name without a domain`;
}
