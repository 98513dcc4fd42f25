import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import type { DiffLine } from "./narrator";

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

/** The lines that went from a text and came into it, in the order of the text. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const found: DiffLine[] = [];
  const note = (sign: DiffLine["sign"], line = "") => found.push({ sign, text: line.trim() });
  while (old.length > 0 || now.length > 0) {
    if (old[0] === now[0]) {
      old.shift();
      now.shift();
    } else if (old[0] !== undefined && !now.includes(old[0])) note("-", old.shift());
    else note("+", now.shift());
  }
  return found;
}
