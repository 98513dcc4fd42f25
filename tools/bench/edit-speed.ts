import { type Edit, edited } from "../../provider/domain/override-edit";
import { readPipeline } from "../../provider/domain/pipeline-stages";
import { pipelineText } from "./harness";
import type { Measurement } from "./measurement";
import { type Row, told } from "./row";
import { median } from "./statistics";

const sizes = [1, 20, 200];

/** How long it takes to write overrides into the text of a pipeline, proof included, beside reading that text once. */
export const editSpeed: Measurement = {
  title: "editing a pipeline's text",
  measure: async ({ quick, log }) => {
    const rounds = quick ? 3 : 7;
    log(`  every stage of pipelines with ${sizes.join(", ")} stages, ${rounds} times`);
    return sizes.map((size) => rowOf(size, rounds));
  },
};

function rowOf(size: number, rounds: number): Row {
  const text = pipelineText("pipeline", size);
  const former = { kind: "absent" } as const;
  const wish = { kind: "set", value: "account.mirror", mark: { owner: "acme/images/dev/x", former } } as const;
  const edits: Edit[] = Array.from({ length: size }, (_, index) => ({ stage: `stage_${index}`, wish }));
  const times = Array.from({ length: rounds + 1 }, () => ({
    read: millisecondsOf(() => readPipeline(text)),
    edit: millisecondsOf(() => requireAll(edited(text, edits).refused.size)),
  })).slice(1);
  const [read, edit] = [median(times.map((time) => time.read)), median(times.map((time) => time.edit))];
  return told({
    id: `edit-${size}`,
    what: `overriding all ${size} stages of a pipeline's text, as a multiple of reading it once`,
    unit: "x",
    measured: edit / read,
    note: `${edit.toFixed(1)} ms against ${read.toFixed(1)} ms, ${text.length} characters`,
  });
}

function millisecondsOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function requireAll(refused: number): void {
  if (refused > 0) throw new Error(`${refused} edits were refused`);
}
