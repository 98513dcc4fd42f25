import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { Agent, request } from "undici";
import type { Emulator, Fault } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody } from "./calls";

const PATH = "/ng/api/connectors";

describe("emulator: faults", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  const made = () => emulator.connectors().length;

  it("answer a status, body and headers of one's choice, without effect unless asked", async () => {
    emulator.inject({ status: 503, body: { message: "later" }, headers: { "x-more": "1" } });
    const reply = await api.post(PATH, dockerBody("hub"));
    assert.deepEqual([reply.status, reply.body, reply.headers["x-more"]], [503, { message: "later" }, "1"]);
    assert.equal(made(), 0);
    emulator.inject({ status: 500, body: "oops", apply: true });
    assert.equal((await api.post(PATH, dockerBody("hub"))).text, "oops");
    assert.equal(made(), 1);
  });

  it("answer an empty body, with 204 too [H26]", async () => {
    emulator.inject({ status: 200 });
    emulator.inject({ status: 204 });
    for (const status of [200, 204]) {
      const reply = await api.get(`${PATH}/hub`);
      assert.deepEqual([reply.status, reply.text], [status, ""]);
    }
  });

  it("delay a true answer", async () => {
    emulator.inject({ delayMs: 40 });
    const began = performance.now();
    const pending = api.post(PATH, dockerBody("hub"));
    while (made() === 0) await sleep(1);
    assert.equal(emulator.requests()[0]?.status, undefined);
    assert.equal((await pending).status, 200);
    assert.ok(performance.now() - began >= 39);
  });

  /** Waits for an answer that never comes, for a short while. */
  async function impatient(part: "headers" | "body"): Promise<string> {
    const limits: Agent.Options = part === "headers" ? { headersTimeout: 30 } : { bodyTimeout: 30 };
    const agent = new Agent({ ...limits, keepAliveTimeout: 10 });
    const url = `${emulator.endpoint}${PATH}?accountIdentifier=${emulator.accountId}`;
    const headers = { "x-api-key": emulator.platformApiKey, "content-type": "application/json" };
    const options: Dispatcher.RequestOptions["headers"] = headers;
    try {
      const body = JSON.stringify(dockerBody("hub"));
      const answer = await request(url, { dispatcher: agent, method: "POST", headers: options, body });
      await answer.body.text();
      return "answered";
    } catch (error) {
      return String(at(error, "code"));
    } finally {
      await agent.destroy();
    }
  }

  it("stall before the headers, without effect unless asked", async function () {
    this.timeout(5000);
    for (const apply of [false, true]) {
      emulator.inject({ stall: "before-headers", apply });
      assert.equal(await impatient("headers"), "UND_ERR_HEADERS_TIMEOUT");
      assert.equal(made(), apply ? 1 : 0);
    }
    assert.equal(emulator.requests()[0]?.status, undefined);
    assert.equal(emulator.requests()[0]?.fault, "stall");
  });

  it("stall after the headers, without effect unless asked", async function () {
    this.timeout(5000);
    for (const apply of [false, true]) {
      emulator.inject({ stall: "after-headers", apply });
      assert.equal(await impatient("body"), "UND_ERR_BODY_TIMEOUT");
      assert.equal(made(), apply ? 1 : 0);
    }
    assert.equal(emulator.requests()[0]?.status, 200);
  });

  it("truncate the true answer after applying, or a made-up one", async () => {
    const broken = /aborted|terminated|other side closed|UND_ERR|ECONNRESET/i;
    const isBroken = (error: unknown) => broken.test(`${String(error)} ${String(at(error, "code"))}`);
    emulator.inject({ truncate: true });
    await assert.rejects(api.post(PATH, dockerBody("hub")), isBroken);
    assert.equal(made(), 1);
    emulator.inject({ truncate: true, apply: false });
    await assert.rejects(api.post(PATH, dockerBody("other")), isBroken);
    assert.equal(made(), 1);
  });

  it("drop the connection before or after applying, leaving no status", async () => {
    for (const drop of ["before", "after"] as const) {
      emulator.inject({ drop });
      await assert.rejects(api.post(PATH, dockerBody("hub")), { code: "UND_ERR_SOCKET" });
      assert.equal(made(), drop === "before" ? 0 : 1);
    }
    assert.deepEqual(
      emulator.requests().map((one) => [one.status, one.fault, typeof one.ms]),
      [
        [undefined, "drop", "number"],
        [undefined, "drop", "number"],
      ],
    );
  });

  it("answer 429 with a page and no Retry-After, or as asked [H110]", async () => {
    emulator.inject({ rateLimit: {} });
    emulator.inject({ rateLimit: { retryAfterSeconds: 3, body: "json" } });
    const page = await api.post(PATH, dockerBody("hub"));
    assert.deepEqual([page.status, page.body, page.headers["retry-after"]], [429, undefined, undefined]);
    const json = await api.post(PATH, dockerBody("hub"));
    assert.deepEqual([json.status, at(json.body, "code")], [429, "TOO_MANY_REQUESTS"]);
    assert.equal(json.headers["retry-after"], "3");
    assert.equal(made(), 0);
  });

  it("answer with the page of a proxy, whatever the status [H25]", async () => {
    for (const html of [200, 302, 403, 502]) {
      emulator.inject(html === 502 ? { html, apply: true } : { html });
      const reply = await api.post(PATH, dockerBody("hub"));
      assert.equal(reply.status, html);
      assert.match(reply.text, /^<!DOCTYPE html>/);
      assert.equal(made(), html === 502 ? 1 : 0);
    }
  });

  it("hit the requests they are for, skipping some, as often as told", async () => {
    emulator.inject({ status: 500, match: { method: "post", path: "/connectors" }, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (const id of ["a", "b", "c", "d"]) {
      statuses.push((await api.get(`${PATH}/a`)).status, (await api.post(PATH, dockerBody(id))).status);
    }
    assert.deepEqual(statuses, [404, 200, 200, 500, 200, 500, 200, 200]);
    assert.equal(emulator.pendingFaults(), 0);
  });

  it("match a pattern on the path without /gateway and query, the same way every time", async () => {
    emulator.inject({
      status: 418,
      match: { path: /^\/ng\/api\/connectors\/[^/]+$/g },
      times: Number.POSITIVE_INFINITY,
    });
    for (let round = 0; round < 3; round += 1) assert.equal((await api.get(`${PATH}/hub`)).status, 418);
    assert.equal((await api.post(PATH, dockerBody("hub"))).status, 200);
    emulator.clearFaults();
    assert.equal((await api.get(`${PATH}/hub`)).status, 200);
  });

  it("are played one a request, in the order they were planned", async () => {
    emulator.inject({ status: 501 });
    emulator.inject({ status: 502 });
    const statuses = [await api.get(`${PATH}/a`), await api.get(`${PATH}/a`), await api.get(`${PATH}/a`)];
    assert.deepEqual(
      statuses.map((one) => one.status),
      [501, 502, 404],
    );
  });

  it("are noted in the request log", async () => {
    emulator.inject({ status: 500 });
    await api.get(`${PATH}/a`);
    await api.get(`${PATH}/a`);
    assert.deepEqual(
      emulator.requests().map((one) => one.fault),
      ["status", undefined],
    );
  });

  const malformed: object[] = [
    {},
    { status: 500, drop: "before" },
    { status: 99 },
    { drop: "middle" },
    { stall: true },
    { truncate: false },
    { delayMs: -1 },
    { rateLimit: 1 },
    { status: 500, times: -1 },
    { html: 200.5 },
  ];
  for (const fault of malformed) {
    it(`refuse to be ${JSON.stringify(fault)}`, () => {
      const inject: (fault: object) => void = (one) => Reflect.apply(emulator.inject, emulator, [one]);
      assert.throws(() => inject(fault), TypeError);
    });
  }

  it("do not outlive a reset", async () => {
    const fault: Fault = { status: 500, times: 9 };
    emulator.inject(fault);
    emulator.reset();
    assert.equal((await api.get(`/ng/api/accounts/${emulator.accountId}`)).status, 200);
  });
});
