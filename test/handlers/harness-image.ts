import type { Emulator } from "../../emulator";
import { omit, type Plain } from "../../provider/domain/plain";
import { BasicRegistry } from "../../tools/basic-registry";
import { CANARY, emulatorForEach } from "../support/harness";
import { Engine, type RunOptions } from "./engine";

export const PASSWORD = `${CANARY}-registry-password`;
const LOGIN = { username: "robot", password: PASSWORD };
/** What an account of some age has. [H114] */
export const ORIGINAL = {
  identifier: "harnessImage",
  name: "Harness Docker Connector",
  description: "Harness internal connector",
  tags: { kept: "as it is" },
  spec: {
    dockerRegistryUrl: "https://index.docker.io/v2/",
    providerType: "DockerHub",
    auth: { type: "Anonymous" },
    executeOnDelegate: false,
    proxy: true,
  },
} as const;

/** An account with its default, and a registry that wants a login. */
export interface DefaultSite {
  readonly harness: Emulator;
  readonly registry: BasicRegistry;
  /** Arguments that sign in to the registry; undefined takes one away. */
  args(more?: Plain): Plain;
  engine(options?: RunOptions): Engine;
  /** What is in the account, by identifier, without what the server owns. */
  kept(): Record<string, Plain>;
  /** The requests about connectors so far that are no questions, as `METHOD identifier`, where the path names one. */
  steps(): string[];
}

/** Registers a fresh account for each test. */
export function defaultSite(): DefaultSite {
  const registry = new BasicRegistry();
  const found = emulatorForEach();
  before(() => registry.start());
  beforeEach(() => {
    registry.reset();
    registry.login = LOGIN;
    found().putSecret({ identifier: "registry_password", value: PASSWORD });
    found().putConnector(ORIGINAL);
  });
  after(() => registry.stop());
  return {
    get harness() {
      return found();
    },
    registry,
    args: (more = {}) => {
      const auth = { type: "UsernamePassword", username: "robot", passwordRef: "account.registry_password" };
      const all = { url: registry.url, auth, connectivityMode: "Delegate", ...more };
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    },
    engine: (options = {}) => new Engine(found(), "HarnessImageConnector", { secrets: [PASSWORD], ...options }),
    kept: () => keptIn(found()),
    steps: () => stepsOf(found()),
  };
}

function keptIn(harness: Emulator): Record<string, Plain> {
  const views = harness.connectors().map((view) => {
    const content = omit({ ...view }, ["createdAt", "lastModifiedAt", "status", "scope", "uniqueId"]);
    return [view.identifier, content] as const;
  });
  return Object.fromEntries(views);
}

function stepsOf(harness: Emulator): string[] {
  return harness
    .requests()
    .filter(({ path }) => /\/connectors/.test(path) && !path.endsWith("listV2"))
    .flatMap(({ method, path }) => {
      if (method === "GET") return [];
      const test = /testConnection\/(\w+)$/.exec(path)?.[1];
      return test === undefined ? [`${method} ${path.split("/").pop()}`] : [`TEST ${test}`];
    });
}
