import assert from "node:assert/strict";
import { callOf, closeAfterEach, connect, failureOf, fault, itSays, type Saying, serve } from "./support";

const cases: readonly Saying[] = [
  {
    title: "words, code and correlation id of an exception",
    reply: {
      status: 400,
      body: {
        status: "ERROR",
        code: "INVALID_REQUEST",
        message: "Connector type cannot be null",
        correlationId: "corr-1",
        detailedMessage: null,
        responseMessages: [{ code: "INVALID_REQUEST", level: "ERROR", message: "Connector type cannot be null" }],
        metadata: null,
      },
    },
    call: "createConnector",
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: Connector type cannot be null (HTTP 400, INVALID_REQUEST, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "every field that failed validation",
    reply: {
      status: 400,
      body: {
        status: "FAILURE",
        code: "INVALID_REQUEST",
        message: "Invalid request",
        correlationId: "corr-1",
        errors: [
          { fieldId: "identifier", error: "cannot be empty." },
          { fieldId: "name", error: "cannot be more than 64 characters long." },
        ],
      },
    },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: Invalid request; identifier: cannot be empty; name: cannot be more than 64 characters long (HTTP 400, INVALID_REQUEST, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "the details of a body that could not be read, and not its numeric code",
    reply: {
      status: 400,
      body: {
        code: 400,
        message: "Unable to process JSON",
        details: "No spec should be provided with the inherit from delegate type",
      },
    },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: Unable to process JSON; No spec should be provided with the inherit from delegate type (HTTP 400)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "a numeric code that is not the status",
    reply: { status: 400, body: { code: 1007, message: "x" } },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: x (HTTP 400, 1007)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "what the response messages add, once each",
    reply: {
      status: 400,
      body: {
        status: "ERROR",
        code: "HINT",
        message: "Please ensure the registry is reachable",
        correlationId: "corr-1",
        responseMessages: [
          { message: "Please ensure the registry is reachable." },
          { message: "The registry answered 500" },
          { message: "the registry  answered 500" },
          { message: null },
        ],
      },
    },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: Please ensure the registry is reachable; The registry answered 500 (HTTP 400, HINT, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "the longer of two wordings",
    reply: {
      status: 400,
      body: {
        status: "ERROR",
        code: "UNEXPECTED",
        message: "Invalid request",
        responseMessages: [{ message: "Invalid request: No secret exists with the id x" }],
      },
    },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: Invalid request: No secret exists with the id x (HTTP 400, UNEXPECTED)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "that there are no words",
    reply: fault(400, "INVALID_REQUEST", null),
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  The answer: HTTP 400, INVALID_REQUEST, correlation id corr-1",
      "  Next: Harness gave no reason: look at the request with HARNESS_LOG=debug, and ask Harness support.",
    ],
  },
  {
    title: "the status alone when the body has nothing",
    reply: { status: 418, body: {} },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  The answer: HTTP 418",
      "  Next: Harness gave no reason: look at the request with HARNESS_LOG=debug, and ask Harness support.",
    ],
  },
  {
    title: "the status alone when the body is a list",
    reply: { status: 400, body: "[1]" },
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  The answer: HTTP 400",
      "  Next: Harness gave no reason: look at the request with HARNESS_LOG=debug, and ask Harness support.",
    ],
  },
  {
    title: "an error that came with a good status",
    reply: fault(200, "INVALID_REQUEST", "No."),
    call: "createConnector",
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: No. (HTTP 200, INVALID_REQUEST, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "what to check when the key is rejected",
    reply: fault(401, "INVALID_TOKEN", "Token is invalid or expired"),
    says: [
      "cannot do it to docker_hub: the API key was rejected. [CREDENTIALS_REJECTED]",
      "  Harness said: Token is invalid or expired (HTTP 401, INVALID_TOKEN, correlation id corr-1)",
      "  Next: Check harness:platformApiKey (HARNESS_PLATFORM_API_KEY): the key may be mistyped, expired or revoked, or belong to another account than harness:accountId (acc123).",
    ],
  },
  {
    title: "every permission that is missing, and where",
    reply: {
      status: 403,
      body: {
        status: "ERROR",
        code: "NG_ACCESS_DENIED",
        message: "Principal of type USER with identifier u : Missing permission core_connector_edit on CONNECTOR",
        correlationId: "corr-1",
        failedPermissionChecks: [
          {
            resourceScope: { accountIdentifier: "A", orgIdentifier: "o", projectIdentifier: "p" },
            resourceType: "CONNECTOR",
            resourceIdentifier: "docker_hub",
            permission: "core_connector_edit",
          },
          { resourceScope: { accountIdentifier: "A" }, resourceType: "SECRET", permission: "core_secret_view" },
        ],
      },
    },
    says: [
      "cannot do it to docker_hub: the API key lacks core_connector_edit on CONNECTOR docker_hub in project p of organisation o, core_secret_view on SECRET in the account. [PERMISSION_DENIED]",
      "  Harness said: Principal of type USER with identifier u : Missing permission core_connector_edit on CONNECTOR (HTTP 403, NG_ACCESS_DENIED, correlation id corr-1)",
      "  Next: Give the user or service account of the key a role with core_connector_edit on CONNECTOR docker_hub in project p of organisation o, core_secret_view on SECRET in the account. Other causes: harness:accountId (acc123) is not the key's account, or an IP allow-list of the account excludes this machine.",
    ],
  },
  {
    title: "other causes of a denial that names no permission",
    reply: fault(403, "ACCESS_DENIED", "Not allowed"),
    says: [
      "cannot do it to docker_hub: the API key lacks a permission. [PERMISSION_DENIED]",
      "  Harness said: Not allowed (HTTP 403, ACCESS_DENIED, correlation id corr-1)",
      "  Next: Give the user or service account of the key a role with the permission named above. Other causes: harness:accountId (acc123) is not the key's account, or an IP allow-list of the account excludes this machine.",
    ],
  },
  {
    title: "where to look when something is missing",
    reply: fault(
      404,
      "RESOURCE_NOT_FOUND_EXCEPTION",
      "Connector with identifier [docker_hub] in project [null], org [null] not found",
    ),
    says: [
      "cannot do it to docker_hub: Harness did not find it, or did not find something it refers to. [NOT_FOUND]",
      "  Harness said: Connector with identifier [docker_hub] in project [null], org [null] not found (HTTP 404, RESOURCE_NOT_FOUND_EXCEPTION, correlation id corr-1)",
      "  Next: Check identifier, organisation and project, and that they are in account acc123: what a key may not see can look missing.",
    ],
  },
  {
    title: "that a 404 about delegates is no missing object",
    reply: fault(404, "NO_AVAILABLE_DELEGATES", "No delegates"),
    says: [
      "cannot do it to docker_hub: Harness refused the request. [REFUSED]",
      "  Harness said: No delegates (HTTP 404, NO_AVAILABLE_DELEGATES, correlation id corr-1)",
      "  Next: Correct what Harness names above, then run again.",
    ],
  },
  {
    title: "that a write may have been applied when Harness fails",
    reply: fault(500, "UNKNOWN_ERROR", "Oops"),
    call: "createConnector",
    uncertain: true,
    says: [
      "cannot do it to docker_hub: Harness failed with HTTP 500, and it may have been applied all the same. [SERVER_FAILED]",
      "  Harness said: Oops (HTTP 500, UNKNOWN_ERROR, correlation id corr-1)",
      "  Next: Run again. If it stays, look at https://status.harness.io and give the correlation id to Harness support.",
    ],
  },
  {
    title: "how often a read was tried when Harness fails",
    reply: fault(500, "UNKNOWN_ERROR", null),
    says: [
      "cannot do it to docker_hub: Harness failed with HTTP 500; 4 attempts were made. [SERVER_FAILED]",
      "  The answer: HTTP 500, UNKNOWN_ERROR, correlation id corr-1",
      "  Next: Run again. If it stays, look at https://status.harness.io and give the correlation id to Harness support.",
    ],
  },
  {
    title: "a failure of Harness that is not worth repeating",
    reply: fault(501, "X", "no"),
    says: [
      "cannot do it to docker_hub: Harness failed with HTTP 501. [SERVER_FAILED]",
      "  Harness said: no (HTTP 501, X, correlation id corr-1)",
      "  Next: Run again. If it stays, look at https://status.harness.io and give the correlation id to Harness support.",
    ],
  },
];

describe("an error answer of Harness becomes an error that tells", () => {
  closeAfterEach();

  for (const saying of cases) itSays(saying);

  it("the status, code, words and correlation id as fields", async () => {
    const server = await serve(fault(400, "DUPLICATE_FIELD", "Connector [docker_hub] already exists"));
    assert.deepEqual((await connect(server.url).failure("createConnector")).answer, {
      status: 400,
      code: "DUPLICATE_FIELD",
      codes: ["DUPLICATE_FIELD"],
      message: "Connector [docker_hub] already exists",
      correlationId: "corr-1",
    });
  });

  for (const code of [
    "RESOURCE_NOT_FOUND_EXCEPTION",
    "ENTITY_NOT_FOUND",
    "RESOURCE_NOT_FOUND",
    "CONNECTOR_NOT_FOUND_EXCEPTION",
  ]) {
    for (const status of [400, 404, 500]) {
      it(`that something does not exist: ${code} with HTTP ${status}, asked once`, async () => {
        const server = await serve(fault(status, code, "gone"));
        const error = await connect(server.url).failure();
        assert.deepEqual([error.code, server.seen.length], ["NOT_FOUND", 1]);
      });
    }
  }

  it("that something does not exist: 404 with another code of Harness", async () => {
    const server = await serve(fault(404, "SOMETHING_NEW", "gone"));
    assert.equal((await connect(server.url).failure()).code, "NOT_FOUND");
  });

  it("the way out that the client was given for a rejected key, or the call's own", async () => {
    const server = await serve(fault(401, "EXPIRED_TOKEN", "expired"));
    const { client, clock, failure } = connect(server.url, { hint: "Add --run-program." });
    assert.match((await failure()).message, / Add --run-program\.$/);
    const own = await failureOf(clock.run(client.request({ ...callOf("getSecret"), hint: "Ask the owner." })));
    assert.match(own.message, /\(acc123\)\. Ask the owner\.$/);
  });
});
