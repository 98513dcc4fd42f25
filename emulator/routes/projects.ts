import type { Answer } from "../answers";
import { page, success } from "../answers";
import { isPermitted, requirePermission } from "../auth";
import type { JsonObject } from "../json";
import { notFound } from "../not-found";
import type { PlaceRecord } from "../records";
import type { Call, Route } from "../router";
import { entityKey } from "../scope";
import { foundBy } from "./connector-list";

function view(project: PlaceRecord): JsonObject {
  const { identifier, name, scope } = project;
  const look = { color: "#0063F7", modules: ["CI"], description: "", tags: {} };
  return {
    project: { orgIdentifier: scope.orgId ?? null, identifier, name, ...look },
    createdAt: project.createdAt,
    lastModifiedAt: project.createdAt,
  };
}

function target(accountId: string, orgId: string, identifier: string) {
  const scope = { accountId, orgId, projectId: identifier };
  return { scope, permission: "core_project_view", resourceType: "PROJECT", identifier };
}

/** Read; without an organisation the one called `default` is meant. [H120] [H121] */
function read(call: Call): Answer {
  const identifier = call.path.get("identifier") ?? "";
  const orgId = call.query.text("orgIdentifier") ?? "default";
  requirePermission(call.token, target(call.accountId, orgId, identifier));
  const project = call.state.store.projects.get(entityKey({ accountId: call.accountId, orgId }, identifier));
  if (project === undefined) {
    throw notFound(call.state, `Project with orgIdentifier [${orgId}] and identifier [${identifier}] not found`);
  }
  return success(view(project));
}

/** List: what the caller may see. [H120] */
function list(call: Call): Answer {
  const { store, switches } = call.state;
  const paging = call.query.paging(50, switches.maxPageSize);
  const identifiers = call.query.all("identifiers");
  const orgId = call.query.text("orgIdentifier");
  const term = call.query.text("searchTerm");
  const projects = store.projects.list(
    (project) =>
      project.scope.accountId === call.accountId &&
      (orgId === undefined || project.scope.orgId === orgId) &&
      (identifiers.length === 0 || identifiers.includes(project.identifier)) &&
      foundBy(term, { ...project, tags: {} }) &&
      isPermitted(call.token, target(call.accountId, project.scope.orgId ?? "", project.identifier)),
  );
  return success(page(projects.map(view), paging, switches.totalsKey));
}

const QUERY = ["orgIdentifier", "searchTerm", "pageIndex", "pageSize"];

/** Reading projects. */
export const projectRoutes: readonly Route[] = [
  { method: "GET", path: "/ng/api/projects", query: QUERY, repeatable: ["identifiers"], handle: list },
  { method: "GET", path: "/ng/api/projects/{identifier}", query: ["orgIdentifier"], handle: read },
];
