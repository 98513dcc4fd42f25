import * as assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { freePort, startRegistry } from "../support/oci-registry";
import { at, Calls, refusalOf } from "./calls";
import { ANONYMOUS, always, basicOf, bench, LOGIN, specFor, testOf, verdictOf, wanting } from "./registries";

const WRONG_LOGIN =
  "Please ensure that connector hub is valid and using the correct Credentials. (Unauthorized: the registry answered 401)";
const FORBIDDEN =
  "Please ensure that connector hub is valid and using the correct Credentials. (Access denied: the registry answered 403)";
const RIGHT = basicOf(LOGIN);

describe("emulator: what a connection test finds of a registry", () => {
  const site = bench();
  const { connector, registry, test } = site;
  const wrongPassword = () => site.emulator.putSecret({ identifier: "password", value: "wrong" });
  const unreachable = (host: string) =>
    `Please ensure that registry host [${host}] is reachable (Unknown or unreachable host ${host})`;

  it("asks for /v2/ at the root of the host, whatever the path, and signs in only when asked to [H169] [H170]", async () => {
    const open = await registry(always(200));
    connector(`${open.url}/no/such/path`);
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.deepEqual(open.visits, ["/v2/ -"]);
  });

  it("follows a Basic challenge: right, wrong, and nobody [H170]", async () => {
    const { url, visits } = await registry(wanting(RIGHT));
    connector(url);
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.deepEqual(visits, ["/v2/ -", `/v2/ ${RIGHT}`]);
    wrongPassword();
    assert.equal(verdictOf(await test()), WRONG_LOGIN);
    connector(url, ANONYMOUS);
    assert.equal(verdictOf(await test()), WRONG_LOGIN);
  });

  it("takes a challenge without a scheme it knows as Basic", async () => {
    const { url } = await registry(wanting(RIGHT, ""));
    connector(url);
    assert.equal(verdictOf(await test()), "SUCCESS");
  });

  /** A registry with its token server: nobody gets the token `nobody`, the right login `full`, a wrong one none. */
  const tokens = async (accepted: readonly string[], key = "token") => {
    const server = await registry((request, response) => {
      const { authorization } = request.headers;
      if (authorization !== undefined && authorization !== RIGHT) response.writeHead(401).end();
      else response.end(JSON.stringify({ [key]: authorization === undefined ? "nobody" : "full" }));
    });
    const challenge = `Bearer realm="${server.url}/token",service="the registry",scope="a:b:pull"`;
    const answer: RequestListener = (request, response) => {
      const ok = accepted.some((token) => request.headers.authorization === `Bearer ${token}`);
      response.writeHead(ok ? 200 : 401, ok ? {} : { "www-authenticate": challenge }).end();
    };
    return { server, main: await registry(answer) };
  };

  it("follows a Bearer challenge to its realm with the same login: right, wrong, and nobody [H170]", async () => {
    const { server, main } = await tokens(["full"]);
    connector(main.url);
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.deepEqual(server.visits, [`/token?service=the+registry&scope=a%3Ab%3Apull ${RIGHT}`]);
    assert.deepEqual(main.visits, ["/v2/ -", "/v2/ Bearer full"]);
    wrongPassword();
    assert.equal(verdictOf(await test()), WRONG_LOGIN);
    connector(main.url, ANONYMOUS);
    assert.equal(verdictOf(await test()), WRONG_LOGIN, "the registry does not take the token of nobody");
  });

  it("gets in as nobody where the registry takes that token, by either of its names [H170]", async () => {
    const { server, main } = await tokens(["nobody"], "access_token");
    connector(main.url, ANONYMOUS);
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.match(server.visits[0] ?? "", / -$/);
  });

  it("tells a registry that forbids from one that does not know the user, at its token server too", async () => {
    connector((await registry(always(403))).url);
    assert.equal(verdictOf(await test()), FORBIDDEN);
    const { url: realm } = await registry(always(403));
    connector((await registry(wanting("-", `Bearer realm="${realm}/token"`))).url);
    assert.equal(verdictOf(await test()), FORBIDDEN);
  });

  it("sees what is no registry: another server, a challenge without a realm, a token that is none", async () => {
    const { url: page } = await registry(always(200));
    for (const answer of [
      always(404),
      always(500),
      wanting("-", "Bearer"),
      wanting("-", `Bearer realm="${page}/token"`),
    ]) {
      const { url } = await registry(answer);
      connector(url);
      const { body } = await test();
      const { host } = new URL(url);
      assert.deepEqual(
        [at(body, "data.errors.0.message"), at(body, "data.errors.0.reason")],
        [unreachable(host), `${host} does not answer as a Docker registry`],
      );
    }
  });

  it("sees that nobody listens, and that the connection is cut [H168]", async () => {
    const closed = `127.0.0.1:${await freePort()}`;
    const { url } = await registry((request) => request.socket.destroy());
    for (const host of [closed, new URL(url).host]) {
      connector(`http://${host}`);
      const { body } = await test();
      assert.equal(
        at(body, "data.errors.0.message"),
        "Please ensure if port is opened on host. Check firewall rules between the delegate and host. (Connection refused)",
      );
      assert.equal(at(body, "data.errors.0.reason"), `Connection to ${host} was refused`);
    }
  });

  it("waits five seconds for an answer with all of its body, also when that drips", async function () {
    this.timeout(15_000);
    const silent = await registry(() => undefined);
    const stalled = await registry((_request, response) => void response.writeHead(200).write("{"));
    const dripping = await registry((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("{"), 200);
      response.once("close", () => clearInterval(drip));
    });
    const slow = [silent, stalled, dripping];
    const verdicts = slow.map(async ({ url, port }) => {
      site.emulator.putConnector({ identifier: `slow_${port}`, spec: specFor(url) });
      return verdictOf(await site.api.post(testOf(`slow_${port}`), {}));
    });
    const expected = slow.map(
      ({ port }) => `Please ensure that registry host [127.0.0.1:${port}] is reachable (Connect timed out)`,
    );
    assert.deepEqual(await Promise.all(verdicts), expected);
  });

  it("calls a URL unreachable that is none of http or https", async () => {
    for (const url of ["not a url", "localhost:5000", "us.icr.io:443/name", "ftp://127.0.0.1"]) {
      connector(url);
      assert.equal(verdictOf(await test()), unreachable(url));
    }
  });

  it("leaves other machines alone: they are taken for good, for unreachable, or really asked, as the switch says", async () => {
    // The name of no interface in particular: foreign by its looks, and yet this machine.
    const { port, visits } = await registry(wanting(RIGHT));
    connector(`http://0.0.0.0:${port}`);
    assert.equal(verdictOf(await test()), "SUCCESS");
    site.emulator.set({ foreignRegistries: "unreachable" });
    assert.equal(verdictOf(await test()), unreachable(`0.0.0.0:${port}`));
    assert.deepEqual(visits, []);
    site.emulator.set({ foreignRegistries: "contact" });
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.equal(visits.length, 2);
  });

  it("sends a login to no other machine for a token either", async () => {
    const { port, visits } = await registry(always(401));
    const { url } = await registry(wanting("-", `Bearer realm="http://0.0.0.0:${port}/token"`));
    connector(url);
    assert.equal(verdictOf(await test()), "SUCCESS");
    site.emulator.set({ foreignRegistries: "unreachable" });
    assert.equal(verdictOf(await test()), unreachable(new URL(url).host));
    assert.deepEqual(visits, []);
    site.emulator.set({ foreignRegistries: "contact" });
    assert.equal(verdictOf(await test()), WRONG_LOGIN);
    assert.equal(visits.length, 1);
  });
});

