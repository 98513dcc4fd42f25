import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import net from "node:net";
import { DEADLINE_MS, until } from "./fake-clock";
import {
  afterwards,
  callOf,
  closeAfterEach,
  connect,
  failureOf,
  linesOf,
  listen,
  OK,
  type Reply,
  STALL,
  serve,
} from "./support";

const HEAD_ONLY: Reply = (response) => {
  response.writeHead(200);
  response.flushHeaders();
};
const HALF_A_BODY: Reply = (response) => {
  response.writeHead(200);
  response.write('{"status":');
};

describe("an attempt ends at its deadline", () => {
  closeAfterEach();

  const stalls: ReadonlyArray<[string, Reply, string, string]> = [
    ["when no answer comes", STALL, "the request was sent but no answer came", ""],
    ["when the head comes and then nothing", HEAD_ONLY, "the answer began but did not end", "  The answer: HTTP 200"],
    ["when the body stops in the middle", HALF_A_BODY, "the answer began but did not end", "  The answer: HTTP 200"],
  ];
  for (const [title, reply, what, answer] of stalls) {
    it(`${title}; a create may have been applied and is not repeated`, async () => {
      const server = await serve(reply);
      const { client, clock } = connect(server.url);
      const heads = countHeads();
      const request = client.request({ ...callOf("createConnector"), timeoutMs: 2_500 });
      const failed = failureOf(request);
      await until(() => server.seen.length === 1);
      if (answer !== "") await until(() => heads.count === 1);
      await clock.advance(2_499);
      assert.equal(clock.waits, 1);
      await clock.advance(1);
      const error = await failed;
      assert.deepEqual(linesOf(error, server), [
        `cannot do it to docker_hub: within 2.5 s ${what}, and it may have been applied all the same. [TIMED_OUT]`,
        ...(answer === "" ? [] : [answer]),
        "  Next: Run again. If Harness is slow for you, raise harness:requestTimeoutSeconds.",
      ]);
      assert.deepEqual([error.uncertain, clock.waits, server.seen.length], [true, 0, 1]);
    });
  }

  it("when no connection is made; then nothing was sent, and even a create is tried again", async () => {
    let connections = 0;
    const port = await listen(net.createServer(() => (connections += 1))); // never says a word of TLS
    const { client, clock } = connect(`https://127.0.0.1:${port}`);
    const failed = failureOf(client.request(callOf("createConnector")));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await until(() => connections === attempt && clock.waits === 1);
      await clock.advance(DEADLINE_MS);
      await clock.advance(8_000);
    }
    const error = await failed;
    assert.deepEqual(linesOf(error, { host: `127.0.0.1:${port}` }), [
      "cannot do it to docker_hub: within 1000 s no connection was made to HOST; 4 attempts were made. [TIMED_OUT]",
      "  Next: Check harness:endpoint (HOST) and the network. If Harness is slow for you, raise harness:requestTimeoutSeconds.",
    ]);
    assert.equal(error.uncertain, false);
  });

  it("and its connection is broken: the server does not go on for nobody", async () => {
    const broken = { count: 0 };
    const server = await serve((response) => {
      response.socket?.on("close", () => {
        broken.count += 1;
      });
    });
    const { client, clock } = connect(server.url);
    const failed = failureOf(client.request({ ...callOf("createConnector"), timeoutMs: 10 }));
    await until(() => server.seen.length === 1);
    await clock.advance(10);
    await failed;
    await until(() => broken.count === 1);
    assert.equal(broken.count, 1);
  });

  it("and a refusal whose body never ends is still not uncertain", async () => {
    const server = await serve((response) => {
      response.writeHead(400);
      response.flushHeaders();
    });
    const heads = countHeads();
    const { client, clock } = connect(server.url);
    const failed = failureOf(client.request({ ...callOf("createConnector"), timeoutMs: 10 }));
    await until(() => heads.count === 1);
    await clock.advance(10);
    const error = await failed;
    assert.deepEqual([error.code, error.uncertain, error.answer.status], ["TIMED_OUT", false, 400]);
  });

  it("and a read is then tried again", async () => {
    const server = await serve(STALL, OK);
    const { client, clock, notices } = connect(server.url);
    const result = client.request(callOf("getConnector"));
    await until(() => server.seen.length === 1);
    await clock.advance(DEADLINE_MS);
    assert.equal(await clock.run(result), "done");
    assert.deepEqual(notices, [
      "do it to docker_hub: within 1000 s the request was sent but no answer came; trying again in 1 s",
    ]);
  });

  it("which does not run while the request waits for its turn", async () => {
    const server = await serve(OK);
    const { client, clock } = connect(server.url, { requestsPerMinute: 1, requestTimeoutMs: 5_000 });
    await client.request(callOf("getConnector"));
    const second = client.request(callOf("getConnector"));
    await clock.advance(60_499);
    assert.equal(server.seen.length, 1);
    await clock.advance(1);
    assert.equal(await second, "done");
  });
});

