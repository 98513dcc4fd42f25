import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";

/** A registry that only knows how to let in: enough for a connection test, and quick to start. The real one is in the engine tests. */
export class BasicRegistry {
  /** Who may sign in; undefined lets everybody in. */
  login: { readonly username: string; readonly password: string } | undefined;
  /** How many were let in so far. */
  letIn = 0;
  /** Called before each answer. */
  beforeAnswer: (visits: number) => void = () => {};
  private visits = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.visits += 1;
      this.beforeAnswer(this.visits);
      const wanted =
        this.login && `Basic ${Buffer.from(`${this.login.username}:${this.login.password}`).toString("base64")}`;
      const ok = wanted === undefined || request.headers.authorization === wanted;
      if (ok) this.letIn += 1;
      response.writeHead(ok ? 200 : 401, ok ? {} : { "www-authenticate": 'Basic realm="registry"' });
      response.end("{}");
    });
  }

  /** Forgets who came and who may. */
  reset(): void {
    this.login = undefined;
    this.letIn = 0;
    this.visits = 0;
    this.beforeAnswer = () => {};
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    const address = this.server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
