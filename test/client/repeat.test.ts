import assert from "node:assert/strict";
import type { endpoints } from "../../provider/client/endpoints";
import { until } from "./fake-clock";
import { callOf, closeAfterEach, connect, fault, linesOf, OK, RESET, type Reply, serve } from "./support";

type Name = keyof typeof endpoints;
const PAGE = "<html></html>";
const CUT = '{"status":"SUCC';

describe("how often a call is sent when the answer stays the same", () => {
  closeAfterEach();

  // read, idempotent, create
  const table: ReadonlyArray<[string, Reply, readonly [number, number, number]]> = [
    ["200", OK, [1, 1, 1]],
    ["200 cut off", { status: 200, body: CUT }, [4, 1, 1]],
    ["200 HTML", { status: 200, body: PAGE }, [4, 1, 1]],
    ["200 empty", { status: 200 }, [4, 1, 1]],
    ["302", { status: 302, headers: { location: "/x" } }, [1, 1, 1]],
    ["400", fault(400, "INVALID_REQUEST", "no"), [1, 1, 1]],
    ["400 HTML", { status: 400, body: PAGE }, [1, 1, 1]],
    ["401", fault(401, "INVALID_TOKEN", "no"), [1, 1, 1]],
    ["403", fault(403, "NG_ACCESS_DENIED", "no"), [1, 1, 1]],
    ["404", fault(404, "ENTITY_NOT_FOUND", "no"), [1, 1, 1]],
    ["404 HTML", { status: 404, body: PAGE }, [1, 1, 1]],
    ["408", { status: 408, body: {} }, [1, 1, 1]],
    ["409", { status: 409, body: {} }, [1, 1, 1]],
    ["500", fault(500, "UNKNOWN_ERROR", "no"), [4, 4, 1]],
    ["501", fault(501, "UNKNOWN_ERROR", "no"), [1, 1, 1]],
    ["502 HTML", { status: 502, body: PAGE }, [4, 4, 1]],
    ["503", fault(503, "UNAVAILABLE_DELEGATES", "no"), [4, 4, 1]],
    ["503 text", { status: 503, body: "no healthy upstream" }, [4, 4, 1]],
    ["504 empty", { status: 504 }, [4, 4, 1]],
    ["a broken connection", RESET, [4, 4, 1]],
  ];
  const calls: readonly Name[] = ["listConnectors", "updateConnector", "createConnector"];
  for (const [title, reply, expected] of table) {
    it(`${title}: read ${expected[0]}, idempotent ${expected[1]}, create ${expected[2]}`, async () => {
      const found: number[] = [];
      for (const name of calls) {
        const server = await serve(reply);
        await connect(server.url).ask(name).catch(() => undefined); // biome-ignore format: one line
        found.push(server.seen.length);
      }
      assert.deepEqual(found, expected);
    });
  }

  it("and a repeat that succeeds is a success", async () => {
    const server = await serve(fault(500, "X", "no"), { status: 502, body: PAGE }, RESET, OK);
    assert.equal(await connect(server.url).ask("updateConnector"), "done");
  });
});

describe("the waits between attempts", () => {
  closeAfterEach();

  it("grow, and are told once the call has lasted two seconds", async () => {
    const server = await serve({ status: 502, body: PAGE });
    const { failure, clock, notices } = connect(server.url, { random: () => 0.999 });
    await failure();
    assert.equal(Math.round(clock.now()), 3_497); // 0.999 * (500 + 1000 + 2000)
    const reason = "HTTP 502 came with an HTML page, which is not an answer of the Harness API";
    assert.deepEqual(notices, [`do it to docker_hub: ${reason}; trying again in 2 s`]);
  });

  it("are as long as a failing server asks for, at most a minute, and told every ten seconds", async () => {
    const busy: Reply = { status: 503, body: { status: "ERROR", code: "X" }, headers: { "retry-after": "25" } };
    const server = await serve(busy, { ...busy, headers: { "retry-after": "3600" } }, OK);
    const { ask, clock, notices } = connect(server.url);
    await ask();
    assert.equal(clock.now(), 85_000);
    const told = notices.map((notice) => /in (\d+) s$/.exec(notice)?.[1]);
    assert.deepEqual(told, ["25", "15", "5", "60", "50", "40", "30", "20", "10"]);
  });
});

