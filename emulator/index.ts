import { ciDefaults } from "./ci-images";
import { controlPlane } from "./control";
import type { Emulator } from "./emulator";
import type { HarnessImage } from "./harness-image";
import { harnessImage } from "./harness-image";
import { OutOfBand } from "./out-of-band";
import { pipelineConsole } from "./pipeline-console";
import { Router } from "./router";
import { allRoutes } from "./routes/all";
import { identityOf, seedState } from "./seed";
import { HarnessServer } from "./server";
import type { Seed } from "./specs";
import { State } from "./state";
import {
  addAccount,
  addDelegate,
  addOrg,
  addProject,
  addToken,
  removeDelegate,
  revokeToken,
  setCiImage,
  setDelegateConnected,
} from "./surroundings";
import type { Switches } from "./switches";
import { changeSwitches } from "./switches";
import type { PipelineConsole } from "./views";

export type { CiInfra } from "./ci-images";
export type { Emulator } from "./emulator";
export type {
  DelayFault,
  DropFault,
  Fault,
  FaultMatch,
  HtmlFault,
  RateLimitFault,
  StallFault,
  StatusFault,
  TruncateFault,
} from "./faults";
export type { HarnessImage } from "./harness-image";
export type { RequestRecord } from "./requests";
export type { Scope } from "./scope";
export type { AccountSpec, DelegateSpec, Grant, OrgSpec, ProjectSpec, Seed, TokenSpec } from "./specs";
export type { OpaDeny, Switches } from "./switches";
export type {
  CommitView,
  ConnectorSpec,
  ConnectorView,
  EditableConnector,
  PipelineConsole,
  PipelineSave,
  PipelineSpec,
  PipelineView,
  ScopeRef,
  SecretSpec,
  SecretView,
} from "./views";

/** How an emulator starts. */
export interface EmulatorOptions {
  /** The port on 127.0.0.1. Without it, a free one. */
  readonly port?: number;
  /** Time each answer takes; the same as the switch. Without it, none. */
  readonly latencyMs?: number;
  /** The account. Without it, that of `platformApiKey`, else a made-up one. */
  readonly accountId?: string;
  /** The token, `pat.<account>.<id>.<secret>`. Without it, a made-up one. */
  readonly platformApiKey?: string;
  /** "demo" (the default) has an organisation, a project and two delegates; "empty" has the account and its token. */
  readonly seed?: Seed;
  /** The account's own image connector, by the account's age. Without it, "absent": it can be missing. [H114] */
  readonly harnessImage?: HarnessImage | "absent";
  /** Switches that differ from their defaults; `reset` comes back to them. */
  readonly switches?: Partial<Switches>;
}

/**
 * Starts an emulated Harness on 127.0.0.1. It holds everything in memory; `close` ends it.
 * @throws TypeError when account, token or switches make no sense
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state = new State();
  const identity = identityOf(options.accountId, options.platformApiKey);
  const reset = (seed: Seed = options.seed ?? "demo"): void => {
    state.clear();
    if (options.latencyMs !== undefined) changeSwitches(state.switches, { latencyMs: options.latencyMs });
    changeSwitches(state.switches, options.switches ?? {});
    seedState(state, identity, seed);
    const { harnessImage: kind = "absent" } = options;
    if (kind !== "absent") new OutOfBand(state, identity.accountId).putConnector(harnessImage(kind, false));
  };
  reset();
  const { platformApiKey: _secret, ...shown } = identity;
  const control = controlPlane({ state, reset, describe: () => shown });
  const server = new HarnessServer(state, new Router(allRoutes), control);
  const port = await server.listen(options.port ?? 0);
  return {
    ...identity,
    endpoint: `http://127.0.0.1:${port}/gateway`,
    reset: () => reset(),
    close: () => server.close(),
    ...surroundings(state, identity.accountId),
    ...machinery(state),
  };
}

type Methods<K extends keyof Emulator> = Pick<Emulator, K>;

/** Requests, faults and switches. */
function machinery(
  state: State,
): Methods<"requests" | "clearRequests" | "inject" | "pendingFaults" | "clearFaults" | "set" | "switches"> {
  return {
    requests: () => state.log.all(),
    clearRequests: () => state.log.clear(),
    inject: (fault) => state.faults.inject(fault),
    pendingFaults: () => state.faults.pending(),
    clearFaults: () => state.faults.clear(),
    set: (changes) => changeSwitches(state.switches, changes),
    switches: () => ({ ...state.switches }),
  };
}

type Rest = Omit<
  Emulator,
  | keyof ReturnType<typeof machinery>
  | keyof PipelineConsole
  | "endpoint"
  | "accountId"
  | "platformApiKey"
  | "orgId"
  | "projectId"
  | "reset"
  | "close"
>;

/** What is around connectors, secrets and pipelines, and these out of band. */
function surroundings(state: State, accountId: string): Rest & PipelineConsole {
  const back = new OutOfBand(state, accountId);
  return {
    ...pipelineConsole(state, (ref) => back.scope(ref)),
    addAccount: (spec) => addAccount(state, spec),
    addToken: (spec = {}) => addToken(state, accountId, spec),
    revokeToken: (token) => revokeToken(state, token),
    addOrg: (spec) => addOrg(state, accountId, spec),
    addProject: (spec) => addProject(state, accountId, spec),
    addDelegate: (spec) => addDelegate(state, back.scope(spec.scope), spec),
    setDelegateConnected: (name, connected, scope) => setDelegateConnected(state, back.scope(scope), name, connected),
    removeDelegate: (name, scope) => removeDelegate(state, back.scope(scope), name),
    putHarnessImage: (kind, viaDelegate = false) => back.putConnector(harnessImage(kind, viaDelegate)),
    ciImages: (infra) => ({ ...state.store.ciImages.get(accountId)?.[infra] }),
    setCiImage: (infra, field, image) => setCiImage(state, accountId, infra, field, image),
    ciImageDefaults: (infra) => ({ ...ciDefaults(infra) }),
    connectors: (scope) => back.connectors(scope),
    putConnector: (spec) => back.putConnector(spec),
    editConnector: (scope, identifier, change) => back.editConnector(scope, identifier, change),
    deleteConnector: (scope, identifier) => back.deleteConnector(scope, identifier),
    secrets: (scope) => back.secrets(scope),
    secretValue: (scope, identifier) => back.secretValue(scope, identifier),
    putSecret: (spec) => back.putSecret(spec),
    deleteSecret: (scope, identifier) => back.deleteSecret(scope, identifier),
    addReference: (kind, scope, identifier, by) => back.addReference(kind, scope, identifier, by),
    removeReference: (kind, scope, identifier, by) => back.removeReference(kind, scope, identifier, by),
  };
}
