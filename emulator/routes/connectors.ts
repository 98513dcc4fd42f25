import { randomUUID } from "node:crypto";
import type { Answer } from "../answers";
import { success } from "../answers";
import { requirePermission } from "../auth";
import type { SentConnector } from "../connector-body";
import { checkScopeParts, parseConnectorBody, scopeWords } from "../connector-body";
import { connectorView } from "../connector-view";
import { requireAuth, secretFields } from "../docker-spec";
import { invalid, refusal } from "../errors";
import { identifierProblem } from "../identifier";
import { notFound, requirePlace } from "../not-found";
import { policyDenial } from "../policy";
import type { ConnectorRecord } from "../records";
import type { Call, Route } from "../router";
import type { Scope } from "../scope";
import { entityKey, wireScope } from "../scope";
import { nodeOf, resolveSecret } from "../secret-reference";
import type { State } from "../state";
import { connectorNode } from "../store";

const BUILT_IN = "harnessSecretManager";

/** Saves a connector and its references to secrets; those it no longer has go away with the lag. [H89] */
export function saveConnector(state: State, record: ConnectorRecord, secretNodes: readonly string[]): void {
  const { store, switches } = state;
  const node = connectorNode(record.scope, record.content.identifier);
  store.references.release(node, switches.usageLagMs);
  for (const secret of secretNodes) store.references.add(secret, node);
  store.connectors.set(entityKey(record.scope, record.content.identifier), record);
}

/** The references of a connector to secrets, each checked. [H79] [H80] */
function checkedSecrets(state: State, { scope, content }: SentConnector): string[] {
  const fields = content.type === "DockerRegistry" ? secretFields(content.spec) : new Map<string, string>();
  return [...fields].map(([field, reference]) => nodeOf(resolveSecret(state, scope, field, reference)));
}

function checkPermission(call: Call, verb: "view" | "edit" | "delete", scope: Scope, identifier?: string): void {
  const target = { scope, permission: `core_connector_${verb}`, resourceType: "CONNECTOR" };
  requirePermission(call.token, identifier === undefined ? target : { ...target, identifier });
}

/** The part of the checks that create and update share after the permission. [H52] */
function checkContent(call: Call, sent: SentConnector): Answer | undefined {
  checkScopeParts(sent.scope);
  if (sent.content.type === "DockerRegistry") requireAuth(sent.content.spec);
  return policyDenial(call.state, { ...sent.content, ...wireScope(sent.scope) }, sent.content.identifier);
}

/** Create. [H29] [H52] */
function create(call: Call): Answer {
  const { state } = call;
  const sent = parseConnectorBody(state, call.accountId, call.body);
  const { scope, content } = sent;
  if (content.identifier === BUILT_IN) {
    throw refusal("INVALID_REQUEST", `${BUILT_IN} cannot be used as connector identifier`);
  }
  if (content.type === "") throw refusal("INVALID_REQUEST", "Connector type cannot be null");
  checkPermission(call, "edit", scope);
  const denied = checkContent(call, sent);
  if (denied !== undefined) return denied;
  if (content.spec["executeOnDelegate"] === true && !state.switches.heartbeatWorks) {
    throw refusal("INVALID_REQUEST", "Connector could not be created because we could not create the heartbeat");
  }
  requirePlace(state, scope);
  const secrets = checkedSecrets(state, sent);
  if (!isFree(state, scope, content.identifier)) throw duplicate(state, content.name, content.identifier);
  const now = Date.now();
  const times = { createdAt: now, lastModifiedAt: now };
  const record: ConnectorRecord = { ...sent, ...times, uniqueId: randomUUID(), status: undefined };
  saveConnector(state, record, secrets);
  const view = connectorView(record, { ...state.switches, statusDelayMs: Number.POSITIVE_INFINITY });
  return success(view);
}

function isFree(state: State, scope: Scope, identifier: string): boolean {
  const key = entityKey(scope, identifier);
  if (state.store.connectors.get(key) !== undefined) return false;
  return state.switches.identifierFreeAfterDelete || !state.store.deletedConnectors.has(key);
}

/** A duplicate, found by the check or by losing a race. [H44] */
function duplicate(state: State, name: string, identifier: string): Error {
  if (state.switches.duplicateConnector === "DUPLICATE_FIELD") {
    return refusal("DUPLICATE_FIELD", `Connector [${identifier}] already exists`);
  }
  const hint = `has been given an identifier: ${identifier} that already exists. Please enter a unique ID.`;
  return refusal("INVALID_REQUEST", `Connector: ${name} ${hint}`);
}