describe("an error after several attempts", () => {
  closeAfterEach();

  it("is uncertain when an earlier attempt may have been applied, whatever the last one says", async () => {
    const server = await serve({ status: 502, body: PAGE }, fault(400, "INVALID_REQUEST", "No such connector found"));
    const error = await connect(server.url).failure("deleteConnector");
    assert.deepEqual(linesOf(error, server), [
      "cannot do it to docker_hub: Harness refused the request; 2 attempts were made, and one may have been applied all the same. [REFUSED]",
      "  Harness said: No such connector found (HTTP 400, INVALID_REQUEST, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ]);
    assert.equal(error.uncertain, true);
  });

  it("is certain when every attempt was refused before it could be applied", async () => {
    const server = await serve({ status: 429 }, fault(400, "INVALID_REQUEST", "no"));
    const error = await connect(server.url).failure("createConnector");
    assert.deepEqual([error.code, error.uncertain, server.seen.length], ["REFUSED", false, 2]);
  });
});

describe("throttling", () => {
  closeAfterEach();

  const throttles: ReadonlyArray<[string, Reply]> = [
    ["HTTP 429 without a body", { status: 429 }],
    ["HTTP 429 with a page", { status: 429, body: PAGE }],
    ["HTTP 429 cut off", { status: 429, body: CUT }],
    ["HTTP 400 with the code TOO_MANY_REQUESTS", fault(400, "TOO_MANY_REQUESTS", "slow down")],
  ];
  for (const [title, reply] of throttles) {
    it(`${title}: even a create waits and is repeated`, async () => {
      const server = await serve(reply, reply, OK);
      const { ask, clock } = connect(server.url);
      assert.equal(await ask("createConnector"), "done");
      assert.deepEqual([server.seen.length, clock.now()], [3, 15_000]);
    });
  }

  const headers: ReadonlyArray<[string, number]> = [
    ["7", 7_000],
    ["Thu, 01 Jan 2026 00:00:20 GMT", 20_000],
    ["9999", 120_000],
    ["0", 1_000],
    ["nonsense", 5_000],
  ];
  for (const [value, expected] of headers) {
    it(`Retry-After: ${value} pauses ${expected / 1000} s`, async () => {
      const server = await serve({ status: 429, headers: { "retry-after": value } }, OK);
      const { ask, clock } = connect(server.url);
      await ask("createConnector");
      assert.equal(clock.now(), expected);
    });
  }

  it("pauses all requests of the client, also those that had not started", async () => {
    const held: Array<() => void> = [];
    const hold: Reply = (response) => held.push(() => response.writeHead(429).end());
    const server = await serve(hold, hold, OK);
    const { client, clock, notices } = connect(server.url);
    const first = [1, 2].map(() => client.request(callOf("createConnector")));
    await until(() => held.length === 2);
    held[0]?.();
    await until(() => notices.length === 1);
    const later = [1, 2, 3].map(() => client.request(callOf("getConnector")));
    held[1]?.();
    await until(() => clock.waits === 1);
    await clock.advance(4_999);
    assert.equal(server.seen.length, 2);
    await clock.advance(1);
    assert.deepEqual(await Promise.all([...first, ...later]), ["done", "done", "done", "done", "done"]);
    assert.deepEqual([server.seen.length, clock.now()], [7, 5_000]);
    assert.deepEqual(notices, [
      "Harness is throttling (too many requests), so all requests pause: 1 request waits, the next one for 5 s more.",
    ]);
  });

  it("that does not end is an error after five minutes", async () => {
    const server = await serve({ status: 429 });
    const { failure, clock } = connect(server.url);
    const error = await failure("createConnector");
    assert.deepEqual(linesOf(error, server), [
      "cannot do it to docker_hub: Harness keeps answering that there are too many requests; 8 attempts were made. [RATE_LIMITED]",
      "  The answer: HTTP 429",
      "  Next: Run again in some minutes. The limit is counted per API key, whoever uses it: lower harness:requestsPerMinute, or give this stack a key of its own.",
    ]);
    assert.deepEqual([error.uncertain, clock.now()], [false, 255_000]);
  });

  it("does not use up the attempts of a read", async () => {
    const slow: Reply = { status: 429, headers: { "retry-after": "1" } };
    const server = await serve(
      slow,
      slow,
      slow,
      slow,
      slow,
      { status: 502 },
      { status: 502 },
      slow,
      { status: 502 },
      OK,
    );
    assert.equal(await connect(server.url).ask(), "done");
  });

  it("that begins again later pauses shortly again", async () => {
    const server = await serve({ status: 429 }, { status: 429 }, OK, { status: 429 }, OK);
    const { ask, clock } = connect(server.url);
    await ask();
    assert.equal(clock.now(), 15_000);
    await ask();
    assert.equal(clock.now(), 20_000);
  });
});

describe("the rate limit", () => {
  closeAfterEach();

  it("counts every attempt, repeats included", async () => {
    const server = await serve({ status: 502 }, { status: 502 }, OK);
    const { ask, clock } = connect(server.url, { requestsPerMinute: 2 });
    await ask();
    assert.equal(clock.now(), 60_500);
  });
});
