import type { Answer } from "../answers";
import { page, success } from "../answers";
import { isPermitted, requirePermission } from "../auth";
import { shaped } from "../connector-view";
import { invalid, refusal } from "../errors";
import { identifierProblem } from "../identifier";
import { notFound, requirePlace } from "../not-found";
import { policyDenial } from "../policy";
import type { SecretRecord } from "../records";
import type { Call, Route } from "../router";
import type { Scope } from "../scope";
import { entityKey, isWithin, scopeAt } from "../scope";
import type { SentSecret } from "../secret-body";
import { maskedSecret, parseSecretBody, sameScope, secretView } from "../secret-body";
import type { State } from "../state";
import { liesIn, secretNode } from "../store";
import { foundBy } from "./connector-list";

function target(verb: "view" | "edit" | "delete", scope: Scope, identifier?: string) {
  const base = { scope, permission: `core_secret_${verb}`, resourceType: "SECRET" };
  return identifier === undefined ? base : { ...base, identifier };
}

function answer(state: State, record: SecretRecord): Answer {
  return success(shaped(secretView(record, state.switches.unset), state.switches.unset));
}

/** The secret manager must exist; the built-in one does at every scope. [H84] */
function requireManager(state: State, scope: Scope, reference: string): void {
  const [prefix, rest] = reference.split(".");
  const level = prefix === "account" || prefix === "org" ? prefix : undefined;
  const identifier = (level === undefined ? prefix : rest) ?? "";
  if (identifier === "harnessSecretManager") return;
  const where = level === undefined ? scope : scopeAt(scope, level);
  if (state.store.connectors.get(entityKey(where, identifier)) !== undefined) return;
  throw refusal("SECRET_MANAGER_ID_NOT_FOUND", `No such secret manager found with identifier ${reference}`);
}

/** Create. [H81] [H82] [H93] */
function create(call: Call): Answer {
  const { state } = call;
  const sent = parseSecretBody(state, call.body);
  const scope = call.query.scope(call.accountId);
  if (!sameScope(sent, scope)) {
    throw refusal("INVALID_REQUEST", "Invalid request, scope in payload and params do not match.");
  }
  requirePermission(call.token, target("edit", scope));
  if (sent.valueType !== "CustomSecretManagerValues" && (sent.value ?? "") === "") {
    throw refusal("INVALID_REQUEST", "value cannot be empty for a secret text.");
  }
  const denied = policyDenial(state, maskedSecret(call.body), sent.identifier);
  if (denied !== undefined) return denied;
  requirePlace(state, scope);
  requireManager(state, scope, sent.secretManagerIdentifier);
  if (state.store.secrets.get(entityKey(scope, sent.identifier)) !== undefined) {
    throw refusal("DUPLICATE_FIELD", "Duplicate identifier, please try again with a new identifier");
  }
  const now = Date.now();
  return answer(state, save(state, scope, sent, { createdAt: now, updatedAt: now }));
}

function save(
  state: State,
  scope: Scope,
  sent: SentSecret,
  times: { readonly createdAt: number; readonly updatedAt: number },
): SecretRecord {
  const { orgId: _org, projectId: _project, ...content } = sent;
  const record: SecretRecord = { ...content, ...times, scope };
  state.store.secrets.set(entityKey(scope, sent.identifier), record);
  return record;
}

/** Update: a full body, except that an inline value may stay. [H90] [H91] */
function update(call: Call): Answer {
  const { state } = call;
  const sent = parseSecretBody(state, call.body);
  const scope = call.query.scope(call.accountId);
  const identifier = pathIdentifier(call);
  requirePermission(call.token, target("edit", scope, identifier));
  const existing = state.store.secrets.get(entityKey(scope, identifier));
  if (existing === undefined) {
    throw refusal("INVALID_REQUEST", "No such secret found, please check identifier/scope and try again.");
  }
  const moved = !sameScope(sent, scope) || sent.identifier !== identifier;
  if (moved || sent.secretManagerIdentifier !== existing.secretManagerIdentifier) {
    const fixed = "organization, project, identifier, type or secret manager";
    throw refusal("INVALID_REQUEST", `Cannot change ${fixed} of a secret after creation.`);
  }
  const denied = policyDenial(state, maskedSecret(call.body), identifier);
  if (denied !== undefined) return denied;
  const isEmpty = (sent.value ?? "") === "";
  const keeps = isEmpty && sent.valueType === "Inline" && state.switches.secretPutWithoutValue === "keep";
  if (isEmpty && !keeps && sent.valueType !== "CustomSecretManagerValues") {
    throw refusal("INVALID_REQUEST", "value cannot be empty for a secret text.");
  }
  const times = { createdAt: existing.createdAt, updatedAt: Date.now() };
  return answer(state, save(state, scope, keeps ? { ...sent, value: existing.value } : sent, times));
}

