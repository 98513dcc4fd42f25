import type { Emulator } from "../../emulator";
import { furnishPipelines, withAccount } from "./harness";
import { live, type Step } from "./life";
import type { Bench, Measurement } from "./measurement";
import { exact, type Row } from "./row";

const latencyMs = 20;
const plan = { pipelines: 5, stages: 10 };
/** More than there are overrides, so that each pipeline's can be gathered whole. */
const parallel = 64;

/** What each step may cost in calls of pipelines, for the whole plan. */
const most: Readonly<Record<Step, number>> = {
  preview: plan.pipelines,
  up: 4 * plan.pipelines,
  unchanged: 0,
  refresh: plan.pipelines,
  destroy: 4 * plan.pipelines,
};

/** Calls of pipelines by phase, for overrides of many stages. */
export const overrideCalls: Measurement = {
  title: "pipeline calls of a stack of stage overrides, phase by phase",
  measure: (bench) =>
    withAccount(latencyMs, async (harness) => {
      const { pipelines, stages } = plan;
      bench.log(`  ${pipelines * stages} overrides over ${pipelines} pipelines, ${parallel} at a time`);
      furnishPipelines(harness, plan);
      return measured(bench, harness);
    }),
};

async function measured(bench: Bench, harness: Emulator): Promise<Row[]> {
  const { overrides }: typeof import("./programs/overrides") = require("./programs/overrides");
  const rows: Row[] = [];
  await live({
    programs: bench.programs,
    program: overrides(plan.pipelines, plan.stages),
    harness,
    size: 1 + plan.pipelines * plan.stages,
    parallel,
    before: () => harness.clearRequests(),
    after: (step) => {
      rows.push(rowOf(step, harness));
      requireOverrides(harness, step, step === "preview" || step === "destroy" ? 0 : plan.pipelines * plan.stages);
    },
  });
  return rows;
}

function rowOf(step: Step, harness: Emulator): Row {
  const calls = harness.requests().filter(({ path }) => path.includes("pipelines"));
  const saves = calls.filter(({ method }) => method === "PUT").length;
  return exact({
    id: `override-calls-${step}`,
    what: `pipeline calls of ${step}, ${plan.pipelines * plan.stages} overrides over ${plan.pipelines} pipelines`,
    unit: "calls",
    target: most[step],
    measured: calls.length,
    note: `${saves} of them saves`,
  });
}

/** Few calls are no merit when the work was not done. */
function requireOverrides(harness: Emulator, step: Step, expected: number): void {
  const lines = harness.pipelines().flatMap(({ yaml }) => yaml.match(/^ *harnessImageConnectorRef: /gm) ?? []);
  if (lines.length !== expected) {
    throw new Error(`after ${step} there should be ${expected} overrides, and there are ${lines.length}`);
  }
}
