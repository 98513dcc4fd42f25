import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, loginSpec, refusalOf } from "./calls";

const CONNECTORS = "/ng/api/connectors";
const SECRETS = "/ng/api/v2/secrets";
const PROJECT = { orgIdentifier: "default", projectIdentifier: "demo" };
const ORG = { orgIdentifier: "default" };

describe("emulator: connectors that refer to secrets", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => {
    emulator.reset();
    emulator.putSecret({ identifier: "pw", value: "v" });
    emulator.putSecret({ identifier: "pw", value: "v", scope: { orgId: "default" } });
    emulator.putSecret({ identifier: "pw", value: "v", scope: { orgId: "default", projectId: "demo" } });
  });
  after(() => emulator.close());

  const prefix = "Error while validating passwordRef field : ";
  const cases: [string, Record<string, string>, string, string | undefined][] = [
    ["a project's connector an account secret", PROJECT, "account.pw", undefined],
    ["a project's connector an organisation secret", PROJECT, "org.pw", undefined],
    ["a project's connector a project secret", PROJECT, "pw", undefined],
    ["an organisation's connector an account secret", ORG, "account.pw", undefined],
    ["an organisation's connector an organisation secret", ORG, "org.pw", undefined],
    [
      "an organisation's connector a project secret",
      ORG,
      "pw",
      "The project level secret cannot be used at a org level",
    ],
    ["an account's connector an account secret", {}, "account.pw", undefined],
    [
      "an account's connector an organisation secret",
      {},
      "org.pw",
      "The org level secret cannot be used at account level",
    ],
    ["an account's connector a project secret", {}, "pw", "The project level secret cannot be used at account level"],
  ];
  for (const [what, scope, reference, problem] of cases) {
    it(`${problem === undefined ? "lets" : "does not let"} ${what} be used [H78] [H79]`, async () => {
      const reply = await api.post(CONNECTORS, dockerBody("hub", { ...scope, spec: loginSpec(reference) }));
      if (problem === undefined) assert.equal(reply.status, 200);
      else assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", prefix + problem]);
    });
  }

  it("names the place where a secret is missing, with two blanks [H80]", async () => {
    const message = async (scope: Record<string, string>, reference: string) =>
      refusalOf(await api.post(CONNECTORS, dockerBody("hub", { ...scope, spec: loginSpec(reference) })))[2];
    assert.equal(await message({}, "account.no"), `${prefix}No secret exists with the id no `);
    assert.equal(await message(ORG, "org.no"), `${prefix}No secret exists with the id no  in organization default`);
    assert.equal(
      await message(PROJECT, "no"),
      `${prefix}No secret exists with the id no  in organization default in project demo`,
    );
    emulator.set({ secretRefFieldPrefix: false });
    assert.equal(await message({}, "account.no"), "No secret exists with the id no ");
  });

  it("checks the reference of a user name too [H63] [H80]", async () => {
    const auth = { type: "UsernamePassword", spec: { usernameRef: "account.no", passwordRef: "account.pw" } };
    const reply = await api.post(CONNECTORS, dockerBody("hub", { spec: { ...loginSpec("x"), auth } }));
    assert.match(String(refusalOf(reply)[2]), /validating usernameRef field : No secret exists with the id no/);
  });

  it("refuses a reference with another prefix", async () => {
    for (const reference of ["project.pw", "account.", "account.a.b", ""]) {
      const reply = await api.post(CONNECTORS, dockerBody("hub", { spec: loginSpec(reference) }));
      assert.equal(at(reply.body, "code"), "INVALID_IDENTIFIER_REF", reference);
    }
  });

  it("can take a bare reference for the connector's own scope [H79]", async () => {
    emulator.set({ bareSecretRef: "own" });
    assert.equal((await api.post(CONNECTORS, dockerBody("hub", { spec: loginSpec("pw") }))).status, 200);
  });

  it("does not delete a secret that a connector uses, in the scope it is used in [H88]", async () => {
    await api.post(CONNECTORS, dockerBody("hub", { ...PROJECT, spec: loginSpec("org.pw") }));
    assert.equal(refusalOf(await api.delete(`${SECRETS}/pw`, ORG))[1], "ENTITY_REFERENCE_EXCEPTION");
    assert.equal((await api.delete(`${SECRETS}/pw`)).status, 200);
    assert.equal((await api.delete(`${SECRETS}/pw`, PROJECT)).status, 200);
    await api.delete(`${CONNECTORS}/hub`, PROJECT);
    assert.equal((await api.delete(`${SECRETS}/pw`, ORG)).status, 200);
  });

  it("frees a secret when an update lets go of it [H88]", async () => {
    await api.post(CONNECTORS, dockerBody("hub", { spec: loginSpec("account.pw") }));
    await api.put(CONNECTORS, dockerBody("hub"));
    assert.equal((await api.delete(`${SECRETS}/pw`)).status, 200);
  });

  it("keeps the reference for a while after the connector is gone [H89]", async () => {
    emulator.set({ usageLagMs: 150 });
    await api.post(CONNECTORS, dockerBody("hub", { spec: loginSpec("account.pw") }));
    await api.delete(`${CONNECTORS}/hub`);
    assert.equal(refusalOf(await api.delete(`${SECRETS}/pw`))[1], "ENTITY_REFERENCE_EXCEPTION");
    const began = Date.now();
    while ((await api.delete(`${SECRETS}/pw`)).status !== 200) await sleep(10);
    assert.ok(Date.now() - began < 1000);
  });

  it("indexes what is put behind the API's back too", async () => {
    emulator.putConnector({ identifier: "hub", spec: loginSpec("account.pw") });
    assert.equal((await api.delete(`${SECRETS}/pw`)).status, 400);
    emulator.deleteConnector({}, "hub");
    assert.equal((await api.delete(`${SECRETS}/pw`)).status, 200);
  });
});
