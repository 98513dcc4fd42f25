import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bench } from "./measurement";

const secretId = "registry_token";

/**
 * Runs a body with an emulated Harness that has what the programs of connectors refer to.
 *
 * @param latencyMs How long each of its answers takes.
 */
export async function withAccount<T>(latencyMs: number, body: (harness: Emulator) => Promise<T>): Promise<T> {
  const harness = await startEmulator({ latencyMs });
  try {
    furnish(harness);
    return await body(harness);
  } finally {
    await harness.close();
  }
}

/** The programs to compare; loaded only now, because they load the installed package. */
export function programsFor(harness: Emulator, size: number): Readonly<Record<"ours" | "floor", PulumiFn>> {
  const { connectors }: typeof import("./programs/connectors") = require("./programs/connectors");
  const { blanks }: typeof import("./programs/blanks") = require("./programs/blanks");
  const { orgId, projectId } = harness;
  const plan = { size, orgId, projectId, passwordRef: secretId };
  return { ours: connectors(plan), floor: blanks(plan) };
}

/** How many pipelines, and stages in each. */
export interface PipelinesPlan {
  readonly pipelines: number;
  readonly stages: number;
}

/** Puts pipelines into the project, none of whose stages has an image connector. */
export function furnishPipelines({ putPipeline, orgId, projectId }: Emulator, plan: PipelinesPlan): void {
  for (let index = 0; index < plan.pipelines; index += 1) {
    putPipeline({ scope: { orgId, projectId }, yaml: pipelineText(`pipeline_${index}`, plan.stages) });
  }
}

/** A pipeline as people write them. */
export function pipelineText(identifier: string, stages: number): string {
  const head = `pipeline:\n  name: ${identifier}\n  identifier: ${identifier}\n  orgIdentifier: default\n  projectIdentifier: demo\n  stages:\n`;
  return head + Array.from({ length: stages }, (_, index) => stageText(index)).join("");
}

function stageText(index: number): string {
  return `    - stage:
        name: Stage ${index}
        identifier: stage_${index}
        type: CI
        spec:
          cloneCodebase: true # with history
          infrastructure:
            type: KubernetesDirect
            spec:
              connectorRef: account.build_cluster
              namespace: ci
              nodeSelector: {}
          execution:
            steps:
              - step:
                  type: Run
                  name: Make
                  identifier: make
                  spec:
                    shell: Sh
                    command: |-
                      make build
                      make test
`;
}

/** How many connectors the rows are about. */
export function sizesOf({ quick }: Bench, all: readonly number[]): number[] {
  return all.filter((size) => !quick || size <= 50);
}

function furnish(harness: Emulator): void {
  const { orgId, projectId } = harness;
  harness.putSecret({ scope: { orgId, projectId }, identifier: secretId, value: "a value for one run" });
}
