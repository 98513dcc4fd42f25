import { join } from "node:path";
import { type Engine, findEngine } from "../../tools/engine";

// What a developer has in the environment and a test must not see: an account, a backend, a way out to the world.
const developers = /^(HARNESS_|PULUMI_(?!HARNESS_IMAGES_)|NODE_EXTRA_CA_CERTS$|(https?|no|all)_proxy$)/i;

let found: Promise<Engine> | undefined;

/**
 * The pinned engine; the first call of a process looks for it, which on a new machine takes minutes.
 *
 * From then on the developer's own Harness, Pulumi and proxy settings are gone from this process, because inline
 * programs run in it and the engine, with its plugins, inherits its environment. Not before: getting the engine may
 * need the proxy.
 */
export function testEngine(): Promise<Engine> {
  found ??= findEngine({ pinned: true }).finally(forgetDeveloper);
  return found;
}

function forgetDeveloper(): void {
  for (const name of Object.keys(process.env)) {
    if (developers.test(name)) {
      delete process.env[name];
    }
  }
}

/** The engine's environment for a backend, a home and a passphrase of its own in a folder. */
export function engineEnvironment(folder: string): Record<string, string> {
  return {
    // Without sidecar files: the engine writes those in place, and one cut short by a kill makes the state unreadable.
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}?metadata=skip`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    // Only what lies beside the pinned engine counts, whatever this machine has on PATH.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}