describe("emulator: a connection test against a real registry", function () {
  this.timeout(300_000);
  const site = bench();
  const { connector, test } = site;

  it("lets in the right login only, and anybody where none is wanted [H170]", async () => {
    const { url, password, stop } = await startRegistry();
    try {
      connector(`${url}/no/such/repository`);
      assert.equal(verdictOf(await test()), WRONG_LOGIN);
      site.emulator.putSecret({ identifier: "password", value: password });
      assert.equal(verdictOf(await test()), "SUCCESS", "the secret is read as it is now");
      connector(url, ANONYMOUS);
      assert.equal(verdictOf(await test()), WRONG_LOGIN);
    } finally {
      await stop();
    }
    const open = await startRegistry({ auth: false });
    try {
      connector(open.url, ANONYMOUS);
      assert.equal(verdictOf(await test()), "SUCCESS");
    } finally {
      await open.stop();
    }
    assert.match(String(verdictOf(await test())), /Connection refused/);
  });
});

describe("emulator: the answers of a connection test", () => {
  const site = bench();
  const { connector, registry, test } = site;

  it("says in full how it went, with the delegate that ran it [H94]", async () => {
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    const began = Date.now();
    const { status, body } = await test();
    const { testedAt, delegateId } = Object(at(body, "data"));
    assert.deepEqual([status, at(body, "data")], [200, { status: "SUCCESS", testedAt, delegateId }]);
    assert.ok(testedAt >= began && testedAt <= Date.now());
    assert.match(delegateId, /^[\w-]{22}$/);
  });

  it("says a failure with a successful call, as errors and their summary [H94]", async () => {
    const { url } = await registry(wanting("-"));
    connector(url);
    const { status, body } = await test();
    const { testedAt, delegateId } = Object(at(body, "data"));
    assert.deepEqual([status, at(body, "status")], [200, "SUCCESS"]);
    assert.deepEqual(at(body, "data"), {
      status: "FAILURE",
      errors: [{ reason: "The given credentials may be invalid", message: WRONG_LOGIN, code: 500 }],
      errorSummary: "Please ensure that connector hub is valid and using the correct Credentials.",
      testedAt,
      delegateId,
    });
  });

  it("says it as an error when so switched: hints first, the root cause last [H95]", async () => {
    site.emulator.set({ testFailure: "error" });
    connector(`http://127.0.0.1:${await freePort()}`);
    const reply = await test();
    const hint = "Please ensure if port is opened on host. Check firewall rules between the delegate and host.";
    assert.deepEqual(refusalOf(reply), [400, "HINT", hint]);
    assert.deepEqual([at(reply.body, "status"), at(reply.body, "data")], ["ERROR", undefined]);
    assert.match(String(at(reply.body, "correlationId")), /^[0-9a-f-]{36}$/);
    const codes = [0, 1, 2].map((index) => at(reply.body, `responseMessages.${index}.code`));
    assert.deepEqual(codes, ["HINT", "EXPLANATION", "INVALID_REQUEST"]);
    assert.equal(at(reply.body, "responseMessages.2.message"), "Connection refused");
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    assert.equal(verdictOf(await test()), "SUCCESS");
  });

  it("notes the outcome in the connector, in both forms [H38] [H95]", async () => {
    const noted = async () => Object(at((await site.api.get("/ng/api/connectors/hub")).body, "data.status"));
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    await test();
    const good = await noted();
    assert.deepEqual([good.status, good.errorSummary, good.errors], ["SUCCESS", null, null]);
    assert.equal(good.lastConnectedAt, good.testedAt);
    site.emulator.putSecret({ identifier: "password", value: "wrong" });
    for (const testFailure of ["200", "error"] as const) {
      site.emulator.set({ testFailure });
      await test();
      const bad = await noted();
      assert.deepEqual([bad.status, bad.errors[0].message], ["FAILURE", WRONG_LOGIN]);
      assert.ok(bad.testedAt >= good.testedAt);
      assert.equal(bad.lastConnectedAt, good.lastConnectedAt, "when it worked last");
    }
  });

  it("refuses the test of a missing connector, in its own scope [H96]", async () => {
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    const words = "No connector found with identifier nothing";
    const missing = await site.api.post(testOf("nothing"), {});
    assert.deepEqual(refusalOf(missing), [400, "CONNECTOR_NOT_FOUND_EXCEPTION", words]);
    const inOrg = await site.api.post(testOf("hub"), {}, { orgIdentifier: "default" });
    assert.equal(refusalOf(inOrg)[1], "CONNECTOR_NOT_FOUND_EXCEPTION");
  });

  it("takes no body as well as an empty object, and nothing that is no JSON [H94]", async () => {
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    assert.equal(verdictOf(await site.api.call("POST", testOf("hub"))), "SUCCESS");
    assert.equal(verdictOf(await test()), "SUCCESS");
    const broken = await site.api.call("POST", testOf("hub"), undefined, {
      raw: "{",
      headers: { "content-type": "application/json" },
    });
    assert.equal(broken.status, 400);
    assert.equal((await site.api.get(testOf("hub"))).status, 405);
    assert.equal((await new Calls(site.emulator, "pat.a.b.c").post(testOf("hub"), {})).status, 401);
  });

  it("takes at least as long as the switch says [H98]", async () => {
    const { url } = await registry(wanting(RIGHT));
    connector(url);
    site.emulator.set({ testDurationMs: 250 });
    const began = performance.now();
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.ok(performance.now() - began >= 245);
  });

  it("has run to its end, or not at all, when a fault takes the answer", async () => {
    const { url, visits } = await registry(wanting(RIGHT));
    connector(url);
    site.emulator.set({ statusDelayMs: 60_000 });
    const status = () => site.emulator.connectors()[0]?.status;
    for (const [drop, noted] of [
      ["before", undefined],
      ["after", "SUCCESS"],
    ] as const) {
      site.emulator.inject({ drop, match: { path: "testConnection" } });
      await assert.rejects(test());
      assert.deepEqual([visits.length, status()], [noted === undefined ? 0 : 2, noted]);
    }
  });

  it("notes nothing in a connector that is gone when the test ends", async () => {
    const { url } = await registry((request, response) => {
      site.emulator.deleteConnector({}, "hub");
      wanting(RIGHT)(request, response);
    });
    connector(url);
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.deepEqual(site.emulator.connectors(), []);
  });
});
