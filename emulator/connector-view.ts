import { dockerSpecView } from "./docker-spec";
import type { JsonObject } from "./json";
import { copyOf, withoutNulls } from "./json";
import type { ConnectorRecord, ConnectorStatus } from "./records";
import { scopeKey, wireScope } from "./scope";
import type { Switches } from "./switches";

/** The status at this moment; a new connector has none until its asynchronous test is done. [H39] */
export function statusOf(record: ConnectorRecord, switches: Switches): ConnectorStatus | null {
  if (record.status !== undefined) return record.status;
  const testedAt = record.createdAt + switches.statusDelayMs;
  if (Date.now() < testedAt) return null;
  const status = switches.statusAfterCreate;
  const failed = status === "FAILURE";
  return {
    status,
    errorSummary: failed ? "Connection test failed" : null,
    errors: failed ? [{ reason: "UNKNOWN", message: "Connection test failed", code: 500 }] : null,
    testedAt,
    lastTestedAt: 0,
    lastConnectedAt: status === "SUCCESS" ? testedAt : 0,
  };
}

function contentView(record: ConnectorRecord, unset: Switches["unset"]): JsonObject {
  const { content, scope } = record;
  const isDocker = content.type === "DockerRegistry";
  return {
    name: content.name,
    identifier: content.identifier,
    description: content.description ?? (unset === "empty" ? "" : null),
    // Three keys that belong to the server and must not be sent back as ours. [H54]
    accountIdentifier: scope.accountId,
    uniqueId: record.uniqueId,
    parentUniqueId: Buffer.from(scopeKey(scope)).toString("hex"),
    ...wireScope(scope),
    tags: copyOf(content.tags) ?? (unset === "empty" ? {} : null),
    type: content.type,
    spec: isDocker ? dockerSpecView(content.spec, unset) : copyOf(content.spec),
  };
}

/** A connector as GET, POST, PUT and the lists return it. [H36] */
export function connectorView(record: ConnectorRecord, switches: Switches): JsonObject {
  const view: JsonObject = {
    connector: contentView(record, switches.unset),
    createdAt: record.createdAt,
    lastModifiedAt: record.lastModifiedAt,
    status: statusOf(record, switches),
    activityDetails: { lastActivityTime: record.createdAt },
    harnessManaged: false,
    gitDetails: { objectId: null, branch: null, repoIdentifier: null, rootFolder: null, filePath: null },
    entityValidityDetails: { valid: true, invalidYaml: null },
    governanceMetadata: null,
  };
  return shaped(view, switches.unset);
}

/** Leaves null keys out when the switch says so. [H71] */
export function shaped(view: JsonObject, unset: Switches["unset"]): JsonObject {
  if (unset !== "absent") return view;
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(view)) {
    if (value !== null) kept[key] = withoutNulls(value);
  }
  return kept;
}
