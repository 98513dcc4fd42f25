import { edited } from "./override-edit";
import type { Former } from "./override-mark";
import type { Refusal } from "./override-refusals";
import type { Pipeline } from "./pipeline-stages";

const triedOut = new WeakMap<Pipeline, ReadonlyMap<string, Refusal>>();

/** The stages whose text gives no hold for an edit, tried out on all stages of a pipeline at once. */
export function uneditable(pipeline: Pipeline): ReadonlyMap<string, Refusal> {
  const known = triedOut.get(pipeline);
  if (known !== undefined) return known;
  const former = { kind: "absent" } as const;
  const wish = { kind: "set", value: "account.preview", mark: { owner: "preview", former } } as const;
  const edits = pipeline.stages.map(({ identifier }) => ({ stage: identifier, wish }));
  const { refused } = edited(pipeline.yaml.text, edits, pipeline);
  const refusals = new Map([...refused].map(([{ stage }, refusal]) => [stage, refusal]));
  triedOut.set(pipeline, refusals);
  return refusals;
}

/** Whether what stood at a stage can stand there again, to the letter: text of several lines is indented for one place only. */
export function fitsBack(pipeline: Pipeline, stage: string, former: Former): boolean {
  if (former.kind === "absent" || !/[\n,[\]{}]/.test(former.text)) return true;
  return edited(pipeline.yaml.text, [{ stage, wish: { kind: "put back", former } }], pipeline).refused.size === 0;
}
