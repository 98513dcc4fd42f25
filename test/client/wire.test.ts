import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Call, parseEndpoint, writeRequest } from "../../provider/client/call";
import { HarnessClient } from "../../provider/client/client";
import { type Endpoint, endpoints } from "../../provider/client/endpoints";
import { isHarnessError } from "../../provider/errors";
import { ACCOUNT, API_KEY, callOf, closeAfterEach, connect, OK, serve } from "./support";

const SETTINGS = {
  endpoint: parseEndpoint("https://app.harness.io/gateway"),
  accountId: ACCOUNT,
  apiKey: "key",
  userAgent: "test",
};

function write(call: Partial<Call<unknown>>, endpoint = "https://app.harness.io/gateway") {
  return writeRequest({ ...callOf("getConnector"), ...call }, { ...SETTINGS, endpoint: parseEndpoint(endpoint) });
}

describe("a request on the wire", () => {
  closeAfterEach();

  it("has method, path, query, headers and body as Harness wants them", async () => {
    const server = await serve(OK);
    const { client } = connect(`${server.url}/gateway/`);
    const call: Call<unknown> = {
      ...callOf("listConnectors"),
      query: {
        orgIdentifier: "o",
        projectIdentifier: undefined,
        searchTerm: "a b+c&d=ü/",
        pageIndex: 0,
        all: true,
        x: null,
      },
      body: { filterType: "Connector", types: [], description: null },
    };
    await client.request(call);
    const [seen] = server.seen;
    assert.equal(seen?.method, "POST");
    assert.equal(
      seen?.url,
      `/gateway/ng/api/connectors/listV2?orgIdentifier=o&searchTerm=a%20b%2Bc%26d%3D%C3%BC%2F&pageIndex=0&all=true&accountIdentifier=${ACCOUNT}`,
    );
    assert.equal(seen?.body, '{"filterType":"Connector","types":[]}');
    const { connection, ...headers } = seen?.headers ?? {};
    assert.deepEqual(headers, {
      accept: "application/json",
      "content-length": "37",
      "content-type": "application/json",
      "harness-account": ACCOUNT,
      host: server.host,
      "user-agent": "pulumi-harness-images/1.2.3",
      "x-api-key": API_KEY,
    });
    assert.equal(connection, "keep-alive");
  });

  it("has no content type and no body when there is nothing to say", async () => {
    const server = await serve(OK);
    await connect(server.url).ask("deleteConnector");
    const [seen] = server.seen;
    assert.deepEqual([seen?.method, seen?.body, seen?.headers["content-type"]], ["DELETE", "", undefined]);
  });

  it("names the client's account whatever the call says", () => {
    assert.equal(write({ query: { accountIdentifier: "other" } }).query, `accountIdentifier=${ACCOUNT}`);
    assert.equal(write({ endpoint: endpoints.getAccount, path: {} }).path, `/gateway/ng/api/accounts/${ACCOUNT}`);
  });

  it("leaves null and undefined out of a JSON body at any depth, and nothing else", () => {
    const body = { a: null, b: { c: undefined, d: [1, null, { e: null, f: "" }], g: {}, h: [], i: false, j: 0 } };
    assert.equal(write({ body }).body, '{"b":{"d":[1,{"f":""}],"g":{},"h":[],"i":false,"j":0}}');
  });

  it("sends YAML as it is", () => {
    const endpoint: Endpoint = { ...endpoints.updateConnector, contentType: "application/yaml" };
    const { body, headers } = write({ endpoint, body: "a: null # kept\n" });
    assert.deepEqual([body, headers["content-type"]], ["a: null # kept\n", "application/yaml"]);
  });

  it("encodes path parameters", () => {
    assert.equal(write({ path: { identifier: "a/b c?d#e%" } }).path, "/gateway/ng/api/connectors/a%2Fb%20c%3Fd%23e%25");
  });

  const paths: ReadonlyArray<[string, string]> = [
    ["https://h", "/ng/api/connectors/docker_hub"],
    ["https://h/", "/ng/api/connectors/docker_hub"],
    ["https://h/gateway", "/gateway/ng/api/connectors/docker_hub"],
    ["https://h/gateway/", "/gateway/ng/api/connectors/docker_hub"],
    ["https://h/ng/api", "/ng/api/connectors/docker_hub"],
    ["https://h/ng", "/ng/api/connectors/docker_hub"],
    ["https://h/n", "/n/ng/api/connectors/docker_hub"],
  ];
  for (const [endpoint, path] of paths) {
    it(`goes to ${path} at the endpoint ${endpoint}`, () => assert.equal(write({}, endpoint).path, path));
  }
});

