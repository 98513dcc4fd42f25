import type { Answer } from "../answers";
import { page, success } from "../answers";
import { isPermitted, requirePermission } from "../auth";
import type { JsonObject } from "../json";
import { notFound } from "../not-found";
import type { PlaceRecord } from "../records";
import type { Call, Route } from "../router";
import { entityKey } from "../scope";
import { foundBy } from "./connector-list";

function view(org: PlaceRecord): JsonObject {
  return {
    organization: { identifier: org.identifier, name: org.name, description: "", tags: {} },
    createdAt: org.createdAt,
    lastModifiedAt: org.createdAt,
    harnessManaged: org.identifier === "default",
  };
}

function target(call: Call, identifier: string) {
  const scope = { accountId: call.accountId, orgId: identifier };
  return { scope, permission: "core_organization_view", resourceType: "ORGANIZATION", identifier };
}

/** Read. [H120] [H121] */
function read(call: Call): Answer {
  const identifier = call.path.get("identifier") ?? "";
  requirePermission(call.token, target(call, identifier));
  const org = call.state.store.orgs.get(entityKey({ accountId: call.accountId }, identifier));
  if (org === undefined) throw notFound(call.state, `Organization with identifier [${identifier}] not found`);
  return success(view(org));
}

/** List: what the caller may see. [H120] */
function list(call: Call): Answer {
  const { store, switches } = call.state;
  const paging = call.query.paging(50, switches.maxPageSize);
  const identifiers = call.query.all("identifiers");
  const term = call.query.text("searchTerm");
  const orgs = store.orgs.list(
    (org) =>
      org.scope.accountId === call.accountId &&
      (identifiers.length === 0 || identifiers.includes(org.identifier)) &&
      foundBy(term, { ...org, tags: {} }) &&
      isPermitted(call.token, target(call, org.identifier)),
  );
  return success(page(orgs.map(view), paging, switches.totalsKey));
}

const QUERY = ["searchTerm", "pageIndex", "pageSize"];

/** Reading organisations. */
export const organizationRoutes: readonly Route[] = [
  { method: "GET", path: "/ng/api/organizations", query: QUERY, repeatable: ["identifiers"], handle: list },
  { method: "GET", path: "/ng/api/organizations/{identifier}", query: [], handle: read },
];
