import type { Answer } from "./answers";
import { htmlPage, json, refused } from "./answers";
import { authenticate } from "./auth";
import { httpLevel, invalid, Refusal, refusal, unreadable } from "./errors";
import { Query } from "./query";
import type { Found, Router } from "./router";
import type { State } from "./state";

/** An API request with everything a route may look at. */
export interface ApiRequest {
  readonly method: string;
  /** Path without `/gateway`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly apiKey: string | undefined;
  /** The header `Harness-Account`. */
  readonly account: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** Applies a request to the store and says what Harness would answer. It never throws; only a connection test takes time. */
export async function dispatch(state: State, router: Router, request: ApiRequest): Promise<Answer> {
  const found = router.find(request.method, request.path);
  // Outside the API there is only the gateway, which does not speak JSON. [H43]
  if (found === "no-path" && !/^\/(ng|authz|pipeline|v1|ci)\//.test(request.path)) return htmlPage(404, "Not Found");
  try {
    if (found === "no-path") throw httpLevel(404, "Not Found");
    if (found === "no-method") throw httpLevel(405, "Method Not Allowed");
    return await serve(state, found, request);
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    const message = error instanceof Error ? error.message : String(error);
    return refused(refusal("UNKNOWN_ERROR", `The emulator failed: ${message}`));
  }
}

function serve(state: State, { route, path }: Found, request: ApiRequest): Answer | Promise<Answer> {
  const query = new Query(request.query);
  const inQuery = query.text("accountIdentifier");
  const inPath = route.account === "path" ? path.get("account") : undefined;
  const named = [request.account, inQuery, inPath].filter((one) => one !== undefined && one !== "");
  const accounts = named.flatMap((one) => (one === undefined ? [] : [one]));
  const token = authenticate(state, { apiKey: request.apiKey, accounts });
  query.check(route.query, route.repeatable ?? []);
  if (route.account === undefined) query.required("accountIdentifier");
  if (route.account === "header" && named.length === 0) {
    throw invalid([{ fieldId: "Harness-Account", error: "must not be null" }]);
  }
  const body = bodyOf(request, route.hasBody ?? false);
  return route.handle({ state, token, accountId: token.accountId, query, path, body });
}

/** The body of a request; a YAML text may come under either name. [H146] */
function bodyOf(request: ApiRequest, kind: boolean | "yaml" | "optional"): unknown {
  if (kind === false || (kind === "optional" && request.body === "")) return undefined;
  const type = request.contentType?.split(";")[0]?.trim().toLowerCase();
  if (request.body === "" && type === undefined) throw invalid([{ fieldId: "body", error: "must not be null" }]);
  const fits = type === "application/json" || (kind === "yaml" && type === "application/yaml");
  if (!fits) throw httpLevel(415, "Unsupported Media Type");
  if (request.body.trim() === "") throw invalid([{ fieldId: "body", error: "must not be null" }]);
  if (kind === "yaml") return request.body;
  try {
    return JSON.parse(request.body);
  } catch (error) {
    throw unreadable("Unexpected character or end of input", error);
  }
}

/** What a request that is too large is answered. */
export function tooLarge(): Answer {
  return json(413, httpLevel(413, "Payload Too Large").body);
}