describe("a request that must not be sent", () => {
  closeAfterEach();

  for (const identifier of ["", ".", ".."]) {
    it(`has the identifier ${JSON.stringify(identifier)}: it would address something else`, () => {
      assert.throws(() => write({ path: { identifier } }), {
        code: "INVALID_INPUT",
        message: [
          `cannot do it to docker_hub: ${JSON.stringify(identifier)} cannot be the "identifier" in an address. [INVALID_INPUT]`,
          "  Next: Correct the identifier. If you did not write it, please report this as a bug of pulumi-harness-images.",
        ].join("\n"),
      });
    });
  }

  for (const apiKey of ["", "pat.a.b.c\n", "pat a b", "schlüssel"]) {
    it(`has a key that no header can carry: ${JSON.stringify(apiKey)}`, () => {
      assert.throws(() => writeRequest(callOf("getConnector"), { ...SETTINGS, apiKey }), {
        message: [
          "cannot do it to docker_hub: harness:platformApiKey is empty or holds a space, a line end or another character that no key has. [CONFIGURATION]",
          "  Next: Set it again (HARNESS_PLATFORM_API_KEY, or pulumi config set --secret harness:platformApiKey) without them.",
        ].join("\n"),
      });
    });
  }

  for (const endpoint of ["", "app.harness.io", "ftp://app.harness.io", "harness"]) {
    it(`has the endpoint ${JSON.stringify(endpoint)}: the client is not even made`, () => {
      assert.throws(() => connect(endpoint), {
        message: [
          `cannot reach Harness: harness:endpoint is not an address: ${JSON.stringify(endpoint)}. [CONFIGURATION]`,
          "  Next: Write it with its scheme, e.g. https://app.harness.io/gateway.",
        ].join("\n"),
      });
    });
  }

  it("has an account id that no header can carry", async () => {
    const server = await serve(OK);
    const error = await connect(server.url, { accountId: "acc\n" }).failure();
    assert.deepEqual([error.code, isHarnessError(error), server.seen.length], ["CONFIGURATION", true, 0]);
  });
});

describe("the table of endpoints", () => {
  const all: ReadonlyArray<readonly [string, Endpoint]> = Object.entries(endpoints);

  it("names each endpoint as the code does", () => {
    for (const [key, { name }] of all) assert.equal(name, key);
  });

  it("has no GET and no listing that may not be repeated, and no write that counts as a read", () => {
    const reads = all.filter(([name, { method }]) => method === "GET" || /^(list|get|check)/.test(name));
    assert.deepEqual(reads.filter(([, { retry }]) => retry !== "read"), []); // biome-ignore format: one line
    const writes = all.filter(([name]) => /^(create|update|reset|delete|test)/.test(name));
    assert.equal(reads.length + writes.length, all.length);
    // A pipeline's text sent a second time could come over what somebody saved in between. [H157]
    // A test that was cut off may still be running. [H98]
    const once = (name: string) => /^(create|test)|Pipeline$/.test(name);
    for (const [name, { retry }] of writes) assert.equal(retry, once(name) ? "create" : "idempotent");
  });

  it("cites facts that are written down", () => {
    const facts = readFileSync(join(__dirname, "..", "..", "docs", "harness-api.md"), "utf8");
    for (const [name, { fact }] of all) assert(facts.includes(`**${fact}**`), `${name} cites ${fact}`);
  });
});

describe("making a client", () => {
  it("opens nothing and waits for nothing", async () => {
    const client = new HarnessClient({
      endpoint: "https://harness.test",
      accountId: ACCOUNT,
      apiKey: API_KEY,
      version: "1.2.3",
      requestsPerMinute: 1,
      requestTimeoutMs: 1,
      debug: false,
      notice: () => undefined,
    });
    await client.close();
    assert.equal(client.summary().split("\n")[0], "Harness API: 0 calls, 0 requests");
  });
});
