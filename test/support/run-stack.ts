import type { PulumiFn } from "@pulumi/pulumi/automation";
import { EngineWorkspace } from "./engine";
import type { RunOrder } from "./engine-run";
import { OperationFailed } from "./engine-stack";

// The process that `EngineRun` starts: one operation on a workspace that is there already.
async function main(order: RunOrder): Promise<number> {
  const { folder, plan } = order.workspace;
  const workspace = new EngineWorkspace(folder, { ...plan, log: (text) => process.stdout.write(text) });
  const stack = await workspace.stack(loadProgram(order.programFile));
  // Only now: making the stack clears the environment of what looks like a developer's.
  Object.assign(process.env, plan.env);
  try {
    await stack[order.operation]();
    return 0;
  } catch (error) {
    if (error instanceof OperationFailed) {
      return 1;
    }
    throw error;
  }
}

function loadProgram(file: string): PulumiFn {
  const loaded: unknown = require(file);
  const program: unknown =
    typeof loaded === "object" && loaded !== null && "program" in loaded ? loaded.program : loaded;
  if (typeof program !== "function") {
    throw new Error(`${file} exports no program`);
  }
  return async () => program();
}

main(JSON.parse(process.argv[2] ?? "")).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(2);
  },
);
