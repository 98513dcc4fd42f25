import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls } from "./calls";

const DELEGATES = "/ng/api/delegate-setup/listDelegates";
const FILTER = { filterType: "Delegate" };

describe("emulator: account, organisations, projects and delegates", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("shows the account of the token [H10]", async () => {
    const reply = await api.call("GET", `/ng/api/accounts/${emulator.accountId}`, undefined, { noAccount: true });
    assert.equal(reply.status, 200);
    assert.equal(at(reply.body, "data.identifier"), emulator.accountId);
    assert.equal(at(reply.body, "data.nextGenEnabled"), true);
    assert.equal(typeof at(reply.body, "data.cluster"), "string");
  });

  it("shows an organisation and a project, that of `default` when none is named [H120]", async () => {
    const org = await api.get("/ng/api/organizations/default");
    assert.deepEqual(at(org.body, "data.organization"), {
      identifier: "default",
      name: "Default",
      description: "",
      tags: {},
    });
    assert.equal(at(org.body, "data.harnessManaged"), true);
    for (const query of [{}, { orgIdentifier: "default" }]) {
      const project = await api.get("/ng/api/projects/demo", query);
      assert.equal(at(project.body, "data.project.orgIdentifier"), "default");
      assert.equal(at(project.body, "data.project.identifier"), "demo");
    }
  });

  it("answers missing organisations and projects like other missing things [H121]", async () => {
    const replies = [
      await api.get("/ng/api/organizations/nope"),
      await api.get("/ng/api/projects/nope", { orgIdentifier: "default" }),
      await api.get("/ng/api/projects/demo", { orgIdentifier: "nope" }),
    ];
    for (const reply of replies) {
      assert.deepEqual([reply.status, at(reply.body, "code")], [404, "RESOURCE_NOT_FOUND_EXCEPTION"]);
    }
    emulator.set({ notFound: "404-entity" });
    assert.equal(at((await api.get("/ng/api/projects/nope")).body, "code"), "ENTITY_NOT_FOUND");
  });

  it("lists organisations and projects [H120]", async () => {
    emulator.addOrg({ id: "second", name: "Second" });
    emulator.addProject({ id: "demo", orgId: "second" });
    const count = async (path: string, query: Record<string, string | string[]> = {}) =>
      at((await api.get(path, query)).body, "data.totalItems");
    assert.equal(await count("/ng/api/organizations"), 2);
    assert.equal(await count("/ng/api/organizations", { identifiers: ["second", "x"] }), 1);
    assert.equal(await count("/ng/api/organizations", { searchTerm: "SEC" }), 1);
    assert.equal(await count("/ng/api/projects"), 2);
    assert.equal(await count("/ng/api/projects", { orgIdentifier: "second" }), 1);
    assert.equal(await count("/ng/api/projects", { identifiers: ["nope"] }), 0);
    const blind = new Calls(emulator, emulator.addToken({ permissions: [] }));
    assert.equal(at((await blind.get("/ng/api/projects")).body, "data.totalItems"), 0);
  });

  it("lists delegates in their own envelope, with replicas and tags [H101] [H102]", async () => {
    const { body } = await api.post(DELEGATES, FILTER);
    assert.deepEqual(Object.keys(body ?? {}), ["metaData", "resource", "responseMessages"]);
    assert.equal(at(body, "resource.0.name"), "build-farm");
    assert.deepEqual(at(body, "resource.0.tags"), ["build-farm", "eu", "linux"]);
    assert.equal(at(body, "resource.0.connected"), true);
    assert.equal(typeof at(body, "resource.0.lastHeartBeat"), "number");
    assert.equal(typeof at(body, "resource.0.delegateReplicas.0.lastHeartbeat"), "number");
    assert.equal(at(body, "resource.1.name"), "edge-runner");
    assert.equal(at(body, "resource.2"), undefined);
  });

  async function names(body: object, query: Record<string, string> = {}): Promise<unknown[]> {
    const resource = at((await api.post(DELEGATES, { ...FILTER, ...body }, query)).body, "resource");
    return Array.isArray(resource) ? resource.map((item: unknown) => at(item, "name")) : [];
  }

  it("lists one scope, or with all=true everything below [H100]", async () => {
    emulator.addDelegate({ name: "inner", scope: { orgId: "default", projectId: "demo" } });
    const project = { orgIdentifier: "default", projectIdentifier: "demo" };
    assert.deepEqual(await names({}), ["build-farm", "edge-runner"]);
    assert.deepEqual(await names({}, project), ["inner"]);
    assert.deepEqual(await names({}, { all: "true" }), ["build-farm", "edge-runner", "inner"]);
    assert.deepEqual(await names({}, { orgIdentifier: "default", all: "true" }), ["inner"]);
    const { body } = await api.post(DELEGATES, FILTER, project);
    assert.deepEqual([at(body, "resource.0.orgName"), at(body, "resource.0.projectName")], ["Default", "Demo"]);
  });

  it("filters by status, name, group and tags, all of them [H99]", async () => {
    assert.equal(emulator.setDelegateConnected("edge-runner", false), true);
    assert.equal(emulator.setDelegateConnected("nobody", false), false);
    assert.deepEqual(await names({ status: "CONNECTED" }), ["build-farm"]);
    assert.deepEqual(await names({ status: "DISCONNECTED" }), ["edge-runner"]);
    assert.deepEqual(await names({ delegateName: "edge-runner" }), ["edge-runner"]);
    assert.deepEqual(await names({ delegateGroupIdentifier: "build-farm" }), ["build-farm"]);
    assert.deepEqual(await names({ delegateTags: ["linux"] }), ["build-farm", "edge-runner"]);
    assert.deepEqual(await names({ delegateTags: ["linux", "eu"] }), ["build-farm"]);
  });

  it("gives a delegate its own name as a tag [H102]", async () => {
    emulator.addDelegate({ name: "third", tags: ["a", "third"], connected: false });
    const { body } = await api.post(DELEGATES, { ...FILTER, delegateName: "third" });
    assert.deepEqual(at(body, "resource.0.tags"), ["third", "a"]);
    assert.equal(at(body, "resource.0.connected"), false);
  });

  it("refuses a documented filter that it does not have, and a missing filterType [H99]", async () => {
    assert.equal((await api.post(DELEGATES, { ...FILTER, hostName: "h" })).status, 400);
    assert.equal(at((await api.post(DELEGATES, {})).body, "code"), 400);
    emulator.set({ filterTypeRequired: false });
    assert.equal((await api.post(DELEGATES, {})).status, 200);
  });
});
