import { randomUUID } from "node:crypto";
import { statusOf } from "./connector-view";
import { parseDockerSpec, secretFields } from "./docker-spec";
import { copyOf } from "./json";
import type { ConnectorRecord, SecretRecord } from "./records";
import { dropConnector, saveConnector } from "./routes/connectors";
import type { Scope } from "./scope";
import { entityKey, scopeOf } from "./scope";
import { nodeOf, resolveSecret } from "./secret-reference";
import type { State } from "./state";
import { connectorNode, liesIn, secretNode } from "./store";
import type { ConnectorSpec, ConnectorView, EditableConnector, ScopeRef, SecretSpec, SecretView } from "./views";

/** The store seen and changed without the API: what somebody else did in the console. */
export class OutOfBand {
  private readonly state: State;
  private readonly accountId: string;

  constructor(state: State, accountId: string) {
    this.state = state;
    this.accountId = accountId;
  }

  /** Completes a scope with the emulator's own account. */
  scope(ref: ScopeRef = {}): Scope {
    return scopeOf(ref.accountId ?? this.accountId, ref.orgId, ref.projectId);
  }

  /** All connectors, or those of one scope. */
  connectors(ref?: ScopeRef): ConnectorView[] {
    const passes = ref === undefined ? () => true : liesIn(this.scope(ref));
    return this.state.store.connectors.list(passes).map((record) => this.connectorOf(record));
  }

  private connectorOf(record: ConnectorRecord): ConnectorView {
    const { description, tags, ...content } = record.content;
    const status = statusOf(record, this.state.switches)?.status;
    return copyOf({
      ...content,
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags }),
      ...(status === undefined ? {} : { status }),
      scope: record.scope,
      createdAt: record.createdAt,
      lastModifiedAt: record.lastModifiedAt,
    });
  }

  /** Writes a connector without asking whether Harness would take it; references to existing secrets are indexed. */
  putConnector(spec: ConnectorSpec): void {
    const { store, switches } = this.state;
    const scope = this.scope(spec.scope);
    const existing = store.connectors.get(entityKey(scope, spec.identifier));
    const type = spec.type ?? existing?.content.type ?? "DockerRegistry";
    const given = copyOf(spec.spec);
    const now = Date.now();
    const content = {
      identifier: spec.identifier,
      name: spec.name ?? existing?.content.name ?? spec.identifier,
      description: spec.description,
      tags: copyOf(spec.tags),
      type,
      spec: type === "DockerRegistry" ? parseDockerSpec(given, [], switches) : given,
    };
    const kept = { uniqueId: existing?.uniqueId ?? randomUUID(), status: existing?.status };
    const record = { ...kept, scope, content, createdAt: existing?.createdAt ?? now, lastModifiedAt: now };
    saveConnector(this.state, record, this.secretsOf(record));
  }

  private secretsOf({ scope, content }: Pick<ConnectorRecord, "scope" | "content">): string[] {
    if (content.type !== "DockerRegistry") return [];
    return [...secretFields(content.spec)].flatMap(([field, reference]) => {
      try {
        return [nodeOf(resolveSecret(this.state, scope, field, reference))];
      } catch {
        return [];
      }
    });
  }

  /** Changes a connector in place. @throws Error when there is none */
  editConnector(ref: ScopeRef, identifier: string, change: (connector: EditableConnector) => void): void {
    const scope = this.scope(ref);
    const record = this.state.store.connectors.get(entityKey(scope, identifier));
    if (record === undefined) throw new Error(`The emulator has no connector ${identifier} in that scope.`);
    const { name, description, tags, spec } = copyOf(record.content);
    const editable: EditableConnector = {
      name,
      spec: { ...spec },
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags: { ...tags } }),
    };
    change(editable);
    this.putConnector({ scope, identifier, type: record.content.type, ...editable });
  }

  /** Removes a connector even when it is referred to; tells whether there was one. */
  deleteConnector(ref: ScopeRef, identifier: string): boolean {
    return dropConnector(this.state, this.scope(ref), identifier);
  }

  /** All secrets, or those of one scope, without their inline values. */
  secrets(ref?: ScopeRef): SecretView[] {
    const passes = ref === undefined ? () => true : liesIn(this.scope(ref));
    return this.state.store.secrets.list(passes).map((record) => secretOf(record));
  }

  /** The value of a secret, which the API never shows. */
  secretValue(ref: ScopeRef, identifier: string): string | undefined {
    return this.state.store.secrets.get(entityKey(this.scope(ref), identifier))?.value;
  }

  /** Writes a text secret without asking whether Harness would take it. */
  putSecret(spec: SecretSpec): void {
    const { store } = this.state;
    const scope = this.scope(spec.scope);
    const key = entityKey(scope, spec.identifier);
    const existing = store.secrets.get(key);
    const now = Date.now();
    store.secrets.set(key, {
      scope,
      identifier: spec.identifier,
      name: spec.name ?? existing?.name ?? spec.identifier,
      description: spec.description,
      tags: copyOf(spec.tags),
      secretManagerIdentifier: spec.secretManagerIdentifier ?? "harnessSecretManager",
      valueType: spec.valueType ?? "Inline",
      value: spec.value ?? existing?.value,
      additionalMetadata: undefined,
      createdAt: existing?.createdAt ?? now,
      updatedAt: now,
    });
  }

  /** Removes a secret even when it is referred to; tells whether there was one. */
  deleteSecret(ref: ScopeRef, identifier: string): boolean {
    return this.state.store.secrets.delete(entityKey(this.scope(ref), identifier));
  }

  /** Makes something (a pipeline, say) refer to a connector or secret, so that it cannot be deleted. */
  addReference(kind: "connector" | "secret", ref: ScopeRef, identifier: string, by: string): void {
    this.state.store.references.add(this.node(kind, ref, identifier), by);
  }

  /** Takes such a reference away; it is gone after the switch `usageLagMs`. */
  removeReference(kind: "connector" | "secret", ref: ScopeRef, identifier: string, by: string): void {
    this.state.store.references.release(by, this.state.switches.usageLagMs, this.node(kind, ref, identifier));
  }

  private node(kind: "connector" | "secret", ref: ScopeRef, identifier: string): string {
    const scope = this.scope(ref);
    return kind === "connector" ? connectorNode(scope, identifier) : secretNode(scope, identifier);
  }
}

function secretOf(record: SecretRecord): SecretView {
  const { description, tags, value, additionalMetadata: _metadata, ...plain } = record;
  return copyOf({
    ...plain,
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    ...(record.valueType === "Inline" || value === undefined ? {} : { reference: value }),
  });
}
