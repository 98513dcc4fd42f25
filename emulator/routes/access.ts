import type { Answer } from "../answers";
import { success } from "../answers";
import { isPermitted, principalType } from "../auth";
import { invalid, unreadable } from "../errors";
import { bodyObject, object, oneOf, text } from "../fields";
import type { JsonObject } from "../json";
import { isObject } from "../json";
import type { TokenRecord } from "../records";
import type { Call, Route } from "../router";
import { scopeOf } from "../scope";

/** The resource type each permission belongs to; a check with another one is not granted. [H106] [H161] */
const TYPES: ReadonlySet<string> = new Set([
  ...["ACCOUNT", "ORGANIZATION", "PROJECT"],
  ...["CONNECTOR", "SECRET", "DELEGATE", "PIPELINE"],
]);

/** The token whose rights are asked about: the caller's, or one of a named principal. [H106] */
function subject(call: Call, body: JsonObject): TokenRecord | undefined {
  const principal = object(body, "principal");
  if (principal === undefined) return call.token;
  const identifier = text(principal, "identifier");
  const type = oneOf(principal, "type", ["USER", "USER_GROUP", "SERVICE_ACCOUNT", "API_KEY", "SERVICE"]);
  const isMeant = (token: TokenRecord) =>
    token.accountId === call.accountId && token.principal === identifier && principalType(token) === type;
  return isMeant(call.token) ? call.token : call.state.store.tokens.list(isMeant)[0];
}

function check(call: Call, token: TokenRecord | undefined, item: unknown): JsonObject {
  if (!isObject(item)) throw unreadable("Cannot deserialize permissions: a list of objects expected");
  const place = object(item, "resourceScope");
  const permission = text(item, "permission");
  if (place === undefined) throw invalid([{ fieldId: "resourceScope", error: "must not be null" }]);
  if (permission === undefined) throw invalid([{ fieldId: "permission", error: "must not be null" }]);
  const accountId = text(place, "accountIdentifier") ?? "";
  const scope = scopeOf(accountId, text(place, "orgIdentifier"), text(place, "projectIdentifier"));
  const resourceType = text(item, "resourceType") ?? "";
  const identifier = text(item, "resourceIdentifier");
  const fits = permission.startsWith(`core_${resourceType.toLowerCase()}_`) && TYPES.has(resourceType);
  const target = { scope, permission, resourceType };
  const wanted = identifier === undefined ? target : { ...target, identifier };
  const permitted = fits && token !== undefined && isPermitted(token, wanted);
  const entry = { permission, resourceScope: place, resourceType, resourceIdentifier: identifier ?? null };
  // The Go SDK leaves out zero values, so `permitted` may be missing when it is false. [H106]
  return call.state.switches.unset === "absent" && !permitted ? entry : { ...entry, permitted };
}

/** What is permitted. [H106] */
function acl(call: Call): Answer {
  const body = bodyObject(call.body);
  const wanted = body["permissions"];
  if (wanted === undefined || wanted === null) throw invalid([{ fieldId: "permissions", error: "must not be null" }]);
  if (!Array.isArray(wanted)) throw unreadable("Cannot deserialize permissions: a list expected");
  const token = subject(call, body);
  const principal = object(body, "principal") ?? { identifier: call.token.principal, type: principalType(call.token) };
  return success({ principal, accessControlList: wanted.map((item: unknown) => check(call, token, item)) });
}

/** The access check. */
export const accessRoutes: readonly Route[] = [
  { method: "POST", path: "/authz/api/acl", query: [], account: "optional", hasBody: true, handle: acl },
];
