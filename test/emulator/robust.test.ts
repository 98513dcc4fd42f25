import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody } from "./calls";

const AUTH = fc.record({ type: fc.constantFrom("Anonymous", "UsernamePassword"), spec: fc.jsonValue() });
const SPEC = fc.oneof(
  fc.jsonValue(),
  fc.record({
    dockerRegistryUrl: fc.oneof(fc.string(), fc.jsonValue()),
    providerType: fc.constantFrom("DockerHub", "Other", "other", 1),
    auth: AUTH,
    delegateSelectors: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
    executeOnDelegate: fc.oneof(fc.boolean(), fc.jsonValue()),
    __proto__: fc.jsonValue(),
  }),
);
const CONNECTOR = fc.oneof(
  fc.jsonValue(),
  fc.record({
    name: fc.oneof(fc.constant("ok"), fc.string()),
    identifier: fc.oneof(fc.constant("ok"), fc.string()),
    type: fc.constantFrom("DockerRegistry", "Github", "Nope", null),
    tags: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
    spec: SPEC,
  }),
);

describe("emulator: any JSON at all", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  after(() => emulator.close());

  it("is answered, and never by a failure of the emulator itself", async () => {
    const paths = ["/ng/api/connectors", "/ng/api/connectors/listV2", "/ng/api/v2/secrets", "/authz/api/acl"];
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record({ connector: CONNECTOR }),
      fc.record({ secret: fc.oneof(fc.jsonValue(), CONNECTOR) }),
      fc.record({ filterType: fc.constant("Connector"), types: fc.jsonValue(), tags: fc.jsonValue() }),
      fc.record({ permissions: fc.jsonValue(), principal: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), bodies, async (path, body) => {
        const reply = await api.post(path, body);
        assert.ok(![500, 502].includes(reply.status) || /our end/.test(reply.text), `${path} ${reply.text}`);
      }),
      { numRuns: 300 },
    );
  });

  it("comes back as it was stored: unknown spec keys survive a round trip [H67]", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), fc.jsonValue()), async (extra) => {
        emulator.reset();
        const base = { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" } };
        const wanted = Object.entries(JSON.parse(JSON.stringify(extra))).filter(([, value]) => value !== null);
        await api.post("/ng/api/connectors", dockerBody("hub", { spec: { ...extra, ...base } }));
        const { body } = await api.get("/ng/api/connectors/hub");
        for (const [key, value] of wanted) assert.deepEqual(at(body, `data.connector.spec.${key}`), value);
      }),
      { numRuns: 50 },
    );
  });

  it("finds an identifier that is encoded in the path [H72]", async () => {
    emulator.reset();
    assert.equal((await api.post("/ng/api/connectors", dockerBody("a$b", { name: "ab" }))).status, 200);
    for (const path of ["a$b", "a%24b"]) assert.equal((await api.get(`/ng/api/connectors/${path}`)).status, 200);
    assert.equal((await api.get("/ng/api/connectors/a%zz")).status, 400);
  });
});
