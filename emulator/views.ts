import type { Scope } from "./scope";

/** A scope with the account left out when it is the emulator's own: `{}` is the account scope. */
export interface ScopeRef {
  readonly accountId?: string;
  readonly orgId?: string;
  readonly projectId?: string;
}

/** A stored connector; a copy, changing it changes nothing. */
export interface ConnectorView {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly type: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly lastModifiedAt: number;
  /** The result of the last connection test; absent while there was none. */
  readonly status?: string;
}

/** A connector to be written behind the API's back. What is not given is unset; name and type stay as they were. */
export interface ConnectorSpec {
  /** Without it, account scope. */
  readonly scope?: ScopeRef;
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Without it, `DockerRegistry`. */
  readonly type?: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The parts of a connector that can be edited in place. */
export interface EditableConnector {
  name: string;
  description?: string;
  tags?: Record<string, string>;
  spec: Record<string, unknown>;
}

/** A stored secret without its inline value; a copy. */
export interface SecretView {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly secretManagerIdentifier: string;
  readonly valueType: string;
  /** The path in the secret manager, for value types other than `Inline`. */
  readonly reference?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A text secret to be written behind the API's back. What is not given is unset; name and value stay as they were. */
export interface SecretSpec {
  /** Without it, account scope. */
  readonly scope?: ScopeRef;
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Without it, `harnessSecretManager`. */
  readonly secretManagerIdentifier?: string;
  /** Without it, `Inline`. */
  readonly valueType?: "Inline" | "Reference" | "CustomSecretManagerValues";
  readonly value?: string;
}

/** A pipeline to be written behind the API's back, unchecked. Its identifier is that of the YAML. */
export interface PipelineSpec {
  /** With organisation and project. */
  readonly scope: ScopeRef;
  readonly yaml: string;
  /** Without it, the pipeline is inline. */
  readonly git?: {
    readonly repoName: string;
    readonly branch: string;
    /** Without it, `.harness/<identifier>.yaml`. */
    readonly filePath?: string;
    /** Without it, the repository is one of Harness Code. */
    readonly connectorRef?: string;
  };
}

/** A stored pipeline; a copy. */
export interface PipelineView {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  /** Of a remote one, that of the branch in `git`. */
  readonly yaml: string;
  readonly storeType: "INLINE" | "REMOTE";
  /** How often it was saved. */
  readonly version: number;
  readonly git?: {
    readonly repoName: string;
    readonly branch: string;
    readonly filePath: string;
    readonly connectorRef?: string;
  };
}

/** One save of a pipeline. */
export interface PipelineSave {
  readonly yaml: string;
  readonly by: "api" | "console";
  /** The version an inline pipeline got by it. */
  readonly version?: number;
  /** The commit it is, of a remote pipeline. */
  readonly commitId?: string;
  /** The words of that commit. */
  readonly message?: string;
}

/** A commit of the emulated Git. */
export interface CommitView {
  readonly commitId: string;
  readonly message: string;
  /** The file it changed. */
  readonly filePath: string;
}
