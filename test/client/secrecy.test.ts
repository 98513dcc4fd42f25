import assert from "node:assert/strict";
import { inspect } from "node:util";
import { endpoints } from "../../provider/client/endpoints";
import { rememberSecret } from "../../provider/redact";
import { ACCOUNT, API_KEY, callOf, closeAfterEach, connect, failureOf, RESET, type Reply, serve } from "./support";

const CANARY = "CANARY0";
/** A server that repeats the key in everything it says. */
const PARROTS: ReadonlyArray<[string, Reply, string]> = [
  ["a message of Harness", parrot(400, { status: "ERROR", code: "X", message: `bad ${API_KEY}` }), "REFUSED"],
  [
    "a response message",
    parrot(500, { status: "ERROR", code: "X", responseMessages: [{ message: API_KEY }] }),
    "SERVER_FAILED",
  ],
  [
    "a field error",
    parrot(400, { status: "FAILURE", code: "X", errors: [{ fieldId: API_KEY, error: API_KEY }] }),
    "REFUSED",
  ],
  [
    "code and correlation id",
    parrot(401, { status: "ERROR", code: API_KEY, correlationId: API_KEY }),
    "CREDENTIALS_REJECTED",
  ],
  [
    "a failed permission check",
    parrot(403, { status: "ERROR", code: "X", failedPermissionChecks: [{ permission: API_KEY }] }),
    "PERMISSION_DENIED",
  ],
  ["text", { status: 503, body: `wrong key ${API_KEY}` }, "NOT_HARNESS"],
  ["the title of a page", { status: 200, body: `<html><title>${API_KEY}</title>` }, "NOT_HARNESS"],
  ["broken JSON", { status: 200, body: `{"x-api-key":"${API_KEY}"` }, "NOT_HARNESS"],
  [
    "the target of a redirect",
    { status: 302, headers: { location: `https://${API_KEY}.example.com/${API_KEY}` } },
    "NOT_HARNESS",
  ],
  ["something that is no HTTP", (response) => response.socket?.end(`x-api-key: ${API_KEY}\r\n\r\n`), "NOT_HARNESS"],
  ["nothing, the connection breaks", RESET, "UNREACHABLE"],
];

function parrot(status: number, body: object): Reply {
  return { status, body };
}

describe("the key is in no message, stack, log line, notice, summary or inspection when the answer has it in", () => {
  closeAfterEach();

  for (const [title, reply, code] of PARROTS) {
    it(title, async () => {
      const server = await serve(reply);
      const test = connect(server.url, { hint: `The key ${API_KEY} may be old.` });
      for (const name of ["listConnectors", "createConnector"] as const) {
        const call = { ...callOf(name), doing: `use ${API_KEY}` };
        const error = await failureOf(test.clock.run(test.client.request(call)));
        assert.equal(error.code, code);
        const everything = [
          inspect(error.cause),
          error.message,
          error.stack,
          error.remedy,
          inspect(error, { depth: 9, showHidden: true }),
        ];
        assertClean([...everything, ...test.log, ...test.notices, test.client.summary()]);
      }
    });
  }

  it("a key without the shape of a key", async () => {
    const apiKey = `${CANARY}-unlike-any-other`;
    const server = await serve({ status: 400, body: { status: "ERROR", code: "X", message: `bad ${apiKey}` } });
    const error = await connect(server.url, { apiKey }).failure();
    assertClean([error.message, JSON.stringify(error.answer)]);
  });

  it("the path, which holds identifiers", async () => {
    const server = await serve({ status: 500 });
    const test = connect(server.url);
    const error = await failureOf(
      test.clock.run(test.client.request({ ...callOf("getSecret"), path: { identifier: API_KEY } })),
    );
    assertClean([inspect(error), ...test.log]);
    assert.match(test.log[0] ?? "", /^harness: GET \/ng\/api\/v2\/secrets\/\S*\[secret\]: 500/);
  });
});

describe("a remembered value of a secret", () => {
  closeAfterEach();

  it("is masked in an echo of the server and in the reason why an answer could not be read", async () => {
    rememberSecret(`${CANARY}-value "quoted"`);
    const echo = { status: 400, body: { status: "ERROR", code: "X", message: `no: ${CANARY}-value "quoted"` } };
    const refused = await connect((await serve(echo)).url).failure("createSecret");
    const { client, clock } = connect((await serve({ status: 200, body: {} })).url);
    const parse = () => {
      throw new TypeError(`value is ${CANARY}-value "quoted"`);
    };
    const call = { ...callOf("createSecret"), endpoint: endpoints.createSecret, parse };
    const unread = await failureOf(clock.run(client.request(call)));
    assertClean([inspect(refused), inspect(unread)]);
  });
});

describe("the test of secrecy", () => {
  it("would notice", () => {
    assert.throws(() => assertClean([`x${API_KEY}`]));
    assert.throws(() => assertClean([inspect(new Error("x", { cause: new Error(API_KEY) }))]));
    assert(API_KEY.includes(CANARY) && API_KEY.includes(ACCOUNT));
  });
});

function assertClean(texts: ReadonlyArray<string | undefined>): void {
  for (const text of texts) assert(!text?.includes(CANARY), `the key is in: ${text?.replaceAll(CANARY, "<the key>")}`);
}
