import type { TestStack } from "../../test/support/engine-stack";
import { furnishPipelines, withAccount } from "./harness";
import { live } from "./life";
import type { Measurement } from "./measurement";
import { exact, type Row } from "./row";

const targetBytes = 300;
const textKey = "__provider";

/** How much of each resource's state is Pulumi's text of the provider, when the package is installed as users install it. */
export const stateText: Measurement = {
  title: "provider text in the state",
  measure(bench) {
    bench.log("  up of one resource of each type");
    const rows: Row[] = [];
    return withAccount(0, async (harness) => {
      const { oneOfEach }: typeof import("./programs/connectors") = require("./programs/connectors");
      const after = (_: string, stack: TestStack) => {
        rows.push(
          ...["DockerConnector", "HarnessImageConnector", "SecretText", "StageImageOverride"].map((type) =>
            rowOf(stack, type),
          ),
        );
      };
      furnishPipelines(harness, { pipelines: 1, stages: 1 });
      await live({ programs: bench.programs, program: oneOfEach, harness, size: 4, steps: ["up"], after });
      return rows;
    });
  },
};

function rowOf(stack: TestStack, type: string): Row {
  const [resource] = stack.resources(type);
  const text = resource?.outputs[textKey];
  if (typeof text !== "string") {
    throw new Error(`the state has no ${type} with the text of its provider in clear`);
  }
  return exact({
    id: `state-text-${type.toLowerCase()}`,
    what: `provider text in the state of a ${type}`,
    unit: "bytes",
    target: targetBytes,
    measured: Buffer.byteLength(text),
    note: "Pulumi keeps it twice, with the inputs and with the outputs",
  });
}
