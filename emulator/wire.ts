import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./answers";

const MAX_BODY_BYTES = 2_000_000;

/** Reads a whole request body; undefined when it is larger than the emulator takes. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** A header with one value. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Sends an answer, unless the caller has gone. */
export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  const hasBody = answer.status !== 204 && answer.status !== 304;
  const length = Buffer.byteLength(answer.body);
  const type = answer.body === "" ? {} : { "content-type": answer.contentType };
  const own = hasBody ? { ...type, "content-length": String(length) } : {};
  response.writeHead(answer.status, { ...own, ...answer.headers });
  response.end(hasBody ? answer.body : undefined);
}

/** Declares the whole answer, sends half of it and drops the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { "content-type": answer.contentType, "content-length": String(bytes.length) });
  // The half is on its way before the connection ends, so that the caller sees a body that breaks off.
  response.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => response.destroy()));
}

/** Sends headers that promise a body, and then nothing. */
export function sendHeadersOnly(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(200, { "content-type": "application/json;charset=utf-8", "content-length": "1000" });
  response.flushHeaders();
}
