import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls } from "./calls";

const PATH = "/ng/api/connectors/listV2";
const FILTER = { filterType: "Connector" };

function spec(executeOnDelegate: boolean) {
  return { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" }, executeOnDelegate };
}

function identifiers(body: unknown): unknown[] {
  const content = at(body, "data.content");
  return Array.isArray(content) ? content.map((item: unknown) => at(item, "connector.identifier")) : [];
}

describe("emulator: the list of connectors", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator({ switches: { statusDelayMs: 0 } });
    api = new Calls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    emulator.putConnector({ identifier: "alpha", name: "First hub", tags: { team: "ci" }, spec: spec(true) });
    emulator.putConnector({ identifier: "beta", description: "the second one", spec: spec(false) });
    emulator.putConnector({ identifier: "git", type: "Github", spec: { url: "https://github.com" } });
    emulator.putConnector({ scope: { orgId: "default" }, identifier: "inOrg", spec: spec(false) });
    emulator.putConnector({
      scope: { orgId: "default", projectId: "demo" },
      identifier: "inProject",
      spec: spec(false),
    });
  });
  after(() => emulator.close());

  async function list(body: object, query: Record<string, string> = {}): Promise<unknown[]> {
    return identifiers((await api.post(PATH, { ...FILTER, ...body }, query)).body);
  }

  it("lists exactly one scope, the account without organisation and project [H33] [H56]", async () => {
    assert.deepEqual(await list({}), ["git", "beta", "alpha"]);
    assert.deepEqual(await list({}, { orgIdentifier: "default" }), ["inOrg"]);
    assert.deepEqual(await list({}, { orgIdentifier: "default", projectIdentifier: "demo" }), ["inProject"]);
  });

  it("adds the parent scopes when asked [H56]", async () => {
    const query = { orgIdentifier: "default", projectIdentifier: "demo", includeAllConnectorsAvailableAtScope: "true" };
    assert.deepEqual(await list({}, query), ["inProject", "inOrg", "git", "beta", "alpha"]);
    const org = { orgIdentifier: "default", includeAllConnectorsAvailableAtScope: "true" };
    assert.deepEqual(await list({}, org), ["inOrg", "git", "beta", "alpha"]);
  });

  const filters: [object, string[]][] = [
    [{ types: ["DockerRegistry"] }, ["beta", "alpha"]],
    [{ types: [] }, ["git", "beta", "alpha"]],
    [{ connectorIdentifiers: ["git", "alpha"] }, ["git", "alpha"]],
    [{ connectorNames: ["First hub"] }, ["alpha"]],
    [{ categories: ["ARTIFACTORY"] }, ["beta", "alpha"]],
    [{ connectivityStatuses: ["FAILURE"] }, []],
    [{ connectivityStatuses: ["SUCCESS"] }, ["git", "beta", "alpha"]],
    [{ types: ["DockerRegistry"], connectorConnectivityModes: ["DELEGATE"] }, ["alpha"]],
    [{ types: ["DockerRegistry"], connectorConnectivityModes: ["MANAGER"] }, ["beta"]],
    [{ description: "second" }, ["beta"]],
    [{ tags: { team: "ci" } }, ["alpha"]],
    [{ tags: { team: "ci" }, connectorIdentifiers: ["beta"] }, []],
    [{ inheritingCredentialsFromDelegate: true }, []],
    [{ somethingElse: 1 }, ["git", "beta", "alpha"]],
  ];
  for (const [filter, expected] of filters) {
    it(`filters by ${JSON.stringify(filter)}, all conditions together [H55]`, async () => {
      assert.deepEqual(await list(filter), expected);
    });
  }

  it("finds a term in name, identifier and tags, whatever the case [H56]", async () => {
    assert.deepEqual(await list({}, { searchTerm: "FIRST" }), ["alpha"]);
    assert.deepEqual(await list({}, { searchTerm: "eta" }), ["beta"]);
    assert.deepEqual(await list({}, { searchTerm: "team" }), ["alpha"]);
  });

  it("pages from 0 and counts [H56] [H57]", async () => {
    const { body } = await api.post(PATH, FILTER, { pageIndex: "1", pageSize: "2" });
    assert.deepEqual(identifiers(body), ["alpha"]);
    const keys = ["totalPages", "totalItems", "pageItemCount", "pageSize", "pageIndex", "empty"];
    assert.deepEqual(
      keys.map((key) => at(body, `data.${key}`)),
      [2, 3, 1, 2, 1, false],
    );
    const past = await api.post(PATH, FILTER, { pageIndex: "2", pageSize: "2" });
    assert.deepEqual([at(past.body, "data.empty"), at(past.body, "data.pageItemCount")], [true, 0]);
  });

  it("has a hundred to a page unless told, and at most a thousand [H56]", async () => {
    assert.equal(at((await api.post(PATH, FILTER)).body, "data.pageSize"), 100);
    assert.equal((await api.post(PATH, FILTER, { pageSize: "1000" })).status, 200);
    const over = await api.post(PATH, FILTER, { pageSize: "1001" });
    assert.deepEqual(
      [over.status, at(over.body, "status"), at(over.body, "errors.0.fieldId")],
      [400, "FAILURE", "pageSize"],
    );
    assert.deepEqual(await list({}, { pageSize: "1" }), ["git"]);
    for (const bad of ["0", "-1", "x"]) assert.equal((await api.post(PATH, FILTER, { pageSize: bad })).status, 400);
    emulator.set({ maxPageSize: 10 });
    assert.equal((await api.post(PATH, FILTER, { pageSize: "11" })).status, 400);
  });

  it("insists on filterType unless the switch says otherwise [H55]", async () => {
    assert.equal(at((await api.post(PATH, {})).body, "code"), 400);
    assert.equal((await api.post(PATH, { filterType: "Delegate" })).status, 400);
    emulator.set({ filterTypeRequired: false });
    assert.equal((await api.post(PATH, {})).status, 200);
  });

  it("needs view on the scope as a whole [H105]", async () => {
    const one = emulator.addToken({ permissions: [{ permission: "core_connector_view", identifier: "alpha" }] });
    const reply = await new Calls(emulator, one).post(PATH, FILTER);
    assert.deepEqual([reply.status, at(reply.body, "code")], [403, "NG_ACCESS_DENIED"]);
    assert.equal(at(reply.body, "failedPermissionChecks.0.resourceIdentifier"), null);
  });
});
