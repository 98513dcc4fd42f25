import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../answers";
import { json, success } from "../answers";
import { requirePermission } from "../auth";
import type { TestFailure } from "../connection-test";
import { testConnector } from "../connection-test";
import { secretFields } from "../docker-spec";
import { Refusal, refusal } from "../errors";
import type { JsonObject } from "../json";
import type { ConnectorRecord, ConnectorStatus } from "../records";
import type { Call, Route } from "../router";
import { entityKey } from "../scope";
import { resolveSecret } from "../secret-reference";

/** Tests a saved connector, and notes in it what came out. [H38] [H94] */
async function test(call: Call): Promise<Answer> {
  const { state } = call;
  const identifier = call.path.get("identifier") ?? "";
  const scope = call.query.scope(call.accountId);
  const key = entityKey(scope, identifier);
  const record = state.store.connectors.get(key);
  if (record === undefined) {
    throw refusal("CONNECTOR_NOT_FOUND_EXCEPTION", `No connector found with identifier ${identifier}`);
  }
  requireSecrets(call, record);
  const began = Date.now();
  const { failure, delegateId } = await testConnector(state, record);
  const left = state.switches.testDurationMs - (Date.now() - began);
  if (left > 0) await sleep(left, undefined, { ref: false });
  const testedAt = Date.now();
  const now = state.store.connectors.get(key);
  if (now !== undefined) state.store.connectors.set(key, { ...now, status: statusAfter(now, failure, testedAt) });
  if (failure !== undefined && state.switches.testFailure === "error") return asError(failure);
  return success({
    status: failure === undefined ? "SUCCESS" : "FAILURE",
    errors: failure && errorsOf(failure),
    errorSummary: failure && summaryOf(failure),
    testedAt,
    delegateId: delegateId ?? null,
  });
}

/** The caller must be allowed to use the connector's secrets. [H97] */
function requireSecrets(call: Call, { scope, content }: ConnectorRecord): void {
  for (const [field, reference] of secretFields(content.spec)) {
    try {
      const target = resolveSecret(call.state, scope, field, reference);
      const permission = { permission: "core_secret_access", resourceType: "SECRET" };
      requirePermission(call.token, { ...permission, scope: target.scope, identifier: target.identifier });
    } catch (error) {
      // A secret that is gone is what the test finds, not a missing permission.
      if (error instanceof Refusal && error.status === 403) throw error;
    }
  }
}

function statusAfter(record: ConnectorRecord, failure: TestFailure | undefined, testedAt: number): ConnectorStatus {
  const lastConnectedAt = failure === undefined ? testedAt : (record.status?.lastConnectedAt ?? 0);
  return {
    status: failure === undefined ? "SUCCESS" : "FAILURE",
    errorSummary: failure === undefined ? null : summaryOf(failure),
    errors: failure === undefined ? null : errorsOf(failure),
    testedAt,
    lastTestedAt: 0,
    lastConnectedAt,
  };
}

function errorsOf({ hint, explanation, cause }: TestFailure): JsonObject[] {
  return [{ reason: explanation, message: `${hint} (${cause})`, code: 500 }];
}

function summaryOf({ hint }: TestFailure): string {
  return hint;
}

/** The second form: hints and explanations first, the root cause last. [H95] */
function asError({ hint, explanation, cause, code }: TestFailure): Answer {
  const parts = [
    ["HINT", hint],
    ["EXPLANATION", explanation],
    [code, cause],
  ];
  const responseMessages = parts.map(([name, message]) => ({
    code: name,
    level: name === code ? "ERROR" : "INFO",
    message,
    exception: null,
    failureTypes: [],
  }));
  const body = { status: "ERROR", code: "HINT", message: hint, correlationId: randomUUID(), responseMessages };
  return json(400, { ...body, detailedMessage: null, metadata: null });
}

const SCOPE = ["orgIdentifier", "projectIdentifier"];

/** The connection test. */
export const connectionTestRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/ng/api/connectors/testConnection/{identifier}",
    query: SCOPE,
    hasBody: "optional",
    handle: test,
  },
];
