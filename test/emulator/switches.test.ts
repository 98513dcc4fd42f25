import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, refusalOf, secretBody } from "./calls";

const CONNECTORS = "/ng/api/connectors";
const SECRETS = "/ng/api/v2/secrets";
const ANONYMOUS = { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" } };

describe("emulator: switches for what is not known for certain", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("notFound: 404 or 400 with one code, or 404 with the other [H42]", async () => {
    const answers: unknown[] = [];
    for (const notFound of ["404", "400", "404-entity"] as const) {
      emulator.set({ notFound });
      for (const path of [`${CONNECTORS}/gone`, `${SECRETS}/gone`])
        answers.push(refusalOf(await api.get(path)).slice(0, 2));
    }
    const [first, second, third] = [
      [404, "RESOURCE_NOT_FOUND_EXCEPTION"],
      [400, "RESOURCE_NOT_FOUND_EXCEPTION"],
      [404, "ENTITY_NOT_FOUND"],
    ];
    assert.deepEqual(answers, [first, first, second, second, third, third]);
  });

  it("secretGetMissing: 200 with null data, as older servers [H87]", async () => {
    emulator.set({ secretGetMissing: "200-null" });
    const reply = await api.get(`${SECRETS}/gone`);
    assert.deepEqual([reply.status, at(reply.body, "status"), at(reply.body, "data")], [200, "SUCCESS", null]);
  });

  it("unset: what was never set comes back as null, not at all, or empty [H71]", async () => {
    await api.post(CONNECTORS, dockerBody("hub", { spec: ANONYMOUS }));
    await api.post(SECRETS, secretBody("s"));
    const seen: Record<string, unknown[]> = {};
    for (const unset of ["null", "absent", "empty"] as const) {
      emulator.set({ unset, statusDelayMs: 60_000 });
      const { body } = await api.get(`${CONNECTORS}/hub`);
      const secret = await api.get(`${SECRETS}/s`);
      seen[unset] = [
        ...["description", "tags", "orgIdentifier", "spec.delegateSelectors", "spec.auth.spec"].map((key) =>
          at(body, `data.connector.${key}`),
        ),
        at(body, "data.status"),
        at(body, "data.gitDetails.branch"),
        at(secret.body, "data.secret.description"),
        at(secret.body, "data.secret.spec.value"),
      ];
    }
    assert.deepEqual(seen["null"], new Array(9).fill(null));
    assert.deepEqual(seen["absent"], new Array(9).fill(undefined));
    assert.deepEqual(seen["empty"], ["", {}, null, [], {}, null, null, "", null]);
  });

  it("unset: what was set to empty stays so, whatever the switch [H71]", async () => {
    const spec = { ...ANONYMOUS, delegateSelectors: [] };
    await api.post(CONNECTORS, dockerBody("hub", { description: "", tags: {}, spec }));
    emulator.set({ unset: "absent" });
    const { body } = await api.get(`${CONNECTORS}/hub`);
    assert.deepEqual(
      ["description", "tags", "spec.delegateSelectors"].map((key) => at(body, `data.connector.${key}`)),
      ["", {}, []],
    );
  });

  it("executeOnDelegateWhenOmitted: what is stored when it is not sent [H65]", async () => {
    for (const executeOnDelegateWhenOmitted of [true, false]) {
      emulator.set({ executeOnDelegateWhenOmitted });
      const { body } = await api.post(CONNECTORS, dockerBody(`c_${executeOnDelegateWhenOmitted}`, { spec: ANONYMOUS }));
      assert.equal(at(body, "data.connector.spec.executeOnDelegate"), executeOnDelegateWhenOmitted);
    }
  });

  it("statusAfterCreate: what the asynchronous test finds [H38]", async () => {
    emulator.set({ statusDelayMs: 0, statusAfterCreate: "FAILURE" });
    await api.post(CONNECTORS, dockerBody("hub"));
    const { body } = await api.get(`${CONNECTORS}/hub`);
    assert.equal(at(body, "data.status.status"), "FAILURE");
    assert.equal(at(body, "data.status.lastConnectedAt"), 0);
    assert.equal(typeof at(body, "data.status.errors.0.message"), "string");
    assert.equal(emulator.connectors()[0]?.status, "FAILURE");
  });

  it("duplicateConnector: the code of losing a race [H44]", async () => {
    emulator.set({ duplicateConnector: "DUPLICATE_FIELD" });
    await api.post(CONNECTORS, dockerBody("hub"));
    const reply = refusalOf(await api.post(CONNECTORS, dockerBody("hub")));
    assert.deepEqual(reply, [400, "DUPLICATE_FIELD", "Connector [hub] already exists"]);
  });

  it("updateMissing: the other code [H45]", async () => {
    emulator.set({ updateMissing: "INVALID_REQUEST" });
    assert.deepEqual(refusalOf(await api.put(CONNECTORS, dockerBody("gone"))).slice(0, 2), [400, "INVALID_REQUEST"]);
  });

  it("connectorDelete: false instead of true, and nothing deleted [H41]", async () => {
    emulator.set({ connectorDelete: "answers-false" });
    await api.post(CONNECTORS, dockerBody("hub"));
    const reply = await api.delete(`${CONNECTORS}/hub`);
    assert.deepEqual([reply.status, at(reply.body, "data")], [200, false]);
    assert.equal(emulator.connectors().length, 1);
  });

  it("identifierFreeAfterDelete: an identifier that stays taken [H59]", async () => {
    const createAndDelete = async () => [
      (await api.post(CONNECTORS, dockerBody("hub"))).status,
      (await api.delete(`${CONNECTORS}/hub`)).status,
    ];
    assert.deepEqual([await createAndDelete(), await createAndDelete()].flat(), [200, 200, 200, 200]);
    emulator.reset();
    emulator.set({ identifierFreeAfterDelete: false });
    assert.deepEqual(await createAndDelete(), [200, 200]);
    assert.match(String(refusalOf(await api.post(CONNECTORS, dockerBody("hub")))[2]), /already exists/);
    const unique = await api.get(`${CONNECTORS}/validateUniqueIdentifier`, { identifier: "hub" });
    assert.equal(at(unique.body, "data"), false);
    assert.equal((await api.get(`${CONNECTORS}/hub`)).status, 404);
  });

  it("totalsKey: the other name of the total [H57]", async () => {
    emulator.set({ totalsKey: "totalElements" });
    const list = await api.post(`${CONNECTORS}/listV2`, { filterType: "Connector" });
    assert.deepEqual([at(list.body, "data.totalElements"), at(list.body, "data.totalItems")], [0, undefined]);
    assert.equal(at((await api.get(SECRETS)).body, "data.totalElements"), 0);
  });

  it("connectorOrder: oldest first [H57]", async () => {
    for (const id of ["a", "b"]) await api.post(CONNECTORS, dockerBody(id));
    const first = async () =>
      at((await api.post(`${CONNECTORS}/listV2`, { filterType: "Connector" })).body, "data.content.0.connector.name");
    assert.equal(await first(), "b");
    emulator.set({ connectorOrder: "oldest-first" });
    assert.equal(await first(), "a");
  });

  it("identifierMaxLength and nameMaxLength: the limits of older servers [H72] [H76]", async () => {
    emulator.set({ identifierMaxLength: 64, nameMaxLength: 64 });
    const long = "a".repeat(65);
    const reply = await api.post(CONNECTORS, dockerBody(long));
    assert.deepEqual(
      [at(reply.body, "errors.0"), at(reply.body, "errors.1.fieldId")],
      [{ fieldId: "name", error: "cannot be more than 64 characters long." }, "identifier"],
    );
    assert.equal((await api.post(CONNECTORS, dockerBody(long.slice(1)))).status, 200);
  });

  it("requestsPerMinute: 429 without Retry-After, per token [H109] [H110]", async () => {
    emulator.set({ requestsPerMinute: 2 });
    const path = `/ng/api/accounts/${emulator.accountId}`;
    const statuses = [(await api.get(path)).status, (await api.get(path)).status];
    const third = await api.post(CONNECTORS, dockerBody("hub"));
    assert.deepEqual([...statuses, third.status], [200, 200, 429]);
    assert.equal(third.headers["retry-after"], undefined);
    assert.equal(third.body, undefined);
    assert.deepEqual(emulator.connectors(), []);
    assert.equal((await new Calls(emulator, emulator.addToken()).get(path)).status, 200);
  });

  it("latencyMs: every answer takes that long, the request applied half way", async () => {
    emulator.set({ latencyMs: 40 });
    const began = performance.now();
    const pending = api.post(CONNECTORS, dockerBody("hub"));
    while (emulator.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(emulator.connectors().length, 0);
    assert.equal(emulator.requests()[0]?.ms, undefined);
    await pending;
    assert.ok(performance.now() - began >= 39);
    assert.ok(Number(emulator.requests()[0]?.ms) >= 39);
  });

  it("come back to their defaults, or to those of the options, on reset", async () => {
    const own = await startEmulator({ latencyMs: 1, switches: { notFound: "400" } });
    own.set({ notFound: "404", latencyMs: 0, totalsKey: "totalElements" });
    own.reset();
    const { notFound, latencyMs, totalsKey } = own.switches();
    assert.deepEqual([notFound, latencyMs, totalsKey], ["400", 1, "totalItems"]);
    await own.close();
  });

  const wrong: [object, RegExp][] = [
    [{ notfound: "404" }, /there is no switch "notfound"; there are latencyMs, notFound/],
    [{ notFound: "410" }, /notFound is one of 404, 400, 404-entity/],
    [{ usageLagMs: -1 }, /usageLagMs is a number from 0/],
    [{ forceDeleteEnabled: "yes" }, /forceDeleteEnabled is a boolean/],
    [{ opaDeny: { identifiers: [] } }, /opaDeny is null or/],
  ];
  for (const [changes, words] of wrong) {
    it(`refuse ${JSON.stringify(changes)} and change nothing`, async () => {
      const before = emulator.switches();
      assert.throws(() => emulator.set({ totalsKey: "totalElements", ...changes }), {
        name: "TypeError",
        message: words,
      });
      assert.deepEqual(emulator.switches(), before);
      await assert.rejects(startEmulator({ switches: changes }), TypeError);
    });
  }
});
