import { randomUUID } from "node:crypto";
import type { Refusal } from "./errors";
import type { JsonObject } from "./json";
import { isObject } from "./json";
import type { Switches } from "./switches";

/** An answer before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly correlationId?: string;
}

const JSON_TYPE = "application/json;charset=utf-8";
const HTML_TYPE = "text/html;charset=utf-8";

/** A JSON answer. */
export function json(status: number, body: unknown): Answer {
  const id = isObject(body) ? body["correlationId"] : undefined;
  const answer = { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
  return typeof id === "string" ? { ...answer, correlationId: id } : answer;
}

/** The success envelope of the NextGen API. [H18] */
export function success(data: unknown): Answer {
  return json(200, { status: "SUCCESS", data, metaData: null, correlationId: randomUUID() });
}

/** The envelope of the delegate endpoints. [H101] */
export function resourceEnvelope(resource: unknown): Answer {
  return json(200, { metaData: {}, resource, responseMessages: [] });
}

/** A refusal as an answer. */
export function refused(error: Refusal): Answer {
  return json(error.status, error.body);
}

/** A page as a proxy or firewall would send it. [H25] */
export function htmlPage(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `<!DOCTYPE html>\n<html><head><title>${status} ${title}</title></head>\n<body><center><h1>${status} ${title}</h1></center><hr></body></html>\n`;
  return { status, contentType: HTML_TYPE, body, headers };
}

/** 429 without `Retry-After` unless asked; the body is not documented. [H110] */
export function tooManyRequests(kind: "html" | "json", retryAfterSeconds?: number): Answer {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  if (kind === "html") return htmlPage(429, "Too Many Requests", headers);
  const body = {
    status: "ERROR",
    code: "TOO_MANY_REQUESTS",
    message: "Too many requests",
    correlationId: randomUUID(),
  };
  return { ...json(429, body), headers };
}

/** One page of a list. [H57] */
export function page(
  items: readonly JsonObject[],
  at: { readonly pageIndex: number; readonly pageSize: number },
  totalsKey: Switches["totalsKey"],
): JsonObject {
  const from = at.pageIndex * at.pageSize;
  const content = items.slice(from, from + at.pageSize);
  return {
    totalPages: Math.ceil(items.length / at.pageSize),
    [totalsKey]: items.length,
    pageItemCount: content.length,
    pageSize: at.pageSize,
    content,
    pageIndex: at.pageIndex,
    empty: content.length === 0,
  };
}
