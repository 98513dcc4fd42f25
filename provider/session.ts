import { CiImageList } from "./api/ci-images";
import { ConnectionTests } from "./api/connection-tests";
import { Delegates } from "./api/delegates";
import { connectorEndpoints, secretEndpoints } from "./api/kinds";
import { HarnessObjects } from "./api/objects";
import { LOOK_INTO_HISTORY, overwrittenWords } from "./api/overwritten";
import { Permissions } from "./api/permissions";
import { PipelineGathering } from "./api/pipeline-gathering";
import { Pipelines } from "./api/pipelines";
import { Places } from "./api/places";
import { type PipelineAddress, pipelineName } from "./api/stored-pipeline";
import { HarnessClient } from "./client/client";
import { type Clock, systemClock } from "./client/clock";
import { type ConfigReader, type Environment, readSettings, requireCredentials, type Settings } from "./config";
import type { LookedFor } from "./domain/verification-report";
import type { HarnessError } from "./errors";
import { Notices } from "./notices";
import { type GivenLogin, registryLogin } from "./registry-login";
import { type ImageSearch, lookedFor } from "./verification";
import { VERSION } from "./version";

/** What a session can be given in place of the process's own. */
export interface SessionOptions {
  readonly config: ConfigReader;
  readonly environment: Environment;
  readonly notices?: Notices;
  readonly signal?: AbortSignal;
  /** Decides how long every wait lasts. @default the computer's clock */
  readonly clock?: Clock;
}

/** The calls of one account. */
export interface Harness {
  readonly accountId: string;
  readonly client: HarnessClient;
  readonly connectors: HarnessObjects;
  readonly secrets: HarnessObjects;
  readonly pipelines: Pipelines;
  /** The way for changes of pipelines: those of one pipeline are saved together. */
  readonly gathering: PipelineGathering;
  readonly places: Places;
  readonly permissions: Permissions;
  readonly delegates: Delegates;
  readonly connectionTests: ConnectionTests;
  readonly ciImages: CiImageList;
}

/**
 * What one plugin process knows: settings, connection, what was said, and what this run declares and has made. The engine
 * starts one process for each provider resource and each phase.
 */
export class Session {
  readonly settings: Settings;
  readonly notices: Notices;
  readonly environment: Environment;
  /** Which resource of this run declares an object; by kind and id. */
  readonly declared = new Map<string, string>();
  /** What this run was asked about as something the state holds already. */
  readonly managed = new Set<string>();
  /** The secrets this run has seen in Harness, as `secret <id>`. */
  readonly found = new Set<string>();
  /** Why nothing more is asked before a change: Harness could not be reached, and further questions would only take time. */
  outage: HarnessError | undefined;
  /** The images this run sets, by infrastructure: what they are going to be. */
  readonly pinned = { K8: new Map<string, string>(), VM: new Map<string, string>() } as const;
  /** The objects this run has created. */
  readonly made = new Set<string>();
  private readonly signal: AbortSignal | undefined;
  private readonly clock: Clock | undefined;
  private stirs = 0;
  private connection: Harness | undefined;

  constructor(options: SessionOptions) {
    this.settings = readSettings(options.config, options.environment);
    this.environment = options.environment;
    this.notices = options.notices ?? new Notices();
    this.signal = options.signal;
    this.clock = options.clock;
  }

  /** The connection to Harness, made at first use. @throws ConfigurationError without usable credentials. */
  harness(doing: string): Harness {
    this.connection ??= this.connect(doing);
    return this.connection;
  }

  /** Asks a registry for images. @throws ConfigurationError where the password is not set where this runs */
  async lookFor(search: Omit<ImageSearch, "login"> & GivenLogin, doing: string): Promise<LookedFor[]> {
    const login = registryLogin(search, this.environment, doing);
    return lookedFor({ ...search, login }, { environment: this.environment, clock: this.clock, signal: this.signal });
  }

  /** Milliseconds since 1970. */
  now(): number {
    return (this.clock ?? systemClock).wall();
  }

  /** Notes that the engine has just handed over a resource: others are likely to follow. */
  stir(): void {
    this.stirs += 1;
  }

  /** Calls made so far, when anything was called. */
  callSummary(): string | undefined {
    return this.connection?.client.summary();
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await this.connection?.client.close();
  }

  private connect(doing: string): Harness {
    const { settings, notices } = this;
    const { apiKey, accountId } = requireCredentials(settings, doing);
    const client = new HarnessClient({
      endpoint: settings.endpoint,
      accountId,
      apiKey,
      version: VERSION,
      requestsPerMinute: settings.requestsPerMinute,
      requestTimeoutMs: settings.requestTimeoutMs,
      debug: settings.debug,
      notice: (text) => notices.progress(text),
      clock: this.clock,
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    });
    const now = () => client.now();
    const pipelines = new Pipelines(client);
    const tellLoss = (address: PipelineAddress, saves: number) =>
      notices.say(`pipeline ${pipelineName(address)}`, `${overwrittenWords(saves)}. ${LOOK_INTO_HISTORY}`);
    return {
      accountId,
      client,
      connectors: new HarnessObjects(client, "connector", connectorEndpoints, now),
      secrets: new HarnessObjects(client, "secret", secretEndpoints, now),
      pipelines,
      gathering: new PipelineGathering({ client, pipelines, tellLoss }, () => this.stirs),
      places: new Places(client, accountId),
      permissions: new Permissions(client, accountId),
      delegates: new Delegates(client),
      connectionTests: new ConnectionTests(client),
      ciImages: new CiImageList(client),
    };
  }
}
