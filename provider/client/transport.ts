import type { Dispatcher } from "undici";
import type { WireRequest } from "./call";
import type { Cancellation } from "./cancellation";
import type { Clock } from "./clock";
import type { ProxyServer } from "./proxy";

const MOST_CONNECTIONS = 64;
/** Shorter than any gateway's, so that a connection is not used in the moment the other side closes it. */
const KEEP_ALIVE_MS = 4_000;

/** An HTTP answer. */
export interface WireAnswer {
  readonly outcome: "answered";
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** False when the connection broke before the body's end. */
  readonly complete: boolean;
  readonly cause?: Error | undefined;
}

/** Why there was no answer. */
export interface WireFailure {
  readonly outcome: "failed" | "timed-out" | "cancelled" | "too-large";
  /** Whether the request may have reached the server. */
  readonly sent: boolean;
  /** When the answer's head came and its body did not end. */
  readonly status?: number | undefined;
  readonly cause?: Error | undefined;
}

/** What one attempt came to: an answer, or the reason there is none. */
export type Exchange = WireAnswer | WireFailure;

/** What a transport needs. */
export interface TransportOptions {
  readonly clock: Clock;
  /** Milliseconds allowed for making a connection. */
  readonly connectTimeoutMs: number;
  readonly proxy: ProxyServer | undefined;
  /** Bytes of an answer's body above which it is given up. @default 20 MiB */
  readonly mostBytes?: number | undefined;
}

/** What undici is told when we give a request up. */
class Abandoned extends Error {}

/**
 * The HTTP connections of one client. undici is loaded with the first request: it would otherwise cost every start of the plugin
 * process, also where nothing is asked of Harness.
 */
export class Transport {
  readonly #options: TransportOptions;
  #dispatcher: Dispatcher | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Sends a request once. Never rejects and follows no redirect: a redirect would take the key elsewhere. */
  send(request: WireRequest, timeoutMs: number, cancellation: Cancellation): Promise<Exchange> {
    if (cancellation.cancelled) return Promise.resolve({ outcome: "cancelled", sent: false });
    this.#dispatcher ??= this.#open();
    const dispatcher = this.#dispatcher;
    return new Promise((resolve) => {
      const receiver = new Receiver(this.#options.mostBytes ?? 20 * 1024 * 1024, (exchange) => {
        stop();
        forget();
        resolve(exchange);
      });
      const stop = this.#options.clock.after(timeoutMs, () => receiver.giveUp("timed-out"));
      const forget = cancellation.onCancel(() => receiver.giveUp("cancelled"));
      const { method, origin, headers, body } = request;
      const path = request.query === "" ? request.path : `${request.path}?${request.query}`;
      try {
        dispatcher.dispatch({ method, origin, path, headers: { ...headers }, body: body ?? null }, receiver);
      } catch (cause) {
        receiver.fail(cause);
      }
    });
  }

  /** Breaks all connections. */
  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  #open(): Dispatcher {
    const { Agent, Pool, ProxyAgent }: typeof import("undici") = require("undici");
    const { connectTimeoutMs, proxy } = this.#options;
    const settings = {
      connections: MOST_CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // The deadline of an attempt is ours, over connection, head and body together.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: connectTimeoutMs },
    };
    if (proxy === undefined) return new Agent(settings);
    const tls = { timeout: connectTimeoutMs };
    return new ProxyAgent({
      ...settings,
      uri: proxy.url,
      // No tunnel for plain http, as everywhere: most proxies allow tunnels to port 443 only.
      proxyTunnel: false,
      proxyTls: tls,
      requestTls: tls,
      clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
    });
  }
}

/** Collects one answer. undici's `request` cannot say whether a failed request had been sent; this can. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #mostBytes: number;
  #settle: ((exchange: Exchange) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #sent = false;
  #status: number | undefined;
  #headers: WireAnswer["headers"] = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(mostBytes: number, settle: (exchange: Exchange) => void) {
    this.#mostBytes = mostBytes;
    this.#settle = settle;
  }

  /** Ends the exchange without an answer; a request that waits for a connection is then never sent. */
  giveUp(outcome: "timed-out" | "cancelled" | "too-large"): void {
    this.#end({ outcome, sent: this.#sent, status: this.#status });
    this.#controller?.abort(new Abandoned(outcome));
  }

  fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : undefined;
    if (this.#status === undefined) this.#end({ outcome: "failed", sent: this.#sent, cause: error });
    else this.#answer(this.#status, false, error);
  }

  /** undici has a connection and is about to write to it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settle === undefined) controller.abort(new Abandoned("given up while waiting for a connection"));
    else this.#sent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: WireAnswer["headers"]): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > this.#mostBytes) this.giveUp("too-large");
  }

  onResponseEnd(): void {
    if (this.#status === undefined) this.fail(undefined);
    else this.#answer(this.#status, true);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #answer(status: number, complete: boolean, cause?: Error | undefined): void {
    const body = Buffer.concat(this.#chunks).toString("utf8");
    this.#end({ outcome: "answered", status, headers: this.#headers, body, complete, cause });
  }

  #end(exchange: Exchange): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(exchange);
  }
}
