import { parseDockerSpec } from "./docker-spec";
import type { FieldProblem } from "./errors";
import { invalid, refusal } from "./errors";
import { bodyObject, object, oneOf, text, textMap } from "./fields";
import { namingProblems } from "./identifier";
import type { ConnectorContent } from "./records";
import type { Scope } from "./scope";
import { scopeOf } from "./scope";
import type { State } from "./state";

/** Connector types the emulator can store; the spec of all but `DockerRegistry` is stored unread. [H60] */
const TYPES = [
  ...["DockerRegistry", "K8sCluster", "Git", "Github", "Gitlab", "Bitbucket", "Codecommit", "AzureRepo", "Gcp", "Aws"],
  ...["Azure", "Artifactory", "Nexus", "HttpHelmRepo", "OciHelmRepo", "Jira", "ServiceNow", "Splunk", "AppDynamics"],
  ...["Vault", "AwsKms", "GcpKms", "AzureKeyVault", "AwsSecretManager", "GcpSecretManager", "CustomSecretManager"],
];

/** A connector as sent: its content and the scope, which is read from the body only. [H32] */
export interface SentConnector {
  readonly scope: Scope;
  /** `type` is empty when it was not sent. */
  readonly content: ConnectorContent;
}

/** Reads the body of a create or update: first what cannot be read [H21], then what is not valid [H20]. */
export function parseConnectorBody(state: State, accountId: string, body: unknown): SentConnector {
  const sent = object(bodyObject(body), "connector");
  if (sent === undefined) throw invalid([{ fieldId: "connector", error: "must not be null" }]);
  const identifier = text(sent, "identifier");
  const name = text(sent, "name");
  const type = oneOf(sent, "type", TYPES);
  const raw = object(sent, "spec");
  const problems: FieldProblem[] = namingProblems("connector", name, identifier, state.switches);
  if (raw === undefined) problems.push({ fieldId: "spec", error: "must not be null" });
  const isDocker = type === "DockerRegistry" && raw !== undefined;
  const spec = isDocker ? parseDockerSpec(raw, problems, state.switches) : (raw ?? {});
  const content: ConnectorContent = {
    identifier: identifier ?? "",
    name: name ?? "",
    description: text(sent, "description"),
    tags: textMap(sent, "tags"),
    type: type ?? "",
    spec,
  };
  const scope = scopeOf(accountId, text(sent, "orgIdentifier"), text(sent, "projectIdentifier"));
  if (problems.length > 0) throw invalid(problems);
  return { scope, content };
}

/** Content checks after permission: a project needs its organisation. [H51] */
export function checkScopeParts(scope: Scope): void {
  if (scope.projectId !== undefined && scope.orgId === undefined) {
    throw refusal("INVALID_REQUEST", `Project ${scope.projectId} specified without the org Identifier`);
  }
}

/** "in account a, organisation o, project p", as far as set. [H45] */
export function scopeWords({ accountId, orgId, projectId }: Scope): string {
  const org = orgId === undefined ? "" : `, organisation ${orgId}`;
  const project = projectId === undefined ? "" : `, project ${projectId}`;
  return `in account ${accountId}${org}${project}`;
}
