import * as assert from "node:assert/strict";
import { request } from "undici";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, refusalOf } from "./calls";

const PATH = "/ng/api/connectors";

describe("emulator: what a sloppy client would get away with elsewhere", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  const params: [string, Record<string, string | string[]>, string, string][] = [
    ["unknown", { orgId: "default" }, "orgId", "is not a parameter of this endpoint"],
    ["empty", { orgIdentifier: "" }, "orgIdentifier", "must not be empty"],
    ["repeated", { orgIdentifier: ["a", "b"] }, "orgIdentifier", "is given more than once"],
  ];
  for (const [kind, query, fieldId, error] of params) {
    it(`refuses an ${kind} query parameter by name`, async () => {
      const reply = await api.get(`${PATH}/hub`, query);
      assert.deepEqual([reply.status, at(reply.body, "status")], [400, "FAILURE"]);
      assert.deepEqual(at(reply.body, "errors"), [{ fieldId, error }]);
    });
  }

  it("refuses a parameter that belongs to another endpoint", async () => {
    assert.equal((await api.get(`${PATH}/hub`, { forceDelete: "true" })).status, 400);
    assert.equal((await api.post(PATH, dockerBody("hub"), { identifier: "hub" })).status, 400);
  });

  it("refuses a missing accountIdentifier [H5]", async () => {
    const reply = await api.call("GET", `${PATH}/hub`, undefined, { noAccount: true });
    assert.deepEqual([reply.status, at(reply.body, "errors.0.fieldId")], [400, "accountIdentifier"]);
  });

  it("refuses a project without its organisation in the query [H51]", async () => {
    const reply = await api.get(`${PATH}/hub`, { projectIdentifier: "demo" });
    assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", "Project demo specified without the org Identifier"]);
  });

  it("refuses a flag that is neither true nor false", async () => {
    assert.equal(at((await api.delete(`${PATH}/hub`, { forceDelete: "yes" })).body, "errors.0.fieldId"), "forceDelete");
  });

  for (const type of ["text/plain", "application/yaml", "application/x-www-form-urlencoded"]) {
    it(`refuses a body of type ${type} with 415`, async () => {
      const more = { raw: JSON.stringify(dockerBody("hub")), headers: { "content-type": type } };
      assert.deepEqual(refusalOf(await api.call("POST", PATH, undefined, more)), [
        415,
        415,
        "HTTP 415 Unsupported Media Type",
      ]);
      assert.deepEqual(emulator.connectors(), []);
    });
  }

  it("refuses a body without a type with 415", async () => {
    const url = `${emulator.endpoint}${PATH}?accountIdentifier=${emulator.accountId}`;
    const body = JSON.stringify(dockerBody("hub"));
    const reply = await request(url, { method: "POST", headers: { "x-api-key": emulator.platformApiKey }, body });
    assert.equal(reply.statusCode, 415);
    await reply.body.dump();
  });

  it("takes a charset in the content type", async () => {
    const headers = { "content-type": "application/json; charset=UTF-8" };
    assert.equal((await api.call("POST", PATH, dockerBody("hub"), { headers })).status, 200);
  });

  it("refuses a body that is missing, empty, broken or no object [H20] [H21]", async () => {
    const none = await api.call("POST", PATH);
    assert.deepEqual([none.status, at(none.body, "errors.0.fieldId")], [400, "body"]);
    const empty = await api.call("POST", PATH, undefined, { raw: "" });
    assert.equal(empty.status, 400);
    for (const raw of ["{", '"text"', "[]", "null"]) {
      const reply = await api.call("POST", PATH, undefined, { raw });
      assert.deepEqual(refusalOf(reply), [400, 400, "Unable to process JSON"], raw);
    }
  });

  it("answers a path outside the API with a page, inside with a number as code [H43]", async () => {
    const outside = await api.get("/api/connectors");
    assert.deepEqual([outside.status, outside.body], [404, undefined]);
    assert.match(String(outside.headers["content-type"]), /^text\/html/);
    assert.deepEqual(refusalOf(await api.get("/ng/api/conectors")), [404, 404, "HTTP 404 Not Found"]);
    assert.equal((await api.get("/ng/api/connectors/")).status, 404);
    assert.equal((await api.get("/gateway/ng/api/connectors/hub")).status, 404);
  });

  it("answers a wrong method with 405", async () => {
    assert.deepEqual(refusalOf(await api.call("PATCH", `${PATH}/hub`)), [405, 405, "HTTP 405 Method Not Allowed"]);
    assert.equal((await api.get(PATH)).status, 405);
  });

  it("refuses a body of millions of characters", async () => {
    const reply = await api.call("POST", PATH, undefined, { raw: " ".repeat(2_000_001) });
    assert.equal(reply.status, 413);
  });

  it("answers an unknown path only after the token was checked inside the API, never before", async () => {
    const nobody = new Calls(emulator, "pat.x.y.z");
    assert.equal((await nobody.get(`${PATH}/hub`, { unknown: "1" })).status, 401);
  });
});
