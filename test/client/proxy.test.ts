import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, proxyFor } from "../../provider/client/proxy";
import { conceal } from "../../provider/redact";
import { selfSigned } from "./certificate";
import { afterwards, closeAfterEach, connect, linesOf, listen, OK, serve } from "./support";

const P = "http://proxy.test:3128";

describe("which proxy is used", () => {
  const table: ReadonlyArray<[string, Environment, string | undefined]> = [
    ["https://app.harness.io", {}, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P }, "HTTPS_PROXY"],
    ["https://app.harness.io", { https_proxy: P }, "https_proxy"],
    ["https://app.harness.io", { https_proxy: P, HTTPS_PROXY: "http://other.test" }, "https_proxy"],
    ["https://app.harness.io", { https_proxy: "", HTTPS_PROXY: P }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: "  " }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: "proxy.test:3128" }, "HTTPS_PROXY"],
    ["https://app.harness.io", { HTTP_PROXY: P }, undefined],
    ["http://harness.corp", { HTTP_PROXY: P }, "HTTP_PROXY"],
    ["http://harness.corp", { HTTPS_PROXY: P }, undefined],
    ["https://localhost", { HTTPS_PROXY: P }, undefined],
    ["http://127.0.0.1:8080", { HTTP_PROXY: P }, undefined],
    ["http://[::1]:8080", { HTTP_PROXY: P }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "*" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "app.harness.io" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "APP.HARNESS.IO" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "a.test, harness.io" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: ".harness.io" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "*.harness.io" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "arness.io b.test" }, "HTTPS_PROXY"],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "harness.io:443" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, NO_PROXY: "harness.io:8443" }, "HTTPS_PROXY"],
    ["https://app.harness.io", { HTTPS_PROXY: P, no_proxy: "harness.io", NO_PROXY: "" }, undefined],
    ["https://app.harness.io", { HTTPS_PROXY: P, no_proxy: "", NO_PROXY: "harness.io" }, "HTTPS_PROXY"],
    ["https://10.1.2.3", { HTTPS_PROXY: P, NO_PROXY: "10.0.0.0/8" }, undefined],
    ["https://11.1.2.3", { HTTPS_PROXY: P, NO_PROXY: "10.0.0.0/8,10.0.0.0/99,x/8" }, "HTTPS_PROXY"],
    ["https://[fd00::1]", { HTTPS_PROXY: P, NO_PROXY: "10.0.0.0/8,fd00::/8" }, undefined],
    ["https://[fd00::1]", { HTTPS_PROXY: P, NO_PROXY: "fd00::1" }, undefined],
    ["https://[fd00::1]", { HTTPS_PROXY: P, NO_PROXY: "[fd00::2]" }, "HTTPS_PROXY"],
  ];
  for (const [target, environment, variable] of table) {
    it(`${target} with ${JSON.stringify(environment)}: ${variable ?? "none"}`, () => {
      const proxy = proxyFor(new URL(target), environment);
      assert.equal(proxy?.variable, variable);
      if (proxy !== undefined) assert.deepEqual([proxy.url, proxy.shown], [`${P}/`, P]);
    });
  }

  it("is shown without its credentials", () => {
    const proxy = proxyFor(new URL("https://h.test"), { HTTPS_PROXY: "http://user:pr0xy%27pass%21@proxy.test:3128" });
    assert.equal(conceal("pr0xy%27pass%21 or pr0xy'pass!"), "[secret] or [secret]");
    assert.deepEqual([proxy?.url, proxy?.shown], ["http://user:pr0xy%27pass%21@proxy.test:3128/", P]);
  });

  for (const value of ["socks5://proxy.test", "http://", "http://u:%zz@proxy.test"]) {
    it(`is a mistake to correct when the variable is ${value}`, () => {
      assert.throws(() => proxyFor(new URL("https://h.test"), { HTTPS_PROXY: value }), {
        message: [
          "cannot reach Harness: the environment variable HTTPS_PROXY does not hold the address of an http:// or https:// proxy. [CONFIGURATION]",
          "  Next: Correct HTTPS_PROXY, or add the host of harness:endpoint to NO_PROXY.",
        ].join("\n"),
      });
    });
  }
});

