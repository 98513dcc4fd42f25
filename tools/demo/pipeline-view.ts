import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../emulator";

/** The pipeline of the demo, as its owner wrote it. */
export const pipelineText = readFileSync(
  join(__dirname, "..", "..", "examples", "stage-override", "pipeline.yaml"),
  "utf8",
);

/** Where the pipeline lies. */
export function pipelineScope({ orgId, projectId }: Emulator): { orgId: string; projectId: string } {
  return { orgId, projectId };
}

/** The pipeline that Harness really has. */
export function pipelineIn(harness: Emulator): string {
  return harness.pipelineYaml(pipelineScope(harness), "checkout") ?? "";
}

/** The lines of a text that are not in another, and where the other has them otherwise, as a diff shows them. */
export function newLines(before: string, after: string): string[] {
  const old = new Set(before.split("\n"));
  return after
    .split("\n")
    .filter((line) => !old.has(line))
    .map((line) => line.trim());
}