/** Update: a full replacement. [H30] [H45] [H46] [H52] */
function update(call: Call): Answer {
  const { state } = call;
  const sent = parseConnectorBody(state, call.accountId, call.body);
  const { scope, content } = sent;
  if (content.identifier === BUILT_IN) {
    throw refusal("INVALID_REQUEST", "Update operation not supported for Harness Secret Manager");
  }
  if (content.type === "") throw refusal("INVALID_REQUEST", "Connector type cannot be null");
  checkPermission(call, "edit", scope, content.identifier);
  const denied = checkContent(call, sent);
  if (denied !== undefined) return denied;
  const existing = state.store.connectors.get(entityKey(scope, content.identifier));
  const words = `No connector exists with the identifier ${content.identifier} ${scopeWords(scope)}`;
  if (existing === undefined) throw refusal(state.switches.updateMissing, words);
  if (existing.content.type !== content.type) throw refusal("INVALID_REQUEST", `${words} with type ${content.type}`);
  requirePlace(state, scope);
  const secrets = checkedSecrets(state, sent);
  const record: ConnectorRecord = { ...existing, content, lastModifiedAt: Date.now() };
  saveConnector(state, record, secrets);
  return success(connectorView(record, state.switches));
}

/** The identifier in the path, which carries the same validator as the one in a body. [H75] */
function pathIdentifier(call: Call): string {
  const identifier = call.path.get("identifier") ?? "";
  const problem = identifierProblem("connector", identifier, call.state.switches.identifierMaxLength);
  if (problem !== undefined) throw invalid([{ fieldId: "identifier", error: problem }]);
  return identifier;
}

/** Read. [H31] [H33] [H42] */
function read(call: Call): Answer {
  const identifier = pathIdentifier(call);
  const scope = call.query.scope(call.accountId);
  checkPermission(call, "view", scope, identifier);
  const record = call.state.store.connectors.get(entityKey(scope, identifier));
  if (record === undefined) {
    const where = `project [${scope.projectId ?? null}], org [${scope.orgId ?? null}]`;
    throw notFound(call.state, `Connector with identifier [${identifier}] in ${where} not found`);
  }
  return success(connectorView(record, call.state.switches));
}

/** Delete. [H47] [H48] [H49] [H50] [H53] */
function remove(call: Call): Answer {
  const { store, switches } = call.state;
  const identifier = pathIdentifier(call);
  const scope = call.query.scope(call.accountId);
  const force = call.query.flag("forceDelete");
  if (identifier === BUILT_IN) {
    throw refusal("INVALID_REQUEST", "Delete operation not supported for Harness Secret Manager");
  }
  checkPermission(call, "delete", scope, identifier);
  if (force && !switches.forceDeleteEnabled) {
    const text = "Parameter forcedDelete cannot be true. Force Delete is not enabled for account";
    throw refusal("INVALID_REQUEST", `${text} [${call.accountId}]`);
  }
  const record = store.connectors.get(entityKey(scope, identifier));
  if (record === undefined) throw refusal("INVALID_REQUEST", "No such connector found");
  if (!force && store.references.to(connectorNode(scope, identifier)).length > 0) {
    const text = `Could not delete the connector ${identifier} as it is referenced by other entities`;
    throw refusal("ENTITY_REFERENCE_EXCEPTION", text);
  }
  if (record.content.spec["executeOnDelegate"] === true && !switches.heartbeatWorks) {
    throw refusal("INVALID_REQUEST", "Could not delete connector because heartbeat could not be deleted");
  }
  if (switches.connectorDelete === "answers-false") return success(false);
  dropConnector(call.state, scope, identifier);
  return success(true);
}

/** Removes a connector from the store; its references go away with the lag. [H89] */
export function dropConnector(state: State, scope: Scope, identifier: string): boolean {
  const key = entityKey(scope, identifier);
  state.store.references.release(connectorNode(scope, identifier), state.switches.usageLagMs);
  const existed = state.store.connectors.delete(key);
  if (existed) state.store.deletedConnectors.add(key);
  return existed;
}

/** Whether an identifier is free. [H58] */
function unique(call: Call): Answer {
  const identifier = call.query.required("identifier");
  const problem = identifierProblem("connector", identifier, call.state.switches.identifierMaxLength);
  if (problem !== undefined) throw invalid([{ fieldId: "identifier", error: problem }]);
  const scope = call.query.scope(call.accountId);
  return success(identifier !== BUILT_IN && isFree(call.state, scope, identifier));
}

const SCOPE = ["orgIdentifier", "projectIdentifier"];

/** Create, read, update, delete and the question whether an identifier is free. */
export const connectorRoutes: readonly Route[] = [
  // The scope in the query of a create or update is taken and ignored. [H32]
  { method: "POST", path: "/ng/api/connectors", query: SCOPE, hasBody: true, handle: create },
  { method: "PUT", path: "/ng/api/connectors", query: SCOPE, hasBody: true, handle: update },
  {
    method: "GET",
    path: "/ng/api/connectors/validateUniqueIdentifier",
    query: [...SCOPE, "identifier"],
    handle: unique,
  },
  { method: "GET", path: "/ng/api/connectors/{identifier}", query: SCOPE, handle: read },
  { method: "DELETE", path: "/ng/api/connectors/{identifier}", query: [...SCOPE, "forceDelete"], handle: remove },
];
