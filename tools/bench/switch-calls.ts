import type { Emulator } from "../../emulator";
import { BasicRegistry } from "../basic-registry";
import { withAccount } from "./harness";
import { live, type Step } from "./life";
import type { Bench, Measurement } from "./measurement";
import { exact, type Row } from "./row";

const latencyMs = 20;
const PASSWORD = "a password for one run";

/**
 * What each step may cost. `up` asks as preview does, looks (2), makes, tests and removes the canary (5), looks again and keeps the former settings (2),
 * switches and tests (2). `destroy` looks, puts back, and removes what it finds of canary and backup.
 */
const most: Readonly<Record<Step, number>> = { preview: 5, up: 5 + 11, unchanged: 0, refresh: 1, destroy: 5 };

/** Calls of a switch of the account's image connector, phase by phase. */
export const switchCalls: Measurement = {
  title: "API calls of a switch of the account's image connector, phase by phase",
  async measure(bench) {
    const registry = new BasicRegistry();
    registry.login = { username: "robot", password: PASSWORD };
    await registry.start();
    try {
      return await withAccount(latencyMs, (harness) => measured(bench, harness, registry.url));
    } finally {
      await registry.stop();
    }
  },
};

async function measured(bench: Bench, harness: Emulator, url: string): Promise<Row[]> {
  const { accountDefault }: typeof import("./programs/account-default") = require("./programs/account-default");
  harness.putHarnessImage("docker-hub");
  harness.putSecret({ identifier: "image_password", value: PASSWORD });
  const before = addressIn(harness);
  const rows: Row[] = [];
  await live({
    programs: bench.programs,
    program: accountDefault(url, "account.image_password"),
    harness,
    size: 1,
    before: () => harness.clearRequests(),
    after: (step) => {
      rows.push(rowOf(step, harness));
      const switched = step !== "preview" && step !== "destroy";
      if ((addressIn(harness) === before) === switched) throw new Error(`after ${step} it is not as it should be`);
    },
  });
  return rows;
}

function rowOf(step: Step, harness: Emulator): Row {
  const tests = harness.requests().filter(({ path }) => path.includes("testConnection")).length;
  return exact({
    id: `switch-calls-${step}`,
    what: `API calls of ${step}, the account's image connector`,
    unit: "calls",
    target: most[step],
    measured: harness.requests().length,
    note: `${tests} of them connection tests`,
  });
}

function addressIn(harness: Emulator): unknown {
  return harness.connectors({}).find(({ identifier }) => identifier === "harnessImage")?.spec["dockerRegistryUrl"];
}
