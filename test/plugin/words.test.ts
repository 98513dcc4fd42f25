import assert from "node:assert/strict";
import type { Plugin } from "./plugin";
import { statusOf } from "./plugin";
import { CONNECTOR, running, SECRET, SECRET_VALUE } from "./running";

const UNKNOWN_STATUS = 2;

/** What the engine, and so the user, is told. */
describe("what a plugin process says", function () {
  this.timeout(60_000);
  const run = running();
  const blind = { "harness:preflight": "off" };
  const anonymous = { ...CONNECTOR, auth: { type: "Anonymous" } };

  /** Nothing on either stream that helps nobody, or that nobody may read. */
  function assertClean(plugin: Plugin): void {
    const written = plugin.stdout + plugin.stderr;
    assert.doesNotMatch(written, /^ +at .*[:(]/m, "a stack");
    for (const secret of [SECRET_VALUE, run.harness.platformApiKey, run.harness.platformApiKey.split(".").at(-1)]) {
      assert.ok(secret !== undefined && !written.includes(secret), `a secret in ${written}`);
    }
  }

  it("the whole message of a failed create, over several lines, as the status of the call", async () => {
    const spec = {
      dockerRegistryUrl: "https://mirror.example.com",
      providerType: "Other",
      auth: { type: "Anonymous" },
    };
    run.harness.putConnector({ identifier: "registry", name: "Für Builds …", spec });
    const plugin = await run.configured(blind);
    const { inputs } = await plugin.check({}, run.news("DockerConnector", anonymous));
    const { code, details } = await statusOf(plugin.create(inputs));
    assert.equal(code, UNKNOWN_STATUS);
    assert.match(details, /^cannot create DockerConnector "thing" \(connector registry\): it already exists/);
    assert.match(details, /\bname \(there "Für Builds …", wanted "thing"\)/);
    assert.match(details, /\burl[: (]+there "https:\/\/mirror.example.com", wanted "https:\/\/registry.example.com"/);
    assert.match(details, /\[ALREADY_EXISTS\]\n {2}Next: To take it over, write adopt: true/);
    assertClean(plugin);
    assert.equal(plugin.stderr, "");
  });

  it("a failed update likewise, with Harness's own words and the correlation id", async () => {
    const plugin = await run.configured();
    const { inputs } = await plugin.check({}, run.news("SecretText", SECRET));
    const { id, outs } = await plugin.create(inputs);
    run.harness.set({ opaDeny: { message: `no secret like ${SECRET_VALUE}` } });
    const later = await plugin.check(inputs, run.news("SecretText", { ...SECRET, description: "new" }));
    const { code, details } = await statusOf(plugin.update(id, outs, later.inputs));
    assert.equal(code, UNKNOWN_STATUS);
    assert.match(details, /^cannot update SecretText "thing" \(secret registry_key\): denied by policy/);
    assert.match(details, /no secret like \[secret\]/);
    assert.match(details, /correlation id [\w-]+/);
    assertClean(plugin);
  });

  it("a failed read and a failed delete whole too, and without a stack on the terminal", async () => {
    const plugin = await run.configured();
    const { inputs } = await plugin.check({}, run.news("SecretText", SECRET));
    const { id, outs } = await plugin.create(inputs);
    run.harness.revokeToken(run.harness.platformApiKey);
    const later = await run.configured();
    const { details: read } = await statusOf(later.read(id, outs));
    assert.match(read, /^cannot read SecretText "thing" .*CREDENTIALS_REJECTED.*\n {2}Next: .*--run-program/s);
    const { details: remove } = await statusOf(later.delete(id, outs));
    assert.match(remove, /^cannot delete SecretText "thing" .*CREDENTIALS_REJECTED/);
    assertClean(later);
    assert.ok(later.stderr.length < 300, later.stderr);
  });

  it("everything that is wrong in check, none of it by a property, and no value", async () => {
    const plugin = await run.configured();
    const wrong = { ...SECRET, valueFromEnv: "NOT_SET", identifier: "not allowed", vlaue: SECRET_VALUE };
    const { failures } = await plugin.check({}, run.news("SecretText", wrong));
    assert.ok(failures.length >= 3, JSON.stringify(failures));
    for (const [property, reason] of failures) {
      assert.equal(property, "");
      assert.ok(!reason.includes(SECRET_VALUE), reason);
    }
    assert.deepEqual(failures.filter(([, reason]) => reason.includes("did you mean value?")).length, 1);
    assertClean(plugin);
    assert.equal(plugin.stderr, "");
  });

  it("a missing key and a wrong account are failures of check, not of the process", async () => {
    const plugin = await run.plugin();
    await plugin.configure({ "harness:endpoint": run.harness.endpoint, "harness:apiKey": "firstgen" });
    const first = await plugin.check({}, run.news("SecretText", SECRET));
    assert.match(first.failures[0]?.[1] ?? "", /only harness:apiKey is set.*FirstGen.*\[CONFIGURATION\]/);
    const other = await run.configured();
    const news = run.news("SecretText", SECRET);
    const mismatch = await other.check({ ...news, accountId: "former" }, news);
    assert.match(mismatch.failures[0]?.[1] ?? "", /belongs to Harness account former, but account/);
    for (const process of [plugin, other]) assertClean(process);
  });

  it("a notice on stdout, in one line that names the resource, once however often it is true", async () => {
    const plugin = await run.configured();
    const schemeless = { ...anonymous, url: "registry.example.com/images" };
    for (const name of ["one", "two", "one"]) {
      const news = run.news("DockerConnector", { ...schemeless, identifier: name }, name);
      const { failures } = await plugin.check({}, news);
      assert.deepEqual(failures, []);
    }
    const lines = plugin.stdout.trim().split("\n");
    assert.equal(lines.length, 2, plugin.stdout);
    assert.match(lines[0] ?? "", /^harness-images: DockerConnector "one": url has no scheme.*using https:\/\/registry/);
    assert.match(lines[1] ?? "", /^harness-images: DockerConnector "two": /);
    assert.equal(plugin.stderr, "");
  });

  it("a notice that is as true of all resources once, not once each", async () => {
    const plugin = await run.plugin();
    await plugin.configure({ "harness:endpoint": run.harness.endpoint });
    for (const identifier of ["one", "two", "three"]) {
      await plugin.check({}, run.news("DockerConnector", { ...anonymous, identifier }, identifier));
    }
    const lines = plugin.stdout.trim().split("\n");
    assert.equal(lines.length, 1, plugin.stdout);
    assert.match(lines[0] ?? "", /^harness-images: DockerConnector "one": only checked offline/);
  });

  it("nothing at all when all is well", async () => {
    const plugin = await run.configured();
    const { inputs } = await plugin.check({}, run.news("DockerConnector", anonymous));
    const { id, outs } = await plugin.create(inputs);
    await plugin.read(id, outs);
    const end = await plugin.stop("SIGTERM");
    assert.deepEqual([plugin.stdout, plugin.stderr, end.code], ["", "", 0]);
  });
});
