import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { omit } from "../../provider/domain/plain";
import { statusOf } from "./plugin";
import { CONNECTOR, running, SECRET, SECRET_VALUE } from "./running";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The package as it is published, in the process that the engine starts. */
describe("the provider in Pulumi's dynamic-provider process", function () {
  this.timeout(60_000);
  const run = running();

  it("is stored in the state as the name of one module", () => {
    const files = {
      DockerConnector: "docker-connector",
      SecretText: "secret-text",
      StageImageOverride: "stage-image-override",
    };
    for (const [type, file] of Object.entries(files)) {
      const text = String(run.installed.resources[type]?.["__provider"]);
      assert.ok(text.includes(`require("pulumi-harness-images/provider/${file}")`), text);
      assert.ok(text.length <= 300, `${text.length} bytes`);
    }
    assert.equal(run.installed.resources["DockerConnector"]?.["__owner"], "acme/images/dev/registry");
  });

  const lives: readonly (readonly ["DockerConnector" | "SecretText", Plain, Plain])[] = [
    ["SecretText", SECRET, { description: "new", value: `${SECRET_VALUE}-2` }],
    [
      "DockerConnector",
      { ...CONNECTOR, auth: { type: "Anonymous" } },
      { description: "new", url: "https://quay.io/a" },
    ],
  ] as const;
  for (const [type, args, change] of lives) {
    it(`takes a ${type} through its life`, async () => {
      const plugin = await run.configured();
      const { inputs, failures } = await plugin.check({}, run.news(type, args));
      assert.deepEqual(failures, []);
      const { id, outs } = await plugin.create(inputs);
      assert.equal(id, args["identifier"]);
      assert.equal(outs["ref"], `account.${args["identifier"]}`);
      assert.deepEqual(await plugin.diff(id, outs, inputs), { changes: false, replaces: [] });
      assert.deepEqual(await plugin.read(id, outs), { id, outs, inputs });
      const later = await plugin.check(inputs, run.news(type, { ...args, ...change }));
      assert.deepEqual(await plugin.diff(id, outs, later.inputs), { changes: true, replaces: [] });
      const updated = await plugin.update(id, outs, later.inputs);
      assert.equal(updated["description"], "new");
      assert.deepEqual(await plugin.read(id, updated), { id, outs: updated, inputs: later.inputs });
      const moved = await plugin.check(later.inputs, run.news(type, { ...args, identifier: "another" }));
      assert.deepEqual(await plugin.diff(id, updated, moved.inputs), { changes: true, replaces: ["identifier"] });
      // The engine deletes in a phase, and so a process, of its own.
      const destroyer = await run.configured();
      await destroyer.delete(id, updated);
      assert.equal((await destroyer.read(id, updated)).id, "");
      await destroyer.delete(id, updated);
      assert.deepEqual([run.harness.connectors(), run.harness.secrets()], [[], []]);
      assert.deepEqual([plugin.stderr, destroyer.stderr], ["", ""]);
    });
  }

  it("takes a StageImageOverride through its life [H127]", async () => {
    const scope = { orgId: run.harness.orgId, projectId: run.harness.projectId };
    const spec = { connectorRef: "account.cluster", namespace: "ci" };
    const infrastructure = { type: "KubernetesDirect", spec };
    const stage = { stage: { identifier: "build", name: "Build", type: "CI", spec: { infrastructure } } };
    const yaml = `# Ours.\n${JSON.stringify({ pipeline: { identifier: "checkout", name: "Checkout", stages: [stage] } })}\n`;
    run.harness.putPipeline({ scope, yaml });
    const args = { ...scope, pipelineIdentifier: "checkout", stageIdentifier: "build", connectorRef: "account.mirror" };
    run.harness.putConnector({ identifier: "mirror", spec: { dockerRegistryUrl: "https://mirror.example.com" } });
    const plugin = await run.configured();
    const { inputs, failures } = await plugin.check({}, run.news("StageImageOverride", args));
    assert.deepEqual(failures, []);
    const { id, outs } = await plugin.create(inputs);
    assert.equal(id, "default/demo/checkout/build");
    assert.match(run.harness.pipelineYaml(scope, "checkout") ?? "", /"harnessImageConnectorRef": "account\.mirror"/);
    assert.deepEqual(await plugin.diff(id, outs, inputs), { changes: false, replaces: [] });
    const reader = await run.configured();
    assert.deepEqual(await reader.read(id, outs), { id, outs, inputs });
    await reader.delete(id, outs);
    assert.equal(run.harness.pipelineYaml(scope, "checkout"), yaml);
    assert.deepEqual([plugin.stderr, reader.stderr], ["", ""]);
  });

  it("hands a secret value over as the engine's own secret, and unknown values as they came", async () => {
    const plugin = await run.configured({}, { REGISTRY_KEY: SECRET_VALUE });
    const { raw } = await plugin.check({}, run.news("SecretText", SECRET));
    assert.ok(!JSON.stringify(omit(raw, ["value"])).includes(SECRET_VALUE));
    assert.deepEqual(Object.keys(Object(raw["value"])), ["4dabf18193072939515e22adb298388d", "value"]);
    const fromEnv = await plugin.check({}, run.news("SecretText", { identifier: "key", valueFromEnv: "REGISTRY_KEY" }));
    assert.ok(!JSON.stringify(fromEnv.raw).includes(SECRET_VALUE));
    const unknown = await plugin.check({}, run.news("SecretText", { identifier: UNKNOWN, value: UNKNOWN }));
    assert.deepEqual(unknown.failures, []);
    assert.equal(unknown.inputs["value"], UNKNOWN);
    assert.equal(unknown.inputs["ref"], UNKNOWN);
  });

  it("reads an environment variable of the process that runs the provider", async () => {
    const plugin = await run.configured({}, { REGISTRY_KEY: SECRET_VALUE });
    const { inputs } = await plugin.check(
      {},
      run.news("SecretText", { identifier: "key", valueFromEnv: "REGISTRY_KEY" }),
    );
    const { outs } = await plugin.create(inputs);
    assert.equal(run.harness.secretValue({}, "key"), SECRET_VALUE);
    assert.ok(!JSON.stringify(outs).includes(SECRET_VALUE));
  });

  it("looks up what is there without managing it, as `get` does", async () => {
    run.harness.putConnector({ identifier: "there", spec: connectorSpec });
    const plugin = await run.configured();
    const { __provider } = run.news("DockerConnector", {});
    const found = await plugin.read("there", { __provider });
    assert.equal(found.outs["url"], "https://mirror.example.com");
    assert.equal(found.inputs, undefined);
    const missing = await statusOf(plugin.read("not_there", { __provider }));
    assert.match(missing.details, /Harness has no connector with the id not_there/);
  });

  it("goes on with a state whose text names the file in dist, as older versions may have written", async () => {
    for (const [type, args] of lives) {
      const news = run.news(type, args);
      const file = type === "SecretText" ? "secret-text" : "docker-connector";
      const old = String(news["__provider"]).replace(
        `pulumi-harness-images/provider/${file}`,
        `pulumi-harness-images/dist/provider/${file}.js`,
      );
      assert.notEqual(old, news["__provider"]);
      const plugin = await run.configured();
      const { inputs } = await plugin.check({}, { ...news, __provider: old });
      const { id, outs } = await plugin.create(inputs);
      assert.equal(outs["__provider"], old);
      const refreshed = await plugin.read(id, outs);
      assert.equal(refreshed.id, id);
      const present = await plugin.check(inputs, news);
      assert.deepEqual(await plugin.diff(id, outs, present.inputs), { changes: false, replaces: [] });
      await (await run.configured()).delete(id, outs);
    }
    assert.deepEqual([run.harness.connectors(), run.harness.secrets()], [[], []]);
  });

  it("belongs to the account of an explicit provider, whatever account the environment names", async () => {
    const plugin = await run.configured({ "harness:explicit": "true" }, { HARNESS_ACCOUNT_ID: "another" });
    const { inputs, failures } = await plugin.check({}, run.news("SecretText", SECRET));
    assert.deepEqual(failures, []);
    assert.equal(inputs["accountId"], run.harness.accountId);
  });
});

const connectorSpec: Plain = {
  dockerRegistryUrl: "https://mirror.example.com",
  providerType: "Other",
  auth: { type: "Anonymous" },
  executeOnDelegate: false,
};
