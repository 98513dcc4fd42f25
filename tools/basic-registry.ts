import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";

/** What every image of it is: an index of two platforms, of which there is no more. */
const INDEX = JSON.stringify({
  schemaVersion: 2,
  manifests: ["amd64", "arm64"].map((architecture) => ({ platform: { os: "linux", architecture } })),
});

/** A registry that only knows how to let in and which images it has: quick to start. The real one is in the engine tests. */
export class BasicRegistry {
  /** Who may sign in; undefined lets everybody in. */
  login: { readonly username: string; readonly password: string } | undefined;
  /** The images it has, e.g. `mirror/harness/ci-addon:1.16.92`; undefined has them all. */
  images: Set<string> | undefined;
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
      const [, name, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(request.url ?? "") ?? [];
      const isMissing = name !== undefined && this.images !== undefined && !this.images.has(`${name}:${tag}`);
      const status = ok ? (isMissing ? 404 : 200) : 401;
      response.writeHead(status, ok ? {} : { "www-authenticate": 'Basic realm="registry"' });
      response.end(name === undefined ? "{}" : INDEX);
    });
  }

  /** Forgets who came and who may. */
  reset(): void {
    this.login = undefined;
    this.images = undefined;
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
