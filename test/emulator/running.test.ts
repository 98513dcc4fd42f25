import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { Calls, dockerBody, secretBody } from "./calls";

const SPEC = { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" } };

describe("emulator: starting, looking inside, stopping", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("listens on loopback with a made-up account and a four-part token of it [H7]", () => {
    assert.match(emulator.endpoint, /^http:\/\/127\.0\.0\.1:\d+\/gateway$/);
    assert.match(emulator.platformApiKey, new RegExp(`^pat\\.${emulator.accountId}\\.\\w+\\.\\w+$`));
  });

  it("takes account and token from the options, and refuses what does not fit together", async () => {
    const own = await startEmulator({ platformApiKey: "sat.acc.id.secret", seed: "empty" });
    assert.deepEqual([own.accountId, own.platformApiKey], ["acc", "sat.acc.id.secret"]);
    assert.equal((await new Calls(own).get("/ng/api/accounts/acc")).status, 200);
    assert.equal((await new Calls(own).get("/ng/api/organizations/default")).status, 404);
    await own.close();
    const named = await startEmulator({ accountId: "named" });
    assert.match(named.platformApiKey, /^pat\.named\./);
    await named.close();
    for (const platformApiKey of ["key", "pat.a.b", "foo.a.b.c"]) {
      await assert.rejects(startEmulator({ platformApiKey }), TypeError);
    }
    await assert.rejects(startEmulator({ accountId: "other", platformApiKey: "pat.acc.id.s" }), TypeError);
  });

  it("fails to start on a port that is taken", async () => {
    const port = Number(new URL(emulator.endpoint).port);
    await assert.rejects(startEmulator({ port }), { code: "EADDRINUSE" });
  });

  it("stops at once, even with a request that stalls", async () => {
    const own = await startEmulator();
    own.inject({ stall: "before-headers" });
    const stalled = assert.rejects(new Calls(own).get("/ng/api/connectors/hub"));
    while (own.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await own.close();
    await stalled;
    await assert.rejects(new Calls(own).get("/ng/api/connectors/hub"));
  });

  it("logs method, path, query, status and time of each request, and nothing secret", async () => {
    await api.post("/ng/api/v2/secrets", secretBody("s"), {});
    await api.get("/ng/api/v2/secrets", { identifiers: ["a", "b"] });
    const [first, second] = emulator.requests();
    assert.ok(Math.abs(Number(first?.startedAt) - Date.now()) < 10_000);
    assert.deepEqual(Object.keys(first ?? {}).sort(), [
      "correlationId",
      "kind",
      "method",
      "ms",
      "path",
      "query",
      "startedAt",
      "status",
    ]);
    assert.deepEqual([first?.method, first?.path, first?.status], ["POST", "/ng/api/v2/secrets", 200]);
    assert.deepEqual(second?.query, { accountIdentifier: emulator.accountId, identifiers: "a,b" });
    const all = JSON.stringify(emulator.requests());
    assert.ok(!all.includes("first-value") && !all.includes(emulator.platformApiKey));
    emulator.clearRequests();
    assert.deepEqual(emulator.requests(), []);
  });

  it("shows connectors and secrets as copies", async () => {
    await api.post("/ng/api/connectors", dockerBody("hub", { tags: { a: "b" } }));
    await api.post("/ng/api/v2/secrets", secretBody("s"));
    const [connector] = emulator.connectors({});
    assert.deepEqual([connector?.identifier, connector?.scope], ["hub", { accountId: emulator.accountId }]);
    Reflect.set(connector?.spec ?? {}, "dockerRegistryUrl", "changed");
    assert.notEqual(emulator.connectors()[0]?.spec["dockerRegistryUrl"], "changed");
    assert.ok(!JSON.stringify(emulator.secrets()).includes("first-value"));
    assert.equal(emulator.secretValue({}, "s"), "first-value");
    assert.equal(emulator.secretValue({}, "none"), undefined);
  });

  it("lets tests change connectors behind the API's back", async () => {
    emulator.putConnector({ identifier: "hub", name: "Hub", description: "d", tags: { a: "b" }, spec: SPEC });
    const created = emulator.connectors()[0]?.createdAt;
    assert.equal(emulator.connectors()[0]?.description, "d");
    await sleep(3);
    emulator.editConnector({}, "hub", (connector) => {
      connector.spec["dockerRegistryUrl"] = "https://elsewhere";
      delete connector.description;
    });
    const [edited] = emulator.connectors();
    assert.deepEqual(
      [edited?.name, edited?.description, edited?.tags, edited?.spec["dockerRegistryUrl"], edited?.createdAt],
      ["Hub", undefined, { a: "b" }, "https://elsewhere", created],
    );
    assert.throws(() => emulator.editConnector({}, "none", () => undefined), /no connector none/);
    assert.deepEqual([emulator.deleteConnector({}, "hub"), emulator.deleteConnector({}, "hub")], [true, false]);
  });

  it("lets tests change secrets behind the API's back", () => {
    emulator.putSecret({ identifier: "s", value: "one", scope: { orgId: "default" } });
    emulator.putSecret({ identifier: "s", name: "renamed", scope: { orgId: "default" } });
    assert.equal(emulator.secretValue({ orgId: "default" }, "s"), "one");
    assert.equal(emulator.secrets({ orgId: "default" })[0]?.name, "renamed");
    assert.deepEqual(emulator.secrets({}), []);
    assert.equal(emulator.deleteSecret({ orgId: "default" }, "s"), true);
    assert.equal(emulator.deleteSecret({ orgId: "default" }, "s"), false);
  });

  it("holds a second account apart from the first", async () => {
    emulator.addAccount({ id: "second", name: "Second", cluster: "eu" });
    emulator.addOrg({ id: "default", accountId: "second" });
    emulator.addProject({ id: "p", orgId: "default", accountId: "second" });
    const token = emulator.addToken({ accountId: "second" });
    const query = { query: { accountIdentifier: "second" }, noAccount: true };
    const other = new Calls(emulator, token);
    const body = dockerBody("hub", { orgIdentifier: "default", projectIdentifier: "p" });
    assert.equal((await other.call("POST", "/ng/api/connectors", body, query)).status, 200);
    assert.equal(emulator.connectors({ accountId: "second", orgId: "default", projectId: "p" }).length, 1);
    assert.equal((await api.get("/ng/api/connectors/hub")).status, 404);
  });

  it("applies hundreds of concurrent creates once each", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `c${index % 100}`);
    const replies = await Promise.all(ids.map((id) => api.post("/ng/api/connectors", dockerBody(id))));
    assert.equal(replies.filter((one) => one.status === 200).length, 100);
    assert.equal(emulator.connectors().length, 100);
    assert.equal(emulator.requests().length, 200);
  });
});
