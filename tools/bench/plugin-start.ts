import { runtime } from "@pulumi/pulumi";
import { emptyProvider } from "./empty-provider";
import { withAccount } from "./harness";
import type { Measurement } from "./measurement";
import { type FirstCheck, timeFirstCheck } from "./plugin-process";
import { type Row, timed, told } from "./row";
import { median } from "./statistics";

const targetMs = 150;

/** How much longer the plugin process takes to its first answer than one with a provider that does nothing. */
export const pluginStart: Measurement = {
  title: "start of the plugin process",
  measure: ({ quick, log, programs }) =>
    withAccount(0, async (harness) => {
      const empty = await textOf(programs, emptyProvider);
      const ours = await textOf(programs, "pulumi-harness-images/provider/docker-connector");
      const account = { "harness:endpoint": harness.endpoint, "harness:platformApiKey": harness.platformApiKey };
      const offline = { ...account, "harness:preflight": "off" };
      const kinds = {
        empty: orderOf(programs, offline, empty),
        offline: orderOf(programs, offline, ours),
        asking: orderOf(programs, account, ours),
      };
      const rounds = quick ? 3 : 7;
      log(`  to the first check, in turns, ${rounds} rounds: empty provider, ours, ours asking Harness`);
      await timeFirstCheck(kinds.offline);
      return rowsOf(await timesOf(kinds, rounds));
    }),
};

type Kind = "empty" | "offline" | "asking";

async function timesOf(orders: Readonly<Record<Kind, FirstCheck>>, rounds: number): Promise<Record<Kind, number[]>> {
  const times: Record<Kind, number[]> = { empty: [], offline: [], asking: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ["empty", "offline", "asking"] as const) {
      times[kind].push(await timeFirstCheck(orders[kind]));
    }
  }
  return times;
}

function rowsOf(times: Readonly<Record<Kind, readonly number[]>>): Row[] {
  const empty = median(times.empty);
  const note = (kind: Kind) =>
    `${median(times[kind]).toFixed(0)} ms over ${empty.toFixed(0)} ms, median of ${times[kind].length}`;
  const offline = {
    id: "plugin-start",
    what: "start of the plugin process to its first check, over an empty provider",
    unit: "ms" as const,
    target: targetMs,
    measured: median(times.offline) - empty,
    note: note("offline"),
  };
  const asking = {
    id: "plugin-start-asking",
    what: "the same, with the first questions to Harness",
    unit: "ms" as const,
    measured: median(times.asking) - empty,
    note: note("asking"),
  };
  return [timed(offline), told(asking)];
}

/** The text that Pulumi stores for a provider that is the whole of a module. */
async function textOf(programs: string, name: string): Promise<string> {
  const provider: unknown = require(require.resolve(name, { paths: [programs] }));
  return (await runtime.serializeFunction(() => provider)).text;
}

function orderOf(programs: string, config: Readonly<Record<string, string>>, text: string): FirstCheck {
  const news = {
    __provider: text,
    __owner: "organization/bench/dev/registry",
    url: "https://registry.example.com",
    auth: { type: "Anonymous" },
    connectivityMode: "Platform",
  };
  return { programs, config, news };
}
