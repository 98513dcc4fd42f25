import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, loginSpec } from "./calls";

const PATH = "/ng/api/connectors";

describe("emulator: the life of a connector", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator({ switches: { statusDelayMs: 30 } });
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("creates, reads, updates and deletes at account scope [H29] [H30] [H31] [H41]", async () => {
    const created = await api.post(PATH, dockerBody("hub", { description: "one", tags: { team: "ci", empty: "" } }));
    assert.equal(created.status, 200);
    assert.equal(at(created.body, "status"), "SUCCESS");
    assert.equal(at(created.body, "data.connector.identifier"), "hub");
    assert.deepEqual(at(created.body, "data.connector.tags"), { team: "ci", empty: "" });
    const read = await api.get(`${PATH}/hub`);
    assert.deepEqual(at(read.body, "data.connector"), at(created.body, "data.connector"));
    const updated = await api.put(PATH, dockerBody("hub", { name: "Hub 2", description: "two" }));
    assert.equal(at(updated.body, "data.connector.name"), "Hub 2");
    const deleted = await api.delete(`${PATH}/hub`);
    assert.deepEqual([deleted.status, at(deleted.body, "data")], [200, true]);
    assert.equal((await api.get(`${PATH}/hub`)).status, 404);
  });

  it("wraps answers in status, data, metaData and a correlation id [H18]", async () => {
    const { body } = await api.post(PATH, dockerBody("hub"));
    assert.deepEqual(Object.keys(body ?? {}), ["status", "data", "metaData", "correlationId"]);
    assert.equal(at(body, "metaData"), null);
    assert.match(String(at(body, "correlationId")), /^[0-9a-f-]{36}$/);
  });

  it("returns the documented keys around a connector [H36]", async () => {
    const { body } = await api.post(PATH, dockerBody("hub"));
    assert.deepEqual(Object.keys(at(body, "data") ?? {}).sort(), [
      "activityDetails",
      "connector",
      "createdAt",
      "entityValidityDetails",
      "gitDetails",
      "governanceMetadata",
      "harnessManaged",
      "lastModifiedAt",
      "status",
    ]);
  });

  it("answers with and without /gateway alike [H1]", async () => {
    await api.post(PATH, dockerBody("hub"));
    const bare = await api.call("GET", `${PATH}/hub`, undefined, { bare: true });
    assert.equal(at(bare.body, "data.connector.identifier"), "hub");
  });

  it("creates at account scope when the scope is in the query only [H32]", async () => {
    const scope = { orgIdentifier: emulator.orgId, projectIdentifier: emulator.projectId };
    const created = await api.post(PATH, dockerBody("stray"), scope);
    assert.equal(created.status, 200);
    assert.equal(at(created.body, "data.connector.orgIdentifier"), null);
    assert.deepEqual(
      emulator.connectors({}).map((one) => one.identifier),
      ["stray"],
    );
    assert.deepEqual(emulator.connectors({ orgId: emulator.orgId, projectId: emulator.projectId }), []);
  });

  it("takes the scope of create and update from the body, of read and delete from the query [H32] [H33]", async () => {
    const scope = { orgIdentifier: emulator.orgId, projectIdentifier: emulator.projectId };
    const { body } = await api.post(PATH, dockerBody("inner", scope));
    assert.equal(at(body, "data.connector.orgIdentifier"), emulator.orgId);
    assert.equal(at(body, "data.connector.projectIdentifier"), emulator.projectId);
    assert.equal((await api.get(`${PATH}/inner`)).status, 404);
    assert.equal((await api.get(`${PATH}/inner`, scope)).status, 200);
    assert.equal((await api.put(PATH, dockerBody("inner", { ...scope, name: "Other" }))).status, 200);
    assert.equal((await api.delete(`${PATH}/inner`)).status, 400);
    assert.equal((await api.delete(`${PATH}/inner`, scope)).status, 200);
  });

  it("keeps the same identifier apart in account, organisation and project [H72]", async () => {
    const org = { orgIdentifier: emulator.orgId };
    const project = { ...org, projectIdentifier: emulator.projectId };
    for (const scope of [{}, org, project]) assert.equal((await api.post(PATH, dockerBody("same", scope))).status, 200);
    await api.delete(`${PATH}/same`, org);
    assert.equal(emulator.connectors().length, 2);
  });

  it("replaces everything on update: what is not sent is gone [H30]", async () => {
    const spec = { ...loginSpec("account.none"), auth: { type: "Anonymous" }, delegateSelectors: ["a"], proxy: true };
    await api.post(PATH, dockerBody("hub", { description: "one", tags: { a: "b" }, spec }));
    const { body } = await api.put(PATH, dockerBody("hub"));
    assert.equal(at(body, "data.connector.description"), null);
    assert.equal(at(body, "data.connector.tags"), null);
    assert.equal(at(body, "data.connector.spec.delegateSelectors"), null);
    assert.equal(at(body, "data.connector.spec.proxy"), undefined);
  });

  it("keeps createdAt, status and activity on update and moves lastModifiedAt [H37]", async () => {
    const created = await api.post(PATH, dockerBody("hub"));
    await sleep(40);
    const before = await api.get(`${PATH}/hub`);
    const updated = await api.put(PATH, dockerBody("hub", { name: "Hub 2" }));
    assert.equal(at(updated.body, "data.createdAt"), at(created.body, "data.createdAt"));
    assert.ok(Number(at(updated.body, "data.lastModifiedAt")) > Number(at(created.body, "data.lastModifiedAt")));
    assert.deepEqual(at(updated.body, "data.status"), at(before.body, "data.status"));
    assert.deepEqual(at(updated.body, "data.activityDetails"), at(before.body, "data.activityDetails"));
  });

  it("fills the status some time after the create answer [H39]", async () => {
    const created = await api.post(PATH, dockerBody("hub"));
    assert.equal(at(created.body, "data.status"), null);
    await sleep(40);
    const read = await api.get(`${PATH}/hub`);
    assert.equal(at(read.body, "data.status.status"), "SUCCESS");
    assert.equal(at(read.body, "data.status.lastConnectedAt"), at(read.body, "data.status.testedAt"));
  });

  it("stores and returns spec keys it does not know, and drops other unknown keys [H27] [H67]", async () => {
    const spec = { ...loginSpec("x"), auth: { type: "Anonymous" }, ignoreTestConnection: true, comesNext: { a: [1] } };
    const { body } = await api.post(PATH, dockerBody("hub", { spec, whatever: 1 }));
    assert.equal(at(body, "data.connector.spec.ignoreTestConnection"), true);
    assert.deepEqual(at(body, "data.connector.spec.comesNext"), { a: [1] });
    assert.equal(at(body, "data.connector.whatever"), undefined);
  });

  it("treats delegate selectors as a set whose order is not kept [H64]", async () => {
    const spec = { ...loginSpec("x"), auth: { type: "Anonymous" }, delegateSelectors: ["a", "b", "a", "c"] };
    const { body } = await api.post(PATH, dockerBody("hub", { spec }));
    assert.deepEqual(at(body, "data.connector.spec.delegateSelectors"), ["c", "b", "a"]);
  });

  it("returns keys of its own that were never sent [H27] [H54]", async () => {
    const { body } = await api.post(PATH, dockerBody("hub", { uniqueId: "mine" }));
    assert.equal(at(body, "data.connector.accountIdentifier"), emulator.accountId);
    assert.notEqual(at(body, "data.connector.uniqueId"), "mine");
  });

  it("does not contact the registry on create [H68]", async () => {
    const spec = { ...loginSpec("x"), auth: { type: "Anonymous" }, dockerRegistryUrl: "https://nowhere.invalid" };
    assert.equal((await api.post(PATH, dockerBody("hub", { spec }))).status, 200);
  });

  it("drops the spec of anonymous access and shows the unused kind of user name as null [H62] [H70]", async () => {
    emulator.putSecret({ identifier: "pw", value: "v" });
    const auth = { type: "Anonymous", spec: { passwordRef: "account.pw" } };
    const anonymous = await api.post(PATH, dockerBody("a", { spec: { ...loginSpec("x"), auth } }));
    assert.equal(at(anonymous.body, "data.connector.spec.auth.spec"), null);
    const login = await api.post(PATH, dockerBody("b", { spec: loginSpec("account.pw") }));
    assert.deepEqual(at(login.body, "data.connector.spec.auth.spec"), {
      username: "robot",
      usernameRef: null,
      passwordRef: "account.pw",
    });
  });

  it("stores connectors of other types unread [H60]", async () => {
    const spec = { url: "https://github.com", authentication: { type: "Http" } };
    await api.post(PATH, dockerBody("git", { type: "Github", spec }));
    const { body } = await api.get(`${PATH}/git`);
    assert.deepEqual([at(body, "data.connector.type"), at(body, "data.connector.spec")], ["Github", spec]);
  });

  it("says whether an identifier is free, never for the built-in one [H58]", async () => {
    await api.post(PATH, dockerBody("hub"));
    const ask = async (identifier: string) =>
      at((await api.get(`${PATH}/validateUniqueIdentifier`, { identifier })).body, "data");
    assert.deepEqual([await ask("hub"), await ask("free"), await ask("harnessSecretManager")], [false, true, false]);
  });
});
