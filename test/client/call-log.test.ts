import assert from "node:assert/strict";
import { until } from "./fake-clock";
import { callOf, closeAfterEach, connect, failureOf, fault, OK, RESET, STALL, serve } from "./support";

describe("the debug log", () => {
  closeAfterEach();

  it("has a line for each attempt: method, path without query, outcome, milliseconds, attempt, correlation id", async () => {
    const server = await serve({ status: 502 }, fault(500, "X", "no"), RESET, OK);
    const { client, clock, log } = connect(`${server.url}/gateway`);
    await clock.run(client.request({ ...callOf("getConnector"), query: { orgIdentifier: "o" } }));
    const path = "harness: GET /gateway/ng/api/connectors/docker_hub";
    assert.deepEqual(log, [
      `${path}: 502, 0 ms, attempt 1`,
      `${path}: 500, 0 ms, attempt 2, correlation id corr-1`,
      log[2]?.includes("ECONNRESET")
        ? `${path}: ECONNRESET, 0 ms, attempt 3`
        : `${path}: UND_ERR_SOCKET, 0 ms, attempt 3`,
      `${path}: 200, 0 ms, attempt 4, correlation id corr-ok`,
    ]);
  });

  it("tells how long an attempt took that came to no end", async () => {
    const server = await serve(STALL);
    const { client, clock, log } = connect(server.url);
    const failed = failureOf(client.request({ ...callOf("createConnector"), timeoutMs: 1_500 }));
    await until(() => server.seen.length === 1);
    await clock.advance(1_500);
    await failed;
    assert.deepEqual(log, ["harness: POST /ng/api/connectors: timed-out, 1500 ms, attempt 1"]);
  });

  it("goes to stderr unless told otherwise, and nowhere when it is off", async () => {
    const server = await serve(OK);
    const lines: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
    try {
      await connect(server.url, { log: undefined }).ask();
      await connect(server.url, { log: undefined, debug: false }).ask();
    } finally {
      process.stderr.write = write;
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^harness: GET .*: 200, 0 ms, attempt 1, correlation id corr-ok\n$/);
  });
});

describe("the call summary", () => {
  closeAfterEach();

  it("counts calls, repeats, throttling and waiting by endpoint, also without the debug log", async () => {
    const server = await serve(OK, { status: 429 }, OK, fault(400, "INVALID_REQUEST", "no"), { status: 502 }, OK);
    const { client, ask, failure, log } = connect(server.url, { debug: false });
    await ask("createConnector");
    await ask("createConnector");
    await failure("createConnector");
    await ask("getConnector");
    assert.deepEqual(client.summary().split("\n"), [
      "Harness API: 4 calls, 6 requests",
      "  createConnector: 3 calls, 1 repeated, 0 ms each",
      "  getConnector: 1 call, 1 repeated, 0 ms each",
      "  too many requests: 1; waiting in all: 5.3 s",
    ]);
    assert.deepEqual(log, []);
  });

  it("counts the waiting for the rate limit", async () => {
    const server = await serve(OK);
    const { client, ask } = connect(server.url, { requestsPerMinute: 1 });
    await ask();
    await ask();
    assert.match(client.summary(), /; waiting in all: 60\.5 s$/);
  });
});
