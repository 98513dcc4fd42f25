import assert from "node:assert/strict";
import net from "node:net";
import { judgeFailure } from "../../provider/client/connection-failure";
import type { Situation } from "../../provider/client/problem";
import { closeAfterEach, connect, linesOf, listen, RESET, type Reply, serve } from "./support";

const SITUATION: Situation = {
  write: true,
  host: "harness.test",
  accountId: "acc123",
  timeoutMs: 30_000,
  proxy: undefined,
  hint: undefined,
  wallMs: 0,
};
const PROXY = { url: "http://u:p@proxy.test:3128/", shown: "http://proxy.test:3128", variable: "HTTPS_PROXY" };
const AUTHORITY =
  "The certificate is signed by an authority this computer does not know, e.g. a company's own: put that authority's certificate in a PEM file and name the file in NODE_EXTRA_CA_CERTS before Pulumi starts.";

function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

interface Unreached {
  readonly title: string;
  readonly cause: Error;
  readonly through?: typeof PROXY;
  readonly what: string;
  readonly next: string;
  readonly trouble: "unsent" | "final";
}

const unreached: readonly Unreached[] = [
  {
    title: "a refused connection",
    cause: systemError("ECONNREFUSED"),
    what: "no connection to harness.test (ECONNREFUSED)",
    next: "Check harness:endpoint (harness.test) and the network. Behind a company's proxy, set HTTPS_PROXY.",
    trouble: "unsent",
  },
  {
    title: "a host with several addresses, all of them refusing",
    cause: new AggregateError([systemError("ENETUNREACH"), systemError("ECONNREFUSED")]),
    what: "no connection to harness.test (ENETUNREACH)",
    next: "Check harness:endpoint (harness.test) and the network. Behind a company's proxy, set HTTPS_PROXY.",
    trouble: "unsent",
  },
  {
    title: "a name that does not exist",
    cause: systemError("ENOTFOUND"),
    what: "the name of harness.test is not known here (ENOTFOUND)",
    next: "Check the spelling of harness:endpoint (harness.test) and the DNS of this computer. Behind a company's proxy, set HTTPS_PROXY.",
    trouble: "unsent",
  },
  {
    title: "the name of a proxy that does not exist",
    cause: systemError("EAI_AGAIN"),
    through: PROXY,
    what: "the name of the proxy http://proxy.test:3128 is not known here (EAI_AGAIN)",
    next: "Check the spelling of HTTPS_PROXY and the DNS of this computer. If the proxy wants a user and password, they belong into HTTPS_PROXY; if harness.test is reached directly, it belongs into NO_PROXY.",
    trouble: "unsent",
  },
  {
    title: "a proxy that refuses",
    cause: systemError("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"),
    through: PROXY,
    what: "the proxy http://proxy.test:3128 (HTTPS_PROXY) did not let the request through to harness.test (Proxy response (407) !== 200 when HTTP Tunneling)",
    next: "If the proxy wants a user and password, they belong into HTTPS_PROXY; if harness.test is reached directly, it belongs into NO_PROXY.",
    trouble: "unsent",
  },
  {
    title: "a certificate of an unknown authority",
    cause: systemError("SELF_SIGNED_CERT_IN_CHAIN"),
    what: "no trustworthy connection to harness.test (SELF_SIGNED_CERT_IN_CHAIN)",
    next: AUTHORITY,
    trouble: "final",
  },
  {
    title: "a certificate of an unknown authority, behind what undici wraps around it",
    cause: new Error("Secure Proxy Connection failed", { cause: systemError("UNABLE_TO_VERIFY_LEAF_SIGNATURE") }),
    through: PROXY,
    what: "no trustworthy connection to harness.test through the proxy http://proxy.test:3128 (HTTPS_PROXY) (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    next: AUTHORITY,
    trouble: "final",
  },
  {
    title: "a certificate for another host",
    cause: systemError("ERR_TLS_CERT_ALTNAME_INVALID"),
    what: "no trustworthy connection to harness.test (ERR_TLS_CERT_ALTNAME_INVALID)",
    next: "The certificate is for another host: check harness:endpoint (harness.test).",
    trouble: "final",
  },
  {
    title: "an expired certificate",
    cause: systemError("CERT_HAS_EXPIRED"),
    what: "no trustworthy connection to harness.test (CERT_HAS_EXPIRED)",
    next: "Check the certificate of harness.test and the clock of this computer; for a private authority set NODE_EXTRA_CA_CERTS.",
    trouble: "final",
  },
  {
    title: "a port that does not speak TLS",
    cause: systemError("ERR_SSL_WRONG_VERSION_NUMBER"),
    what: "no trustworthy connection to harness.test (ERR_SSL_WRONG_VERSION_NUMBER)",
    next: "Check that harness:endpoint (harness.test) speaks TLS at that port; for a private certificate authority set NODE_EXTRA_CA_CERTS.",
    trouble: "final",
  },
  {
    title: "a request that cannot be written",
    cause: systemError("UND_ERR_INVALID_ARG", "invalid harness-account header"),
    what: "the request cannot be sent (invalid harness-account header)",
    next: "Check harness:endpoint (harness.test), harness:accountId and harness:platformApiKey for characters that do not belong there.",
    trouble: "final",
  },
];