describe("through a proxy", () => {
  closeAfterEach();

  it("plain http is forwarded, with the proxy's credentials", async () => {
    const proxy = await serve(OK);
    const env = { HTTP_PROXY: `http://user:pr0xy-pass@${proxy.host}` };
    assert.equal(await connect("http://harness.test/gateway", { env }).ask(), "done");
    const [seen] = proxy.seen;
    assert.match(seen?.url ?? "", /^http:\/\/harness\.test\/gateway\/ng\/api\/connectors\/docker_hub\?/);
    assert.equal(seen?.headers["proxy-authorization"], `Basic ${Buffer.from("user:pr0xy-pass").toString("base64")}`);
  });

  it("plain http that the proxy refuses is an error that names the proxy, and nothing was applied", async () => {
    const proxy = await serve({ status: 407, body: "<html></html>" });
    const error = await connect("http://harness.test", { env: { HTTP_PROXY: proxy.url } }).failure("createConnector");
    assert.deepEqual(linesOf(error, proxy), [
      "cannot do it to docker_hub: the proxy http://HOST (HTTP_PROXY) did not let the request through to harness.test (Proxy Authentication Required (407)); 4 attempts were made. [UNREACHABLE]",
      "  Next: If the proxy wants a user and password, they belong into HTTP_PROXY; if harness.test is reached directly, it belongs into NO_PROXY.",
    ]);
    assert.equal(error.uncertain, false);
  });

  it("a refused tunnel is an error that names the proxy; the request was not sent, so even a create is tried again", async () => {
    const { port, targets } = await tunnelProxy(() => undefined);
    const error = await connect("https://harness.test", {
      env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
    }).failure("createConnector");
    assert.deepEqual(linesOf(error, { host: `127.0.0.1:${port}` }), [
      "cannot do it to docker_hub: the proxy http://HOST (HTTPS_PROXY) did not let the request through to harness.test (Proxy response (407) !== 200 when HTTP Tunneling); 4 attempts were made. [UNREACHABLE]",
      "  Next: If the proxy wants a user and password, they belong into HTTPS_PROXY; if harness.test is reached directly, it belongs into NO_PROXY.",
    ]);
    assert.deepEqual([error.uncertain, targets.length], [false, 4]);
  });

  it("a page of the proxy names the proxy", async () => {
    const proxy = await serve({ status: 403, body: "<html><title>Blocked</title>" });
    const error = await connect("http://harness.test", { env: { HTTP_PROXY: proxy.url } }).failure();
    assert.deepEqual(linesOf(error, proxy), [
      'cannot do it to docker_hub: access was denied with an HTML page titled "Blocked", not in Harness\'s way. [PERMISSION_DENIED]',
      "  The answer: HTTP 403",
      "  Next: A firewall or proxy may stand between: check harness:endpoint (harness.test) and the proxy http://HOST (HTTP_PROXY). Other causes: harness:accountId (acc123) is not the key's account, or an IP allow-list of the account excludes this machine.",
    ]);
  });
});

describe("a certificate of a private authority", function () {
  this.timeout(30_000); // starts programs
  closeAfterEach();

  it("is refused with the way to make it known", async () => {
    const { port } = await privateHarness();
    assert.deepEqual((await ask(`https://localhost:${port}`, {})).split("\n"), [
      `UnreachableError: cannot ask: no trustworthy connection to localhost:${port} (DEPTH_ZERO_SELF_SIGNED_CERT). [UNREACHABLE]`,
      "  Next: The certificate is signed by an authority this computer does not know, e.g. a company's own: put that authority's certificate in a PEM file and name the file in NODE_EXTRA_CA_CERTS before Pulumi starts.",
    ]);
  });

  it("is accepted when NODE_EXTRA_CA_CERTS names it, directly", async () => {
    const { port, file } = await privateHarness();
    assert.equal(await ask(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: file }), '{"data":"private"}');
  });

  it("and through the tunnel of a proxy, while NO_PROXY avoids it", async () => {
    const harness = await privateHarness("harness.test");
    const proxy = await tunnelProxy(() => harness.port);
    const env = { NODE_EXTRA_CA_CERTS: harness.file, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    assert.equal(await ask("https://harness.test", env), '{"data":"private"}');
    assert.deepEqual(proxy.targets, ["harness.test:443"]);
    const direct = await privateHarness();
    const around = { ...env, NODE_EXTRA_CA_CERTS: direct.file, NO_PROXY: "localhost" };
    assert.equal(await ask(`https://localhost:${direct.port}`, around), '{"data":"private"}');
    assert.equal(proxy.targets.length, 1);
  });
});

/** An HTTPS server with its own certificate, and the file that holds it. */
async function privateHarness(host = "localhost"): Promise<{ port: number; file: string }> {
  const { key, certificate } = selfSigned(host);
  const folder = mkdtempSync(join(tmpdir(), "harness-client-"));
  afterwards(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ca.pem");
  writeFileSync(file, certificate);
  const server = https.createServer({ key, cert: certificate }, (_, response) => response.end('{"data":"private"}'));
  return { port: await listen(server), file };
}

/** A proxy that only makes tunnels: to the port it is told, or none. */
async function tunnelProxy(portFor: (target: string) => number | undefined) {
  const targets: string[] = [];
  const server = http.createServer();
  server.on("connect", (request, socket: net.Socket) => {
    targets.push(request.url ?? "");
    const port = portFor(request.url ?? "");
    if (port === undefined) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const target = net.connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    target.on("error", () => socket.destroy());
    return target;
  });
  return { port: await listen(server), targets };
}

/** Asks Harness one thing; in a new process, because only that sees its own environment and certificates. */
const PROGRAM = `
  require("ts-node/register/transpile-only");
  const { HarnessClient } = require("./provider/client/client");
  const { endpoints } = require("./provider/client/endpoints");
  const settings = { accountId: "acc123", apiKey: "pat.acc123.tok456.secret", version: "1.2.3", debug: false };
  const limits = { requestsPerMinute: 60, requestTimeoutMs: 10_000, notice: () => undefined };
  const client = new HarnessClient({ endpoint: process.argv[1], ...settings, ...limits });
  client
    .request({ endpoint: endpoints.getAccount, doing: "ask", parse: (data) => JSON.stringify(data) })
    .catch(String)
    .then((text) => process.stdout.write(text))
    .then(() => client.close());
`;

/** Runs the program and returns what it printed: the answer or the error. */
function ask(endpoint: string, env: Record<string, string>): Promise<string> {
  const { PATH = "", TS_NODE_COMPILER_OPTIONS = "{}" } = process.env;
  const options = { cwd: join(__dirname, "..", ".."), env: { PATH, TS_NODE_COMPILER_OPTIONS, ...env } };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ["--eval", PROGRAM, endpoint], options, (error, stdout, stderr) => {
      if (error !== null || stderr !== "") reject(error ?? new Error(stderr));
      else resolve(stdout);
    });
  });
}
