import type { CiInfra } from "./ci-images";
import type { Fault } from "./faults";
import type { HarnessImage } from "./harness-image";
import type { RequestRecord } from "./requests";
import type { AccountSpec, DelegateSpec, OrgSpec, ProjectSpec, TokenSpec } from "./specs";
import type { Switches } from "./switches";
import type {
  ConnectorSpec,
  ConnectorView,
  EditableConnector,
  PipelineConsole,
  ScopeRef,
  SecretSpec,
  SecretView,
} from "./views";

/** A running emulator: where it is, what it saw, what is in it, and how to make it misbehave. */
export interface Emulator extends PipelineConsole {
  /** `http://127.0.0.1:PORT/gateway`; it answers without `/gateway` too. [H1] */
  readonly endpoint: string;
  /** The account. */
  readonly accountId: string;
  /** A token of the account that may do everything. */
  readonly platformApiKey: string;
  /** The organisation of the seed "demo". */
  readonly orgId: string;
  /** The project of the seed "demo". */
  readonly projectId: string;

  /** The API requests so far, in order of arrival: no control plane, no bodies, no headers. */
  requests(): RequestRecord[];
  /** Forgets the requests so far. */
  clearRequests(): void;
  /** Plans a fault. Faults are played in the order they were planned. @throws TypeError when it is malformed */
  inject(fault: Fault): void;
  /** How many planned faults are still to come. */
  pendingFaults(): number;
  /** Forgets the planned faults. */
  clearFaults(): void;
  /** Changes switches, all or none. @throws TypeError naming the one that is wrong */
  set(changes: Partial<Switches>): void;
  /** The switches as they are; a copy. */
  switches(): Switches;

  /** Adds an account. */
  addAccount(spec: AccountSpec): void;
  /** Adds a token; gives its text. */
  addToken(spec?: TokenSpec): string;
  /** Revokes a token; tells whether it was there. */
  revokeToken(token: string): boolean;
  /** Adds an organisation. */
  addOrg(spec: OrgSpec): void;
  /** Adds a project. */
  addProject(spec: ProjectSpec): void;
  /** Adds a delegate, or replaces the one of that name. */
  addDelegate(spec: DelegateSpec): void;
  /** Connects or disconnects a delegate; tells whether it is there. */
  setDelegateConnected(name: string, connected: boolean, scope?: ScopeRef): boolean;
  /** Removes a delegate; tells whether it was there. */
  removeDelegate(name: string, scope?: ScopeRef): boolean;

  /** Gives the account its own image connector, as it has by its age, through the platform unless told otherwise. [H114] [H116] */
  putHarnessImage(kind: HarnessImage, viaDelegate?: boolean): void;
  /** The overridden CI images of the account, by field; a copy. */
  ciImages(infra: CiInfra): Record<string, string>;
  /** Overrides a CI image behind the API's back; undefined takes the override away. */
  setCiImage(infra: CiInfra, field: string, image: string | undefined): void;
  /** Harness's own CI images, by field. */
  ciImageDefaults(infra: CiInfra): Record<string, string>;

  /** The connectors of one scope, or without it of all; copies. */
  connectors(scope?: ScopeRef): ConnectorView[];
  /** Writes a connector behind the API's back, replacing the one of that identifier. */
  putConnector(spec: ConnectorSpec): void;
  /** Changes a connector behind the API's back. @throws Error when there is none */
  editConnector(scope: ScopeRef, identifier: string, change: (connector: EditableConnector) => void): void;
  /** Removes a connector behind the API's back; tells whether it was there. */
  deleteConnector(scope: ScopeRef, identifier: string): boolean;

  /** The secrets of one scope, or without it of all; copies, without their inline values. */
  secrets(scope?: ScopeRef): SecretView[];
  /** The value of a secret, which the API never shows. */
  secretValue(scope: ScopeRef, identifier: string): string | undefined;
  /** Writes a text secret behind the API's back, replacing the one of that identifier. */
  putSecret(spec: SecretSpec): void;
  /** Removes a secret behind the API's back; tells whether it was there. */
  deleteSecret(scope: ScopeRef, identifier: string): boolean;

  /** Makes something, a pipeline say, refer to a connector or secret, so that it cannot be deleted. */
  addReference(kind: "connector" | "secret", scope: ScopeRef, identifier: string, by: string): void;
  /** Takes such a reference away; it is gone after the switch `usageLagMs`. */
  removeReference(kind: "connector" | "secret", scope: ScopeRef, identifier: string, by: string): void;

  /** Back to the start: the seed, no faults, no requests, the switches of the options. */
  reset(): void;
  /** Ends it; open connections are dropped. */
  close(): Promise<void>;
}
