import * as assert from "node:assert/strict";
import { request } from "undici";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody } from "./calls";

const PATH = "/ng/api/connectors";

describe("emulator: the control plane", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  async function control(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const url = `${emulator.endpoint.replace("/gateway", "")}/_emulator/${path}`;
    const answer = await request(url, { method, body: body === undefined ? null : JSON.stringify(body) });
    return [answer.statusCode, await answer.body.json()];
  }

  it("says that it is healthy and who it is, without a token and without telling one", async () => {
    const [status, body] = await control("GET", "health");
    assert.equal(status, 200);
    assert.deepEqual(body, { status: "ok", accountId: emulator.accountId, orgId: "default", projectId: "demo" });
  });

  it("shows and forgets the requests, itself not among them", async () => {
    await api.get(`${PATH}/hub`);
    await control("GET", "health");
    const [, log] = await control("GET", "requests");
    assert.equal(at(log, "0.path"), `${PATH}/hub`);
    assert.equal(at(log, "1"), undefined);
    await control("DELETE", "requests");
    assert.deepEqual(emulator.requests(), []);
  });

  it("resets, and seeds anew", async () => {
    await api.post(PATH, dockerBody("hub"));
    await control("POST", "reset");
    assert.deepEqual(emulator.connectors(), []);
    assert.equal((await api.get("/ng/api/organizations/default")).status, 200);
    await control("POST", "seed", { seed: "empty" });
    assert.equal((await api.get("/ng/api/organizations/default")).status, 404);
    await control("POST", "seed", { seed: "demo" });
    assert.equal((await api.get("/ng/api/organizations/default")).status, 200);
    assert.equal((await control("POST", "seed", { seed: "other" }))[0], 400);
  });

  it("plans faults, with patterns and for good", async () => {
    const fault = { status: 500, match: { path: { pattern: "CONNECTORS/h", flags: "i" } }, times: "all" };
    assert.equal((await control("POST", "faults", fault))[0], 200);
    assert.deepEqual(await control("GET", "faults"), [200, { pending: 1 }]);
    for (let round = 0; round < 2; round += 1) assert.equal((await api.get(`${PATH}/hub`)).status, 500);
    assert.equal((await api.get(`${PATH}/other`)).status, 404);
    await control("DELETE", "faults");
    assert.equal((await api.get(`${PATH}/hub`)).status, 404);
    assert.equal((await control("POST", "faults", { drop: "x" }))[0], 400);
    assert.equal((await control("POST", "faults", "x"))[0], 400);
  });

  it("shows and changes switches", async () => {
    const [status, body] = await control("PATCH", "switches", { notFound: "400", opaDeny: { message: "no" } });
    assert.deepEqual([status, at(body, "notFound")], [200, "400"]);
    assert.equal(at((await control("GET", "switches"))[1], "opaDeny.message"), "no");
    assert.equal((await api.get(`${PATH}/hub`)).status, 400);
    const [refused, why] = await control("PATCH", "switches", { nope: 1 });
    assert.equal(refused, 400);
    assert.match(String(at(why, "error")), /there is no switch "nope"/);
    assert.equal((await control("PATCH", "switches", []))[0], 400);
  });

  it("says what it can do when asked for something else", async () => {
    const [status, body] = await control("GET", "nothing");
    assert.equal(status, 404);
    assert.ok(JSON.stringify(at(body, "known")).includes("POST faults"));
  });
});