describe("cancelling", () => {
  closeAfterEach();

  it("ends a request in flight at once; a create may have been applied", async () => {
    const server = await serve(STALL);
    const run = new AbortController();
    const { client, clock } = connect(server.url, { signal: run.signal });
    const failed = failureOf(client.request(callOf("createConnector")));
    await until(() => server.seen.length === 1);
    run.abort();
    const error = await failed;
    assert.deepEqual(linesOf(error, server), [
      "cannot do it to docker_hub: the run was cancelled, and it may have been applied all the same. [CANCELLED]",
      "  Next: Run again when you are ready: what was done so far is kept.",
    ]);
    assert.deepEqual([error.uncertain, clock.waits], [true, 0]);
  });

  it("ends the wait for the rate limit, sending nothing", async () => {
    const server = await serve(OK);
    const run = new AbortController();
    const { client, clock } = connect(server.url, { requestsPerMinute: 1 });
    await client.request(callOf("getConnector"));
    const failed = failureOf(client.request({ ...callOf("createConnector"), signal: run.signal }));
    run.abort();
    const error = await failed;
    assert.deepEqual([error.code, error.uncertain, clock.waits, server.seen.length], ["CANCELLED", false, 0, 1]);
  });

  it("ends a pause after throttling", async () => {
    const server = await serve({ status: 429 });
    const run = new AbortController();
    const { client, clock } = connect(server.url, { signal: run.signal });
    const failed = failureOf(client.request(callOf("createConnector")));
    await until(() => server.seen.length === 1 && clock.waits === 1);
    run.abort();
    assert.deepEqual([(await failed).code, clock.waits, server.seen.length], ["CANCELLED", 0, 1]);
  });

  it("ends the wait before a repeat, and remembers that an attempt may have been applied", async () => {
    const server = await serve({ status: 502 });
    const run = new AbortController();
    const { client, clock } = connect(server.url);
    const failed = failureOf(client.request({ ...callOf("updateConnector"), signal: run.signal }));
    await until(() => server.seen.length === 1 && clock.waits === 1);
    run.abort();
    const error = await failed;
    assert.deepEqual([error.code, error.uncertain, clock.waits], ["CANCELLED", true, 0]);
  });

  it("before the first request sends nothing", async () => {
    const server = await serve(OK);
    const { failure } = connect(server.url, { signal: AbortSignal.abort() });
    assert.deepEqual([(await failure()).code, server.seen.length], ["CANCELLED", 0]);
  });

  it("ends a handler's own wait, which else ends in time", async () => {
    const run = new AbortController();
    const { client, clock } = connect("http://127.0.0.1:1", { signal: run.signal });
    const before = client.now();
    const slept = client.sleep(3_000, "look again for docker_hub");
    await clock.advance(2_999);
    assert.equal(clock.waits, 1);
    await clock.advance(1);
    await slept;
    assert.equal(client.now() - before, 3_000);
    const failed = failureOf(client.sleep(3_000, "look again for docker_hub"));
    run.abort();
    const error = await failed;
    assert.deepEqual(linesOf(error, { host: "none" }), [
      "cannot look again for docker_hub: the run was cancelled. [CANCELLED]",
      "  Next: Run again when you are ready: what was done so far is kept.",
    ]);
    assert.equal(clock.waits, 0);
  });

  it("is what closing the client does to all its calls", async () => {
    const server = await serve(STALL);
    const { client } = connect(server.url, { requestsPerMinute: 2 });
    const calls = [1, 2, 3].map(() => failureOf(client.request(callOf("getConnector"))));
    await until(() => server.seen.length === 2);
    await client.close();
    const errors = await Promise.all(calls);
    assert.deepEqual(errors.map((error) => error.code), ["CANCELLED", "CANCELLED", "CANCELLED"]); // biome-ignore format: one line
    assert.equal((await failureOf(client.request(callOf("getConnector")))).code, "CANCELLED");
  });

  it("listens to a signal once, however many calls there are", async () => {
    const server = await serve(OK);
    const run = new AbortController();
    const counted = countListeners(run.signal);
    const { client, ask } = connect(server.url, { signal: run.signal });
    for (let call = 0; call < 20; call += 1) await ask();
    assert.equal(counted(), 1);
    await client.close();
    assert.equal(counted(), 0);
  });

  it("stops listening to the signal of a call when the call has ended", async () => {
    const server = await serve(OK);
    const call = new AbortController();
    const counted = countListeners(call.signal);
    const { client } = connect(server.url);
    await client.request({ ...callOf("getConnector"), signal: call.signal });
    assert.equal(counted(), 0);
  });
});

/** Counts the heads of answers that have arrived. */
function countHeads(): { readonly count: number } {
  const heads = { count: 0 };
  const count = () => {
    heads.count += 1;
  };
  subscribe("undici:request:headers", count);
  afterwards(() => void unsubscribe("undici:request:headers", count));
  return heads;
}

function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: () => void, options?: object) => {
    count += 1;
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: () => void) => {
    count -= 1;
    remove(type, listener);
  };
  return () => count;
}
