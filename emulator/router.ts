import type { Answer } from "./answers";
import type { Query } from "./query";
import type { TokenRecord } from "./records";
import type { State } from "./state";

/** A request as a route sees it: authenticated, its query checked, its body read. */
export interface Call {
  readonly state: State;
  readonly token: TokenRecord;
  readonly accountId: string;
  readonly query: Query;
  /** Path parameters by name. */
  readonly path: ReadonlyMap<string, string>;
  /** The parsed JSON, or the text of a YAML body; undefined when there was none. */
  readonly body: unknown;
}

/** One endpoint as data, and what it does. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** For example `/ng/api/connectors/{identifier}`. */
  readonly path: string;
  /** Query parameters beyond those every endpoint takes. */
  readonly query: readonly string[];
  /** Query parameters that may be repeated. */
  readonly repeatable?: readonly string[];
  /**
   * Where the account stands: in the query (required), in the path parameter `account`, optionally in the query, or in
   * the header `Harness-Account`, for which the query may stand in.
   */
  readonly account?: "path" | "optional" | "header";
  /** Whether there is a JSON body; "yaml" is the text as it is. */
  readonly hasBody?: boolean | "yaml" | "optional";
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** A route that matches a path. */
export interface Found {
  readonly route: Route;
  readonly path: ReadonlyMap<string, string>;
}

/** A path segment without its percent signs; identifiers may hold `$`, which clients encode. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matchPath(pattern: string, path: string): ReadonlyMap<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const found = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) {
      if (value === "") return undefined;
      found.set(part.slice(1, -1), decoded(value));
    } else if (part !== value) {
      return undefined;
    }
  }
  return found;
}

/** All endpoints of the emulated Harness. */
export class Router {
  private readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
  }

  /** The route of a request; a literal part beats a parameter. "no-method" means that only the method is wrong. */
  find(method: string, path: string): Found | "no-path" | "no-method" {
    const found: Found[] = [];
    for (const route of this.routes) {
      const parameters = matchPath(route.path, path);
      if (parameters !== undefined) found.push({ route, path: parameters });
    }
    if (found.length === 0) return "no-path";
    const fitting = found.filter((one) => one.route.method === method).sort((a, b) => a.path.size - b.path.size);
    return fitting[0] ?? "no-method";
  }
}
