import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answers";
import { tooManyRequests } from "./answers";
import type { ApiRequest } from "./dispatch";
import { dispatch, tooLarge } from "./dispatch";
import { play } from "./play";
import type { OpenRequest } from "./requests";
import type { Router } from "./router";
import type { State } from "./state";
import { header, readBody, send } from "./wire";

/** Answers a control-plane request: method, path below `/_emulator/`, body. */
export type Control = (method: string, path: string, body: string) => Answer;

const CONTROL = "/_emulator/";
/** Long enough that an idle connection of a test is not closed under the next request. */
const KEEP_ALIVE_MS = 65_000;

/** The HTTP side: loopback only, one store, faults and latency in front of it. */
export class HarnessServer {
  private readonly server: Server;
  private readonly state: State;
  private readonly router: Router;
  private readonly control: Control;

  constructor(state: State, router: Router, control: Control) {
    this.state = state;
    this.router = router;
    this.control = control;
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.requestTimeout = 0;
  }

  /** Starts listening on 127.0.0.1; gives the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        this.server.off("error", reject);
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Stops at once: connections in use, stalled ones too, are dropped. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://emulator");
    const method = request.method ?? "GET";
    const body = await readBody(request);
    if (url.pathname.startsWith(CONTROL)) {
      return send(response, this.control(method, url.pathname.slice(CONTROL.length), body ?? ""));
    }
    const path = url.pathname.replace(/^\/gateway(?=\/)/, "");
    const entry = this.state.log.open(method, path, queryRecord(url.searchParams));
    response.once("close", () => entry.ended());
    const api: ApiRequest = {
      method,
      path,
      query: url.searchParams,
      apiKey: header(request, "x-api-key"),
      account: header(request, "harness-account"),
      contentType: header(request, "content-type"),
      body: body ?? "",
    };
    const apply = async () => (body === undefined ? tooLarge() : dispatch(this.state, this.router, api));
    return this.answer(api, response, entry, apply);
  }

  private async answer(
    api: ApiRequest,
    response: ServerResponse,
    entry: OpenRequest,
    apply: () => Promise<Answer>,
  ): Promise<void> {
    const { faults, rate, switches } = this.state;
    const exceeded = rate.isExceeded(api.apiKey ?? "", switches.requestsPerMinute);
    // The plan is consulted in order of arrival, before any latency: which request a fault hits is not a race.
    const fault = exceeded ? undefined : faults.take(api.method, api.path);
    const half = switches.latencyMs / 2;
    if (half > 0) await sleep(half, undefined, { ref: false });
    // The request is applied even when the caller has gone meanwhile: so would Harness.
    if (fault !== undefined) return play(fault, { response, entry, apply });
    const answer = exceeded ? tooManyRequests("html") : await apply();
    if (half > 0) await sleep(half, undefined, { ref: false });
    entry.answered(answer.status, answer.correlationId);
    entry.ended();
    send(response, answer);
  }
}

function queryRecord(values: URLSearchParams): Record<string, string> {
  const record: Record<string, string> = {};
  for (const name of new Set(values.keys())) record[name] = values.getAll(name).join(",");
  return record;
}
