import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { failure, lifeOf, mistakes } from "./contract/life";
import { connector, writes } from "./resources";

/** What is true of Docker connectors beyond the life of every object. */
describe("DockerConnector", () => {
  const life = lifeOf(connector, {});
  const spec = (identifier = "registry"): Plain => Object(life.kept(identifier)["spec"]);
  const extra = { proxy: true, ignoreTestConnection: false, futureKey: { deep: ["kept"] } };

  it("spec keys this resource does not know are carried through updates unchanged [H30] [H67]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.editConnector({}, "registry", (there) => Object.assign(there.spec, extra));
    assert.deepEqual(await engine.refresh(made), made);
    await engine.up(life.args({ ...connector.changed }), made);
    const { proxy, ignoreTestConnection, futureKey } = spec();
    assert.deepEqual({ proxy, ignoreTestConnection, futureKey }, extra);
    assert.equal(spec()["dockerRegistryUrl"], "https://quay.io/acme");
  });

  it("they are carried through an adoption, and through giving it back", async () => {
    connector.other(life.harness, { scope: {}, identifier: "registry" });
    life.harness.editConnector({}, "registry", (there) => Object.assign(there.spec, extra));
    const before = life.kept();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    const { proxy, ignoreTestConnection, futureKey } = spec();
    assert.deepEqual({ proxy, ignoreTestConnection, futureKey }, extra);
    await engine.destroy(taken);
    assert.deepEqual(life.kept(), before);
  });

  it("a user name kept in a secret makes no difference either [H63] [H70]", async () => {
    life.harness.putSecret({ identifier: "user", value: "robot" });
    for (const unset of ["null", "absent", "empty"] as const) {
      life.harness.set({ unset });
      const auth = { type: "UsernamePassword", usernameRef: "account.user", passwordRef: "account.registry_password" };
      const engine = life.engine();
      const made = await engine.up(life.args({ auth, identifier: `registry_${unset}` }));
      assert.deepEqual(await engine.refresh(made), made);
    }
  });

  it("a URL without scheme gets https, with one notice, and is no difference afterwards [H122]", async () => {
    const engine = life.engine();
    const args = life.args({ url: "gcr.io/gcr-prod", tags: { a: "b" } });
    const made = await engine.up(args);
    assert.equal(spec()["dockerRegistryUrl"], "https://gcr.io/gcr-prod");
    assert.equal(engine.said.filter((line) => line.includes("no scheme")).length, 2, "once in each phase");
    life.harness.clearRequests();
    assert.equal((await engine.preview(args, made)).diff?.changes, false);
    assert.deepEqual(life.harness.requests(), []);
  });

  it("the connector every build of the account depends on is refused, by identifier and by name [H113]", async () => {
    for (const args of [{ identifier: "harnessImage" }, { identifier: undefined, name: "harnessImage" }]) {
      const error = await mistakes(life.engine().preview(life.args(args)));
      assert.match(error.message, /the connector all builds of the account pull Harness's images through/);
    }
    const inside = await life.engine().preview(life.args({ identifier: "harnessImage", orgId: "default" }));
    assert.equal(inside.inputs["ref"], "org.harnessImage");
  });

  it("a delete that Harness answers with false is an error while the connector is there [H41]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.set({ connectorDelete: "answers-false" });
    const error = await failure(engine.destroy(made), "REFUSED");
    assert.match(error.message, /did not delete it, and it is still there/);
    assert.equal(life.count(), 1);
    life.harness.set({ connectorDelete: "deletes" });
    await engine.destroy(made);
    assert.equal(life.count(), 0);
  });

  it("an identifier that Harness does not free after a delete is refused in its words [H44] [H59]", async () => {
    for (const duplicateConnector of ["INVALID_REQUEST", "DUPLICATE_FIELD"] as const) {
      life.harness.reset();
      life.harness.putSecret({ identifier: "registry_password", value: "x" });
      life.harness.set({ identifierFreeAfterDelete: false, duplicateConnector });
      const engine = life.engine();
      await engine.destroy(await engine.up(life.args()));
      const error = await failure(engine.up(life.args()), "REFUSED");
      assert.match(error.message, /already exists/);
      assert.equal(life.count(), 0);
    }
  });

  it("a connector of somebody else is found also when the create loses a race [H44]", async () => {
    life.harness.set({ duplicateConnector: "DUPLICATE_FIELD" });
    connector.other(life.harness, { scope: {}, identifier: "registry" });
    const blind = life.engine({ config: { "harness:preflight": "off" } });
    await failure(blind.up(life.args()), "ALREADY_EXISTS");
  });

  it("a secret that is not there is Harness's refusal, and nothing is made [H80]", async () => {
    const auth = { type: "UsernamePassword", username: "robot", passwordRef: "account.nowhere" };
    const blind = life.engine({ config: { "harness:preflight": "off" } });
    const error = await failure(blind.up(life.args({ auth })), "REFUSED");
    assert.match(error.message, /No secret exists with the id nowhere/);
    assert.equal(life.count(), 0);
  });

  it("a delegate heartbeat that cannot be made or removed is Harness's refusal [H53]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.set({ heartbeatWorks: false });
    const create = await failure(engine.up(life.args({ identifier: "another" })), "REFUSED");
    assert.match(create.message, /could not create the heartbeat/);
    const remove = await failure(engine.destroy(made), "REFUSED");
    assert.match(remove.message, /heartbeat could not be deleted/);
    assert.equal(life.count(), 1);
  });

  it("what cannot be put back is an error that leaves the connector as it is, and can be tried again [H80]", async () => {
    life.harness.putSecret({ identifier: "former_password", value: "x" });
    const login = { type: "UsernamePassword", spec: { username: "robot", passwordRef: "account.former_password" } };
    const former = {
      dockerRegistryUrl: "https://mirror.example.com",
      providerType: "Other",
      auth: login,
      executeOnDelegate: false,
    };
    life.harness.putConnector({ identifier: "registry", spec: former });
    const before = life.kept();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    const during = life.kept();
    life.harness.deleteSecret({}, "former_password");
    const error = await failure(engine.destroy(taken), "REFUSED");
    assert.match(error.message, /No secret exists with the id former_password/);
    assert.deepEqual(life.kept(), during);
    life.harness.putSecret({ identifier: "former_password", value: "x" });
    await engine.destroy(taken);
    assert.deepEqual(life.kept(), before);
  });

  it("a changed tag with the former settings is not believed while the state has them", async () => {
    connector.other(life.harness, { scope: {}, identifier: "registry" });
    const before = life.kept();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    retag("registry", "gibberish");
    const seen = await engine.refresh(taken);
    assert.deepEqual(seen, taken);
    await engine.destroy(taken);
    assert.deepEqual(life.kept(), before);
  });

  it("a changed tag is an error where it is all there is, or restores its own connector and no other", async () => {
    connector.other(life.harness, { scope: {}, identifier: "registry" });
    connector.other(life.harness, { scope: {}, identifier: "innocent", name: "Innocent" });
    const innocent = life.kept("innocent");
    const engine = life.engine();
    await engine.up(life.args({ adopt: true }));
    const there = life.kept();
    retag("registry", "gibberish");
    const unreadable = await engine.up(life.args({ adopt: true }));
    const error = await failure(engine.destroy(unreadable), "INVALID_INPUT");
    assert.match(error.message, /what the connector was before it was adopted cannot be read/);
    assert.equal(life.count(), 2);
    retag("registry", String(Object(there["tags"])["pulumi_former"]).replace('"registry"', '"innocent"'));
    await engine.destroy(await engine.up(life.args({ adopt: true })));
    assert.deepEqual(life.kept("innocent"), innocent);
    assert.equal(life.kept()["name"], "By hand");
  });

  function retag(identifier: string, former: string): void {
    life.harness.editConnector({}, identifier, (found) => {
      found.tags = { ...found.tags, pulumi_former: former };
    });
  }

  it("a connector that is only looked up shows its settings and is given no inputs", async () => {
    connector.other(life.harness, { scope: {}, identifier: "registry" });
    const found = await life.engine().phase((phase) => phase.read({ id: "registry", inputs: {}, outs: {} }));
    assert.deepEqual(found?.inputs, {});
    assert.deepEqual(found?.outs, {
      name: "By hand",
      identifier: "registry",
      ref: "account.registry",
      description: "made in the console",
      tags: { team: "web" },
      url: "https://mirror.example.com",
      providerType: "Other",
      auth: { type: "Anonymous" },
      connectivityMode: "Platform",
      delegateSelectors: [],
      accountId: life.harness.accountId,
    });
    assert.deepEqual(writes(life.harness), []);
  });
});
