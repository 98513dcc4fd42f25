import assert from "node:assert/strict";
import { CONNECTOR, running, SECRET, SECRET_VALUE } from "./running";

/** The engine calls while other calls are under way, also while `configure` is. */
describe("many calls at once to one plugin process", function () {
  this.timeout(60_000);
  const run = running();
  const names = (count: number) => Array.from({ length: count }, (_, index) => `thing_${index}`);

  it("20 checks sent right after Configure all see the configuration", async () => {
    run.harness.putSecret({ identifier: "registry_key", value: SECRET_VALUE });
    const plugin = await run.configured();
    const checks = names(20).map((identifier, index) =>
      index % 2 === 0
        ? plugin.check({}, run.news("SecretText", { ...SECRET, identifier }, identifier))
        : plugin.check({}, run.news("DockerConnector", { ...CONNECTOR, identifier }, identifier)),
    );
    const answers = await Promise.all(checks);
    for (const { inputs, failures } of answers) {
      assert.deepEqual(failures, []);
      assert.equal(inputs["accountId"], run.harness.accountId);
    }
    assert.ok(run.harness.requests().length > 0);
    assert.deepEqual([plugin.stdout, plugin.stderr], ["", ""]);
  });

  it("calls sent together with Configure, before its answer, see it too", async () => {
    const plugin = await run.plugin();
    const configured = plugin.configureFor(run.harness);
    const checks = names(5).map((identifier) =>
      plugin.check({}, run.news("SecretText", { ...SECRET, identifier }, identifier)),
    );
    await configured;
    for (const { inputs } of await Promise.all(checks)) assert.equal(inputs["accountId"], run.harness.accountId);
  });

  it("40 creates take about as long as one", async () => {
    const plugin = await run.configured({ "harness:preflight": "off" });
    const checked = await Promise.all(
      names(41).map((identifier) =>
        plugin.check(
          {},
          run.news("DockerConnector", { ...CONNECTOR, auth: { type: "Anonymous" }, identifier }, identifier),
        ),
      ),
    );
    const [first, ...others] = checked.map(({ inputs }) => inputs);
    assert.ok(first !== undefined);
    await plugin.create(first);
    run.harness.set({ latencyMs: 200 });
    const began = performance.now();
    const made = await Promise.all(others.map((inputs) => plugin.create(inputs)));
    const ms = performance.now() - began;
    assert.equal(new Set(made.map(({ id }) => id)).size, 40);
    assert.equal(run.harness.connectors().length, 41);
    assert.ok(ms < 2000, `40 creates of 200 ms each took ${Math.round(ms)} ms`);
  });

  it("40 reads at once ask Harness twice", async () => {
    const plugin = await run.configured({ "harness:preflight": "off" });
    const made = await Promise.all(
      names(40).map(async (identifier) => {
        const { inputs } = await plugin.check({}, run.news("SecretText", { ...SECRET, identifier }, identifier));
        return plugin.create(inputs);
      }),
    );
    run.harness.clearRequests();
    const reader = await run.configured();
    const found = await Promise.all(made.map(({ id, outs }) => reader.read(id, outs)));
    assert.deepEqual(
      found.map(({ outs }) => outs),
      made.map(({ outs }) => outs),
    );
    assert.equal(run.harness.requests().length, 2);
  });
});
