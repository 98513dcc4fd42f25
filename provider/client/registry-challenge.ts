/** How a registry wants to be signed in to, as its 401 says. [H170] */
export type Challenge =
  | { readonly scheme: "basic" }
  /** Where a token is fetched. */
  | { readonly scheme: "bearer"; readonly source: URL };

/** Reads `WWW-Authenticate`; undefined when it names nothing we can do. Several challenges may come in one header or in many. */
export function challengeIn(header: string | readonly string[] | undefined, scope: string): Challenge | undefined {
  const text = typeof header === "string" ? header : (header ?? []).join(", ");
  const bearer = /(?:^|,\s*)bearer\s+(.*?)(?=,\s*[a-z][\w-]*(?:\s+\w+\s*=|\s*$)|$)/is.exec(text)?.[1];
  const source = bearer === undefined ? undefined : tokenSource(parameters(bearer), scope);
  if (source !== undefined) return { scheme: "bearer", source };
  return /(?:^|,\s*)basic(\s|$)/i.test(text) ? { scheme: "basic" } : undefined;
}

/** The scope of the challenge, or else of what was asked for: some registries leave it out. */
function tokenSource(given: ReadonlyMap<string, string>, scope: string): URL | undefined {
  const realm = given.get("realm") ?? "";
  if (!URL.canParse(realm)) return undefined;
  const source = new URL(realm);
  if (!/^https?:$/.test(source.protocol)) return undefined;
  const service = given.get("service");
  if (service !== undefined) source.searchParams.set("service", service);
  source.searchParams.set("scope", given.get("scope") ?? scope);
  return source;
}

function parameters(text: string): Map<string, string> {
  const found = [...text.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)];
  return new Map(
    found.map(([, name = "", quoted, bare = ""]) => [
      name.toLowerCase(),
      quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1"),
    ]),
  );
}

/**
 * Whether a password may be sent there: never in clear over a network, unless the registry itself, to which the user gave it, speaks
 * nothing else.
 */
export function mayHavePassword(target: URL, registry: string): boolean {
  const isHere = /^(127\.[\d.]+|localhost|\[::1\])$/.test(target.hostname);
  return target.protocol === "https:" || isHere || target.origin === registry;
}

/** The token in an answer of the token server. [H170] */
export function tokenIn(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== "object" || answer === null) return undefined;
    const found = "token" in answer ? answer.token : "access_token" in answer ? answer.access_token : undefined;
    return typeof found === "string" && found !== "" ? found : undefined;
  } catch {
    return undefined;
  }
}