describe("without a connection nothing was sent, and the message names what to check:", () => {
  for (const { title, cause, through, what, next, trouble } of unreached) {
    it(title, () => {
      const problem = judgeFailure({ outcome: "failed", sent: false, cause }, { ...SITUATION, proxy: through });
      assert.deepEqual({ what: problem.what, next: problem.next }, { what, next });
      assert.deepEqual([problem.uncertain, problem.trouble, problem.cause], [false, trouble, cause]);
    });
  }
});

describe("a connection that breaks", () => {
  closeAfterEach();

  it("before anything was sent may be tried again, also for a create", async () => {
    const closed = await freePort();
    const test = connect(`http://127.0.0.1:${closed}`);
    const error = await test.failure("createConnector");
    assert.deepEqual(linesOf(error, { host: `127.0.0.1:${closed}` }), [
      "cannot do it to docker_hub: no connection to HOST (ECONNREFUSED); 4 attempts were made. [UNREACHABLE]",
      "  Next: Check harness:endpoint (HOST) and the network. Behind a company's proxy, set HTTPS_PROXY.",
    ]);
    assert.deepEqual([error.uncertain, error.answer, test.log.length], [false, {}, 4]);
  });

  it("after a create was sent may have applied it, and is not repeated", async () => {
    const server = await serve(RESET);
    const error = await connect(server.url).failure("createConnector");
    assert.match(
      error.message,
      /^cannot do it to docker_hub: the connection to \S+ broke before an answer came \((other side closed|ECONNRESET)\), and it may/,
    );
    assert.deepEqual([error.code, error.uncertain, error.answer, server.seen.length], ["UNREACHABLE", true, {}, 1]);
  });

  it("after a read was sent is repeated and leaves nothing uncertain", async () => {
    const server = await serve(RESET);
    const error = await connect(server.url).failure("getConnector");
    assert.deepEqual([error.code, error.uncertain, server.seen.length], ["UNREACHABLE", false, 4]);
  });

  const HALF = '{"status":"SUCCESS","data":{"connector":';
  const cutOff =
    (status: number): Reply =>
    (response) => {
      response.writeHead(status, { "content-length": "1000" });
      response.write(HALF, () => response.socket?.destroy());
    };

  it("in the middle of a good answer to a write may have applied it", async () => {
    const server = await serve(cutOff(200));
    const error = await connect(server.url).failure("updateConnector");
    assert.deepEqual(linesOf(error, server), [
      "cannot do it to docker_hub: HTTP 200 came with a body that was cut off, which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]",
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ]);
    assert.deepEqual([error.uncertain, server.seen.length], [true, 1]);
  });

  it("in the middle of an answer to a read is repeated", async () => {
    const server = await serve(cutOff(200), cutOff(200), { status: 200, body: { data: "whole" } });
    assert.equal(await connect(server.url).ask("listConnectors"), "whole");
  });

  it("in the middle of a refusal is still a refusal", async () => {
    const server = await serve(cutOff(401));
    const error = await connect(server.url).failure("createConnector");
    assert.deepEqual([error.code, error.uncertain, server.seen.length], ["CREDENTIALS_REJECTED", false, 1]);
  });

  it("in the middle of a chunk of JSON is never taken for a whole answer", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.write('{"status":"SUCCESS","data":"complete, it seems"}', () => response.socket?.destroy());
    });
    const error = await connect(server.url).failure("createConnector");
    assert.deepEqual([error.code, error.uncertain], ["NOT_HARNESS", true]);
  });

  it("after an informational answer has no status to report", async () => {
    const server = await serve((response) => {
      response.writeEarlyHints({ link: "</x>; rel=preload" }, () => response.socket?.destroy());
    });
    const error = await connect(server.url).failure("createConnector");
    assert.deepEqual([error.code, error.uncertain, error.answer], ["UNREACHABLE", true, {}]);
  });

  it("is noticed on a connection that was kept open, and a read goes on with a new one", async () => {
    const closing: Reply = (response) => {
      response.end('{"data":1}', () => response.socket?.destroySoon());
    };
    const server = await serve(closing, { status: 200, body: { data: 2 } });
    const test = connect(server.url);
    assert.deepEqual([await test.ask(), await test.ask()], [1, 2]);
  });
});

describe("what is no HTTP", () => {
  closeAfterEach();

  it("is said to be none; no status is made up", async () => {
    const server = net.createServer((socket) => socket.end("220 mail.example.com ESMTP\r\n"));
    const port = await listen(server);
    const error = await connect(`http://127.0.0.1:${port}`).failure("createConnector");
    assert.deepEqual(linesOf(error, { host: `127.0.0.1:${port}` }), [
      "cannot do it to docker_hub: what answers at HOST does not speak HTTP (Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/)), and it may have been applied all the same. [NOT_HARNESS]",
      "  Next: Check harness:endpoint (HOST): host, port and http or https.",
    ]);
    assert.deepEqual(error.answer, {});
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
