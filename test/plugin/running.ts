import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { type Emulator, startEmulator } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { CANARY, keyListFile } from "../support/harness";
import { type Installed, install } from "./installed";
import { Plugin } from "./plugin";

export const CONNECTOR: Plain = {
  identifier: "registry",
  url: "https://registry.example.com",
  auth: { type: "UsernamePassword", username: "robot", passwordRef: "account.registry_key" },
  connectivityMode: "Delegate",
};
export const SECRET_VALUE = `${CANARY}-plugin-5d11`;
export const SECRET: Plain = { identifier: "registry_key", value: SECRET_VALUE };

/** Plugin processes of one installed package, and an emulated Harness. */
export interface Running {
  readonly harness: Emulator;
  readonly installed: Installed;
  /** Starts a process that ends with the test. */
  plugin(env?: Readonly<Record<string, string>>): Promise<Plugin>;
  /** Starts a process and configures it for the emulated Harness. */
  configured(more?: Plain, env?: Readonly<Record<string, string>>): Promise<Plugin>;
  /** What a program sends for a resource. */
  news(type: "DockerConnector" | "SecretText" | "StageImageOverride", args: Plain, name?: string): Plain;
}

/** To be called once in a `describe`. */
export function running(): Running {
  const started: { harness?: Emulator; installed?: Installed; plugins: Plugin[] } = { plugins: [] };
  before(async function () {
    this.timeout(120_000);
    started.installed = install();
    started.harness = await startEmulator();
    appendFileSync(keyListFile(), `${started.harness.platformApiKey}\n`);
  });
  beforeEach(() => started.harness?.reset());
  afterEach(async () => {
    for (const plugin of started.plugins.splice(0)) await plugin.kill();
  });
  after(async () => {
    await started.harness?.close();
    started.installed?.remove();
  });
  const present = <T>(value: T | undefined): T => {
    assert.ok(value !== undefined);
    return value;
  };
  const plugin = async (env: Readonly<Record<string, string>> = {}) => {
    const process = await Plugin.start(present(started.installed), env);
    started.plugins.push(process);
    return process;
  };
  return {
    get harness() {
      return present(started.harness);
    },
    get installed() {
      return present(started.installed);
    },
    plugin,
    async configured(more = {}, env = {}) {
      const process = await plugin(env);
      await process.configureFor(present(started.harness), more);
      return process;
    },
    news(type, args, name = "thing") {
      const text = present(started.installed).resources[type]?.["__provider"];
      assert.ok(typeof text === "string");
      return { ...args, __owner: `acme/images/dev/${name}`, __provider: text };
    },
  };
}

/** Waits until something is true that another process brings about. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < end, `this did not come true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
