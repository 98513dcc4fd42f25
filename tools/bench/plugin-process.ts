import type { Plain } from "../../provider/domain/plain";
import { Plugin } from "../../test/plugin/plugin";

/** What a plugin process is asked to do first. */
export interface FirstCheck {
  /** The folder of the program, where the plugin looks for packages. */
  readonly programs: string;
  /** The stack configuration. */
  readonly config: Readonly<Record<string, string>>;
  /** The inputs, with the text of the provider. */
  readonly news: Plain;
}

/**
 * Starts a plugin process as the engine does, configures it and has it check one resource.
 *
 * @returns milliseconds from the start of the process to the answer.
 * @throws Error when there is no answer, or the check finds a failure.
 */
export async function timeFirstCheck({ programs, config, news }: FirstCheck): Promise<number> {
  const start = performance.now();
  const plugin = await Plugin.start({ folder: programs, resources: {}, remove: () => undefined });
  try {
    await plugin.configure(config);
    const { failures } = await plugin.check({}, news);
    const ms = performance.now() - start;
    if (failures.length > 0) {
      throw new Error(`the check found failures: ${failures.map(([, reason]) => reason).join("; ")}`);
    }
    return ms;
  } finally {
    await plugin.kill();
  }
}