function pathIdentifier(call: Call): string {
  const identifier = call.path.get("identifier") ?? "";
  const problem = identifierProblem("secret", identifier, call.state.switches.identifierMaxLength);
  if (problem !== undefined) throw invalid([{ fieldId: "identifier", error: problem }]);
  return identifier;
}

/** Read. [H85] [H87] */
function read(call: Call): Answer {
  const identifier = pathIdentifier(call);
  const scope = call.query.scope(call.accountId);
  requirePermission(call.token, target("view", scope, identifier));
  const record = call.state.store.secrets.get(entityKey(scope, identifier));
  if (record !== undefined) return answer(call.state, record);
  if (call.state.switches.secretGetMissing === "200-null") return success(null);
  throw notFound(call.state, `Secret with identifier [${identifier}] is not found in the given scope`);
}

/** Delete. [H88] [H93] */
function remove(call: Call): Answer {
  const { store, switches } = call.state;
  const identifier = pathIdentifier(call);
  const scope = call.query.scope(call.accountId);
  const force = call.query.flag("forceDelete");
  requirePermission(call.token, target("delete", scope, identifier));
  if (force && !switches.forceDeleteEnabled) {
    const text = "Parameter forcedDelete cannot be true. Force deletion of secret is not enabled for this account";
    throw refusal("INVALID_REQUEST", `${text} [${call.accountId}]`);
  }
  const key = entityKey(scope, identifier);
  if (store.secrets.get(key) === undefined) {
    throw refusal("ENTITY_NOT_FOUND", `Secret with identifier [${identifier}] does not exist in the specified scope`);
  }
  if (!force && store.references.to(secretNode(scope, identifier)).length > 0) {
    const text = `Could not delete the secret ${identifier} as it is referenced by other entities`;
    throw refusal("ENTITY_REFERENCE_EXCEPTION", text);
  }
  return success(store.secrets.delete(key));
}

/** Whether an identifier is free. [H81] */
function unique(call: Call): Answer {
  const identifier = pathIdentifier(call);
  const scope = call.query.scope(call.accountId);
  return success(call.state.store.secrets.get(entityKey(scope, identifier)) === undefined);
}

/** List: newest change first; without permission on the scope only what is permitted one by one. [H92] */
function list(call: Call): Answer {
  const { store, switches } = call.state;
  const scope = call.query.scope(call.accountId);
  const paging = call.query.paging(100, switches.maxPageSize);
  const identifiers = call.query.all("identifiers");
  const type = call.query.text("type");
  const types = [...call.query.all("types"), ...(type === undefined ? [] : [type])];
  const term = call.query.text("searchTerm");
  const below = call.query.flag("includeSecretsFromEverySubScope");
  const inScope = below ? (record: SecretRecord) => isWithin(record.scope, scope) : liesIn(scope);
  const wholeScope = isPermitted(call.token, target("view", scope));
  const records = store.secrets.list(
    (record) =>
      inScope(record) &&
      (identifiers.length === 0 || identifiers.includes(record.identifier)) &&
      (types.length === 0 || types.includes("SecretText")) &&
      foundBy(term, record) &&
      (wholeScope || isPermitted(call.token, target("view", record.scope, record.identifier))),
  );
  const items = records.sort((a, b) => b.updatedAt - a.updatedAt).map((record) => secretView(record, switches.unset));
  return success(shaped(page(items, paging, switches.totalsKey), switches.unset));
}

const SCOPE = ["orgIdentifier", "projectIdentifier"];
const ONE = "/ng/api/v2/secrets/{identifier}";
const UNIQUE = "/ng/api/v2/secrets/validateUniqueIdentifier/{identifier}";
const LIST_QUERY = [...SCOPE, "type", "searchTerm", "includeSecretsFromEverySubScope", "pageIndex", "pageSize"];

/** Create, read, update, delete, list and the question whether an identifier is free. */
export const secretRoutes: readonly Route[] = [
  { method: "POST", path: "/ng/api/v2/secrets", query: [...SCOPE, "privateSecret"], hasBody: true, handle: create },
  { method: "GET", path: "/ng/api/v2/secrets", query: LIST_QUERY, repeatable: ["identifiers", "types"], handle: list },
  { method: "GET", path: UNIQUE, query: SCOPE, handle: unique },
  { method: "GET", path: ONE, query: SCOPE, handle: read },
  { method: "PUT", path: ONE, query: SCOPE, hasBody: true, handle: update },
  { method: "DELETE", path: ONE, query: [...SCOPE, "forceDelete"], handle: remove },
];
