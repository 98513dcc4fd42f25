import type { Answer } from "../answers";
import { resourceEnvelope } from "../answers";
import { requirePermission } from "../auth";
import { delegateId } from "../delegate-id";
import { refusal, unreadable } from "../errors";
import { bodyObject, oneOf, text, texts } from "../fields";
import type { JsonObject } from "../json";
import type { DelegateRecord } from "../records";
import type { Call, Route } from "../router";
import { entityKey, isWithin } from "../scope";
import type { Store } from "../store";
import { liesIn } from "../store";

/** Documented filters that the emulator does not have: refused, not ignored. [H99] */
const UNSUPPORTED = ["delegateInstanceFilter", "autoUpgrade", "versionStatus", "hostName", "description"];

/** A delegate group; organisation and project are shown by *name*. [H101] */
function view(store: Store, delegate: DelegateRecord): JsonObject {
  const { scope, name } = delegate;
  const org = store.orgs.get(entityKey({ accountId: scope.accountId }, scope.orgId ?? ""));
  const parent = { accountId: scope.accountId, orgId: scope.orgId ?? "" };
  const project = store.projects.get(entityKey(parent, scope.projectId ?? ""));
  const beat = delegate.connected ? Date.now() : Date.now() - 3_600_000;
  const replica = {
    uuid: delegateId(delegate),
    lastHeartbeat: beat,
    connected: delegate.connected,
    hostName: `${name}-0`,
  };
  const life = { version: delegate.version, expiringAt: Date.now() + 90 * 86_400_000 };
  return {
    type: delegate.type,
    name,
    description: "",
    tags: [...delegate.tags],
    lastHeartBeat: beat,
    connected: delegate.connected,
    delegateReplicas: [{ ...replica, ...life }],
    autoUpgrade: "ON",
    legacy: false,
    orgName: org?.name ?? null,
    projectName: project?.name ?? null,
  };
}

function filterOf(call: Call): (delegate: DelegateRecord) => boolean {
  const body = bodyObject(call.body);
  const filterType = oneOf(body, "filterType", ["Delegate"]);
  if (filterType === undefined && call.state.switches.filterTypeRequired) {
    throw unreadable("missing type id property 'filterType'");
  }
  for (const key of UNSUPPORTED) {
    if ((body[key] ?? undefined) !== undefined) {
      throw refusal("INVALID_REQUEST", `The emulator does not have the delegate filter ${key}.`);
    }
  }
  const status = oneOf(body, "status", ["CONNECTED", "DISCONNECTED"]);
  const name = text(body, "delegateName");
  const group = text(body, "delegateGroupIdentifier");
  const tags = texts(body, "delegateTags") ?? [];
  return (delegate) =>
    (status === undefined || delegate.connected === (status === "CONNECTED")) &&
    (name === undefined || delegate.name === name) &&
    (group === undefined || delegate.name === group) &&
    tags.every((tag) => delegate.tags.includes(tag));
}

/** List: exactly the given scope, or with `all=true` everything below it too. [H99] [H100] */
function list(call: Call): Answer {
  const scope = call.query.scope(call.accountId);
  const all = call.query.flag("all");
  const passes = filterOf(call);
  requirePermission(call.token, { scope, permission: "core_delegate_view", resourceType: "DELEGATE" });
  const inScope = all ? (delegate: DelegateRecord) => isWithin(delegate.scope, scope) : liesIn(scope);
  const { store } = call.state;
  const found = store.delegates.list((delegate) => inScope(delegate) && passes(delegate));
  return resourceEnvelope(found.map((delegate) => view(store, delegate)));
}

const QUERY = ["orgIdentifier", "projectIdentifier", "all"];

/** The listing of delegates. */
export const delegateRoutes: readonly Route[] = [
  { method: "POST", path: "/ng/api/delegate-setup/listDelegates", query: QUERY, hasBody: true, handle: list },
];
