import type { Plain } from "../../provider/domain/plain";
import type { Handler } from "../../provider/handlers/handler";
import { Notices } from "../../provider/notices";
import { createRuntime } from "../../provider/runtime";
import { Session } from "../../provider/session";
import type { Measurement } from "./measurement";
import { type Row, timed } from "./row";
import { median, percentile } from "./statistics";

const targetUs = 1000;
const timesPerRound = 1_000;
const variable = "BENCH_TOKEN";
const account = { accountId: "bench-account", platformApiKey: "pat.bench-account.id.a-key-that-nobody-has" };

/** An operation, called with the number of the resource. */
type Operation = (index: number) => Promise<unknown>;

/** `check` and `diff` in this process, without the questions to Harness that resources share. */
export const handlerSpeed: Measurement = {
  title: "check and diff in process, without the shared look-ups",
  async measure({ quick, log }) {
    const rounds = quick ? 3 : 10;
    const rows: Row[] = [];
    for (const [what, operation] of await operations()) {
      log(`  ${what}: ${rounds} times ${timesPerRound}`);
      rows.push(await rowOf(what, operation, rounds));
    }
    return rows;
  },
};

async function operations(): Promise<[string, Operation][]> {
  const runtime = createRuntime(offlineSession());
  const connector = runtime.handler("DockerConnector");
  const secret = runtime.handler("SecretText");
  const override = runtime.handler("StageImageOverride");
  const overridden = await checked(override, overrideArgs(-1));
  const [stored, digested] = [await checked(connector, connectorArgs(-1)), await checked(secret, envArgs(-1))];
  const changed = { ...stored, description: "Another description" };
  return [
    ["check of a new DockerConnector", (index) => connector.check({}, connectorArgs(index))],
    ["check of a stored DockerConnector", () => connector.check(stored, connectorArgs(-1))],
    ["check of a new SecretText with value", (index) => secret.check({}, secretArgs(index))],
    ["check of a new SecretText with valueFromEnv", (index) => secret.check({}, envArgs(index))],
    ["check of a stored SecretText with valueFromEnv", () => secret.check(digested, envArgs(-1))],
    ["diff of an equal DockerConnector", () => connector.diff("default/demo/registry", stored, stored)],
    ["diff of a changed DockerConnector", () => connector.diff("default/demo/registry", stored, changed)],
    ["diff of an equal SecretText", () => secret.diff("token", digested, digested)],
    ["check of a new StageImageOverride", (index) => override.check({}, overrideArgs(index))],
    ["check of a stored StageImageOverride", () => override.check(overridden, overrideArgs(-1))],
    ["diff of an equal StageImageOverride", () => override.diff("o/p/c/s", overridden, overridden)],
  ];
}

async function checked(handler: Handler, args: Plain): Promise<Plain> {
  const { inputs, failures } = await handler.check({}, args);
  if (failures.length > 0) {
    throw new Error(`the arguments to measure with are wrong: ${failures.map(({ reason }) => reason).join("; ")}`);
  }
  return inputs;
}

/** The round least disturbed by what else the machine does is the one to look at; the first only warms up. */
async function rowOf(what: string, operation: Operation, rounds: number): Promise<Row> {
  const all: number[][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    all.push(await timesOf(operation, round * timesPerRound));
  }
  const slowest = all.slice(1).map((times) => percentile(times, 0.99));
  const typical = median(all.slice(1).flat());
  const row = {
    id: what.toLowerCase().replaceAll(" ", "-"),
    what: `${what}, 99 of 100`,
    unit: "us" as const,
    target: targetUs,
    measured: Math.min(...slowest),
    note: `best of ${rounds} rounds of ${timesPerRound}; median of all ${typical.toFixed(0)} us`,
  };
  return timed(row, typical);
}

/** Microseconds of each call. */
async function timesOf(operation: Operation, first: number): Promise<number[]> {
  const took: number[] = [];
  for (let index = first; index < first + timesPerRound; index += 1) {
    const start = performance.now();
    await operation(index);
    took.push((performance.now() - start) * 1000);
  }
  return took;
}

function offlineSession(): Session {
  const settings: Readonly<Record<string, string>> = { ...account, preflight: "off" };
  return new Session({
    config: (key) => settings[key.slice("harness:".length)],
    environment: { [variable]: "a value that only the environment has" },
    notices: new Notices(() => undefined),
  });
}

function owner(name: string): Plain {
  return { __owner: `organization/bench/dev/${name}` };
}

function connectorArgs(index: number): Plain {
  return {
    ...owner(`registry-${index}`),
    description: "Where the builds of one team pull from",
    tags: { team: `team-${index}`, tier: "build" },
    orgId: "default",
    projectId: "demo",
    url: `https://registry-${index}.example.com/images`,
    providerType: "Other",
    auth: { type: "UsernamePassword", username: "ci", passwordRef: "account.registry_token" },
    connectivityMode: "Delegate",
    delegateSelectors: ["linux", "eu"],
  };
}

function secretArgs(index: number): Plain {
  return { ...owner(`secret-${index}`), value: `the value of secret ${index}`, tags: { tier: "build" } };
}

function envArgs(index: number): Plain {
  return { ...owner(`from-env-${index}`), valueFromEnv: variable };
}

function overrideArgs(index: number): Plain {
  const names = {
    orgId: "default",
    projectId: "demo",
    pipelineIdentifier: "checkout",
    stageIdentifier: `stage_${index}`,
  };
  return { ...owner(`stage-${index}`), ...names, connectorRef: "account.registry", git: { branch: "main" } };
}
