import assert from "node:assert/strict";
import type { Plugin } from "./plugin";
import { statusOf } from "./plugin";
import { CONNECTOR, running, SECRET, SECRET_VALUE, until } from "./running";

/** How a plugin process ends: the engine sends a signal, waits five seconds, and kills. */
describe("the end of a plugin process", function () {
  this.timeout(60_000);
  const run = running();
  const anonymous = { ...CONNECTOR, auth: { type: "Anonymous" } };

  async function used(more = {}, env = {}): Promise<Plugin> {
    const plugin = await run.configured(more, env);
    const { inputs } = await plugin.check({}, run.news("DockerConnector", anonymous));
    await plugin.create(inputs);
    return plugin;
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`comes within a second of ${signal} when nothing is under way`, async () => {
      const plugin = await used();
      const { code, ms } = await plugin.stop(signal);
      assert.equal(code, 0);
      assert.ok(ms < 1000, `it took ${Math.round(ms)} ms`);
      assert.deepEqual([plugin.stdout, plugin.stderr], ["", ""]);
    });

    it(`tells after ${signal} what was called, when HARNESS_LOG is debug, on stderr and without a secret`, async () => {
      const plugin = await used({}, { HARNESS_LOG: "debug" });
      const { inputs } = await plugin.check({}, run.news("SecretText", SECRET, "key"));
      await plugin.create(inputs);
      const lines = () => plugin.stderr.split("\n").filter((line) => line.startsWith("harness: "));
      await until(() => lines().length === run.harness.requests().length);
      for (const line of lines()) {
        // The listing of delegates has no correlation id. [H101]
        const ends = line.includes("listDelegates") ? /attempt 1$/ : /attempt 1, correlation id [\w-]+$/;
        assert.match(line, /^harness: (GET|POST) \/\S+: \d{3}, \d+ ms, attempt 1/);
        assert.match(line, ends);
      }
      await plugin.stop(signal);
      assert.match(plugin.stderr, /^Harness API: \d+ calls, \d+ requests\n/m);
      assert.match(plugin.stderr, /^ {2}createConnector: 1 call, \d+ ms each\n/m);
      assert.match(plugin.stderr, /^ {2}too many requests: 0; waiting in all: 0\.0 s\n/m);
      for (const secret of [SECRET_VALUE, run.harness.platformApiKey.split(".").at(-1) ?? ""]) {
        assert.ok(!plugin.stderr.includes(secret));
      }
      assert.equal(plugin.stdout, "");
    });

    it(`in the middle of a write, after ${signal}, is an orderly one, and the next run finds what was written`, async () => {
      const plugin = await run.configured({ "harness:preflight": "off" });
      const { inputs } = await plugin.check({}, run.news("DockerConnector", anonymous));
      run.harness.inject({ delayMs: 400, match: { method: "POST" } });
      const status = statusOf(plugin.create(inputs));
      await until(() => run.harness.connectors().length === 1);
      const { code, ms } = await plugin.stop(signal);
      assert.equal(code, 0);
      assert.ok(ms < 1000, `it took ${Math.round(ms)} ms`);
      assert.doesNotMatch(plugin.stderr, /unhandled|Error|^ +at /im);
      assert.equal((await status).code === 0, false);
      const next = await run.configured();
      const again = await next.check({}, run.news("DockerConnector", anonymous));
      assert.deepEqual(again.failures, []);
      const { id, outs } = await next.create(again.inputs);
      assert.equal(run.harness.connectors().length, 1);
      await (await run.configured()).delete(id, outs);
      assert.deepEqual(run.harness.connectors(), []);
    });
  }

  it("while a call waits for its turn after a 429 does not wait for it", async () => {
    const plugin = await run.configured({ "harness:preflight": "off" });
    const { inputs } = await plugin.check({}, run.news("DockerConnector", anonymous));
    run.harness.inject({ rateLimit: {}, times: Number.POSITIVE_INFINITY });
    const status = statusOf(plugin.create(inputs));
    await until(() => run.harness.requests().length === 1);
    const { code, ms } = await plugin.stop("SIGTERM");
    assert.equal(code, 0);
    assert.ok(ms < 1000, `it took ${Math.round(ms)} ms`);
    assert.doesNotMatch(plugin.stderr, /unhandled|^ +at /im);
    await status;
    assert.deepEqual(run.harness.connectors(), []);
  });

  it("of a process that was never used, or only asked offline, is as quick", async () => {
    const unused = await run.plugin();
    assert.ok((await unused.stop("SIGTERM")).ms < 1000);
    const offline = await run.configured({ "harness:preflight": "off" });
    await offline.check({}, run.news("DockerConnector", anonymous));
    const { code, ms } = await offline.stop("SIGTERM");
    assert.equal(code, 0);
    assert.ok(ms < 1000, `it took ${Math.round(ms)} ms`);
  });
});
