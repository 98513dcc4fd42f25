import type { Answer } from "../answers";
import { page, success } from "../answers";
import { requirePermission } from "../auth";
import { connectorView, shaped, statusOf } from "../connector-view";
import { unreadable } from "../errors";
import { bodyObject, bool, oneOf, text, textMap, texts } from "../fields";
import type { JsonObject } from "../json";
import type { ConnectorRecord } from "../records";
import type { Call, Route } from "../router";
import { isWithin } from "../scope";
import { liesIn } from "../store";

/** The category of a type as far as it is known. [H55] */
function categoryOf(type: string): string {
  return type === "DockerRegistry" ? "ARTIFACTORY" : "UNKNOWN";
}

/** The condition of a filter field: absent or empty lets everything pass. */
function among(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

/** The filter of a body as one condition; its fields combine with AND. [H55] */
function filterOf(call: Call): (record: ConnectorRecord) => boolean {
  const body: JsonObject = bodyObject(call.body);
  const filterType = oneOf(body, "filterType", ["Connector"]);
  if (filterType === undefined && call.state.switches.filterTypeRequired) {
    throw unreadable("missing type id property 'filterType'");
  }
  const types = texts(body, "types");
  const identifiers = texts(body, "connectorIdentifiers");
  const names = texts(body, "connectorNames");
  const categories = texts(body, "categories");
  const statuses = texts(body, "connectivityStatuses");
  const modes = texts(body, "connectorConnectivityModes");
  const description = text(body, "description");
  const inherits = bool(body, "inheritingCredentialsFromDelegate");
  const tags = Object.entries(textMap(body, "tags") ?? {});
  return ({ content, ...record }) =>
    among(types, content.type) &&
    among(identifiers, content.identifier) &&
    among(names, content.name) &&
    among(categories, categoryOf(content.type)) &&
    among(statuses, statusOf({ content, ...record }, call.state.switches)?.status ?? "UNKNOWN") &&
    among(modes, content.spec["executeOnDelegate"] === true ? "DELEGATE" : "MANAGER") &&
    (description === undefined || (content.description ?? "").includes(description)) &&
    inherits !== true &&
    tags.every(([key, value]) => content.tags?.[key] === value);
}

/** Whether a search term is found in name, identifier or tags, whatever the case. [H56] */
export function foundBy(
  term: string | undefined,
  entity: {
    readonly name: string;
    readonly identifier: string;
    readonly tags: Readonly<Record<string, string>> | undefined;
  },
): boolean {
  if (term === undefined) return true;
  const places = [entity.name, entity.identifier, ...Object.entries(entity.tags ?? {}).flat()];
  return places.some((place) => place.toLowerCase().includes(term.toLowerCase()));
}

/** List. [H55] [H56] [H57] */
function list(call: Call): Answer {
  const { store, switches } = call.state;
  const scope = call.query.scope(call.accountId);
  const paging = call.query.paging(100, switches.maxPageSize);
  const term = call.query.text("searchTerm");
  const passes = filterOf(call);
  requirePermission(call.token, { scope, permission: "core_connector_view", resourceType: "CONNECTOR" });
  const parents = call.query.flag("includeAllConnectorsAvailableAtScope");
  const inScope = parents ? (record: ConnectorRecord) => isWithin(scope, record.scope) : liesIn(scope);
  const records = store.connectors.list((record) => inScope(record) && passes(record) && foundBy(term, record.content));
  if (switches.connectorOrder === "newest-first") records.reverse();
  const items = records.map((record) => ({ ...connectorView(record, switches), isFavorite: false }));
  return success(shaped(page(items, paging, switches.totalsKey), switches.unset));
}

const QUERY = [
  ...["orgIdentifier", "projectIdentifier", "pageIndex", "pageSize", "searchTerm"],
  "includeAllConnectorsAvailableAtScope",
];

/** The listing of connectors. */
export const connectorListRoutes: readonly Route[] = [
  { method: "POST", path: "/ng/api/connectors/listV2", query: QUERY, hasBody: true, handle: list },
];
