import type { Scope } from "./scope";
import type { Grant } from "./specs";
import type { PipelineSave } from "./views";

/** An account as stored. */
export interface AccountRecord {
  readonly identifier: string;
  readonly name: string;
  readonly cluster: string;
}

/** A token as stored. */
export interface TokenRecord {
  readonly kind: "pat" | "sat";
  readonly accountId: string;
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly principal: string;
  /** Absent: everything is allowed. */
  readonly grants: readonly Grant[] | undefined;
  readonly expiresAt: number;
  readonly revoked: boolean;
}

/** An organisation or project as stored. */
export interface PlaceRecord {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  readonly createdAt: number;
}

/** A delegate group as stored. */
export interface DelegateRecord {
  readonly scope: Scope;
  readonly name: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly connected: boolean;
  readonly version: string;
}

/** The outcome of a connection test as part of a connector. [H38] */
export interface ConnectorStatus {
  readonly status: string;
  readonly errorSummary: string | null;
  readonly errors: readonly unknown[] | null;
  readonly testedAt: number;
  readonly lastTestedAt: number;
  readonly lastConnectedAt: number;
}

/** A connector in the words of the API, without its scope. [H54] */
export interface ConnectorContent {
  readonly identifier: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly type: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A connector as stored. */
export interface ConnectorRecord {
  readonly scope: Scope;
  readonly content: ConnectorContent;
  readonly uniqueId: string;
  readonly createdAt: number;
  readonly lastModifiedAt: number;
  /** A tested status; while absent the asynchronous one of a new connector applies. [H39] */
  readonly status: ConnectorStatus | undefined;
}

/** A text secret as stored, value included. [H83] */
export interface SecretRecord {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly secretManagerIdentifier: string;
  readonly valueType: string;
  readonly value: string | undefined;
  readonly additionalMetadata: Readonly<Record<string, unknown>> | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Where a remote pipeline lives. [H162] */
export interface GitHome {
  readonly repoName: string;
  /** The branch it was created on. */
  readonly branch: string;
  readonly filePath: string;
  /** Absent for Harness Code. [H163] */
  readonly connectorRef: string | undefined;
}

/** A pipeline as stored. The YAML of an inline one is that of its last save; that of a remote one lies in Git. */
export interface PipelineRecord {
  readonly scope: Scope;
  readonly identifier: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Absent: inline. */
  readonly home: GitHome | undefined;
  readonly version: number;
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
  /** All saves so far, oldest first, each with the branch it went to. */
  readonly saves: readonly { readonly branch: string | undefined; readonly save: PipelineSave }[];
}
