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
  /** How often its record was written: by its saves, and by its runs. */
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

/** Pipelines seen and changed without the API: what somebody does in the console. */
export interface PipelineConsole {
  /** The pipelines of one scope, or without it of all; copies. */
  pipelines(scope?: ScopeRef): PipelineView[];
  /** The YAML of a pipeline; of a remote one on a branch, without it on the branch it was created on. */
  pipelineYaml(scope: ScopeRef, identifier: string, branch?: string): string | undefined;
  /**
   * Writes a pipeline behind the API's back, unchecked: one save. A remote one that is put with another branch is added
   * to that branch. @throws TypeError when the YAML names no identifier
   */
  putPipeline(spec: PipelineSpec): void;
  /** Changes the YAML of a pipeline behind the API's back: one save. @throws Error when there is none */
  editPipeline(scope: ScopeRef, identifier: string, change: (yaml: string) => string, branch?: string): void;
  /**
   * Starts a run of a pipeline, as far as its record tells of it: the number of writes goes up, the time of the last save does not.
   * Nothing is executed. @throws Error when there is none
   */
  runPipeline(scope: ScopeRef, identifier: string): void;
  /** Removes a pipeline behind the API's back; tells whether it was there. */
  deletePipeline(scope: ScopeRef, identifier: string): boolean;
  /** Every save of a pipeline so far in order, or those on one branch; copies. */
  pipelineSaves(scope: ScopeRef, identifier: string, branch?: string): PipelineSave[];
  /** The commits of a branch of a repository, newest last; copies. */
  commits(repoName: string, branch: string): CommitView[];
}
