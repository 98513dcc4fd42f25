import assert from "node:assert/strict";
import { endpoints } from "../../provider/client/endpoints";
import { PolicyDeniedError } from "../../provider/errors";
import { callOf, closeAfterEach, connect, failureOf, itSays, OK, type Saying, serve } from "./support";

const PAGE = "<!doctype html>\n<html><head><title>Blocked by the proxy</title></head></html>";

const cases: readonly Saying[] = [
  {
    title: "a sign-in page with a good status",
    reply: { status: 200, body: PAGE },
    call: "createConnector",
    uncertain: true,
    says: [
      'cannot do it to docker_hub: HTTP 200 came with an HTML page titled "Blocked by the proxy", which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]',
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "an empty body with a good status",
    reply: { status: 200 },
    call: "deleteConnector",
    uncertain: true,
    says: [
      "cannot do it to docker_hub: HTTP 200 came with an empty body, which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]",
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "text with a good status",
    reply: { status: 200, body: "pong" },
    call: "updateConnector",
    uncertain: true,
    says: [
      'cannot do it to docker_hub: HTTP 200 came with text that is not JSON: "pong", which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]',
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "JSON that ends too early",
    reply: { status: 200, body: '{"status":"SUCCESS","data":{"conn' },
    call: "createConnector",
    uncertain: true,
    says: [
      "cannot do it to docker_hub: HTTP 200 came with JSON that is cut off or damaged, which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]",
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "a redirect, of which only the host is shown",
    reply: {
      status: 302,
      headers: { location: "https://sso.example.com/login?state=abc" },
    },
    call: "createConnector",
    says: [
      "cannot do it to docker_hub: HTTP 302 came with a redirect to sso.example.com, which is not an answer of the Harness API. [NOT_HARNESS]",
      "  The answer: HTTP 302",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "a redirect within the host",
    reply: { status: 302, headers: { location: "/login" } },
    says: [
      "cannot do it to docker_hub: HTTP 302 came with a redirect, which is not an answer of the Harness API. [NOT_HARNESS]",
      "  The answer: HTTP 302",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "a page that refuses the request",
    reply: { status: 400, body: PAGE },
    call: "createConnector",
    says: [
      'cannot do it to docker_hub: HTTP 400 came with an HTML page titled "Blocked by the proxy", which is not an answer of the Harness API. [NOT_HARNESS]',
      "  The answer: HTTP 400",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "a page that rejects the key",
    reply: { status: 401, body: PAGE },
    says: [
      'cannot do it to docker_hub: the API key was rejected (with an HTML page titled "Blocked by the proxy": it may come from a proxy or gateway). [CREDENTIALS_REJECTED]',
      "  The answer: HTTP 401",
      "  Next: Check harness:platformApiKey (HARNESS_PLATFORM_API_KEY): the key may be mistyped, expired or revoked, or belong to another account than harness:accountId (acc123).",
    ],
  },
  {
    title: "a page that denies access",
    reply: { status: 403, body: PAGE },
    says: [
      `cannot do it to docker_hub: access was denied with an HTML page titled "Blocked by the proxy", not in Harness's way. [PERMISSION_DENIED]`,
      "  The answer: HTTP 403",
      "  Next: A firewall or proxy may stand between: check harness:endpoint (HOST). Other causes: harness:accountId (acc123) is not the key's account, or an IP allow-list of the account excludes this machine.",
    ],
  },
  {
    title: "a page where nothing was found",
    reply: { status: 404, body: PAGE },
    says: [
      'cannot do it to docker_hub: HTTP 404 came with an HTML page titled "Blocked by the proxy", which is not an answer of the Harness API. [NOT_HARNESS]',
      "  The answer: HTTP 404",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "an empty body where nothing was found",
    reply: { status: 404 },
    says: [
      "cannot do it to docker_hub: HTTP 404 came with an empty body, which is not an answer of the Harness API. [NOT_HARNESS]",
      "  The answer: HTTP 404",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "another server's JSON where nothing was found",
    reply: {
      status: 404,
      body: { timestamp: 1, status: 404, error: "Not Found", path: "/x" },
    },
    says: [
      "cannot do it to docker_hub: HTTP 404 came with JSON of another server, which is not an answer of the Harness API. [NOT_HARNESS]",
      "  The answer: HTTP 404",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "a page of a failing gateway",
    reply: { status: 502, body: PAGE },
    call: "createConnector",
    uncertain: true,
    says: [
      'cannot do it to docker_hub: HTTP 502 came with an HTML page titled "Blocked by the proxy", which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]',
      "  The answer: HTTP 502",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
  {
    title: "text of a failing gateway",
    reply: {
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111",
    },
    call: "createConnector",
    uncertain: true,
    says: [
      'cannot do it to docker_hub: HTTP 503 came with text that is not JSON: "upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: d...", which is not an answer of the Harness API, and it may have been applied all the same. [NOT_HARNESS]',
      "  The answer: HTTP 503",
      "  Next: Check harness:endpoint (HOST), and whether a proxy, firewall or sign-in page stands between.",
    ],
  },
];

describe("an answer that is not Harness's is told apart", () => {
  closeAfterEach();

  for (const saying of cases) itSays(saying);

  it("a body above 20 MiB is given up", async () => {
    const server = await serve({ status: 200, body: "x".repeat(20 * 1024 * 1024 + 1) });
    const error = await connect(server.url).failure("updateConnector");
    assert.deepEqual(error.message.split("\n"), [
      "cannot do it to docker_hub: the answer was given up because it is larger than any answer of Harness, and it may have been applied all the same. [NOT_HARNESS]",
      "  The answer: HTTP 200",
      "  Next: Check harness:endpoint, and whether a proxy, firewall or sign-in page stands between.",
    ]);
    assert.deepEqual([error.uncertain, server.seen.length], [true, 1]);
  });

  it("a redirect is not followed: the key goes nowhere else", async () => {
    const elsewhere = await serve(OK);
    const server = await serve({ status: 307, headers: { location: `${elsewhere.url}/ng/api/connectors` } });
    const error = await connect(server.url).failure("listConnectors");
    assert.deepEqual([error.code, server.seen.length, elsewhere.seen.length], ["NOT_HARNESS", 1, 0]);
  });

  it("a byte order mark before JSON does no harm", async () => {
    const server = await serve({ status: 200, body: '\uFEFF{"status":"SUCCESS","data":7}' });
    assert.equal(await connect(server.url).ask(), 7);
  });

  it("an informational answer before the real one does no harm", async () => {
    const server = await serve((response) => {
      response.writeEarlyHints({ link: "</x>; rel=preload" });
      response.end('{"status":"SUCCESS","data":8}');
    });
    assert.equal(await connect(server.url).ask(), 8);
  });
});

describe("a result that is not as expected", () => {
  closeAfterEach();

  it("is an error with the reason that the reader of the answer gave; a write may have been applied", async () => {
    const server = await serve(OK);
    const { client, clock } = connect(server.url);
    const parse = () => {
      throw new TypeError("data.connector is missing");
    };
    const call = { ...callOf("createConnector"), parse };
    const error = await failureOf(clock.run(client.request(call)));
    assert.deepEqual(error.message.split("\n"), [
      "cannot do it to docker_hub: the answer has not the expected shape: data.connector is missing, and it may have been applied all the same. [NOT_HARNESS]",
      "  The answer: HTTP 200, correlation id corr-ok",
      "  Next: Check that harness:endpoint is the address of a Harness API. If it is, please report this as a bug of pulumi-harness-images.",
    ]);
    assert.deepEqual([error.uncertain, server.seen.length], [true, 1]);
    const read = await failureOf(clock.run(client.request({ ...call, endpoint: endpoints.getConnector })));
    assert.equal(read.uncertain, false);
  });

  it("names the places that a schema complains about", async () => {
    const server = await serve(OK);
    const { client, clock } = connect(server.url);
    const parse = () => {
      const issues = [
        { path: ["data", "content", 0, "name"], message: "expected string" },
        { path: ["data", "totalPages"], message: "expected number" },
      ];
      throw Object.assign(new TypeError("[ a page of JSON ]"), { issues });
    };
    const error = await failureOf(clock.run(client.request({ ...callOf("listSecrets"), parse })));
    assert.match(
      error.message,
      /expected shape: data\.content\.0\.name: expected string; data\.totalPages: expected number\. \[NOT_HARNESS\]/,
    );
  });

  it("may be judged by the reader itself", async () => {
    const server = await serve(OK);
    const { client, clock } = connect(server.url);
    const denied = new PolicyDeniedError({ doing: "save", what: "a policy says no", next: "Ask." });
    const parse = () => {
      throw denied;
    };
    const error = await failureOf(clock.run(client.request({ ...callOf("createConnector"), parse })));
    assert.equal(error, denied);
  });
});
