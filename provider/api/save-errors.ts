import type { Purpose } from "../client/call";
import { CannotOverrideError, isHarnessError, OutcomeUnknownError, RefusedError } from "../errors";
import type { StageChange } from "./stage-change";

/** The setting as Harness names it in its complaints. [H127] [H139] */
const OUR_SETTING = /harness-?image-?connector|runtime\.shell\.connector/i;

/** A save that Harness has answered, and that is not there. */
export function unkept({ stage, purpose }: StageChange): CannotOverrideError {
  const what = `Harness answered that it saved the pipeline, and did not keep the image connector of stage "${stage}"`;
  const next =
    "Look at the pipeline in Harness: a template may not leave the setting open, this server may not know it, or somebody's program " +
    "may take it out again at once.";
  return new CannotOverrideError({ doing: purpose.doing, what, next });
}

/** Nobody knows whether a save arrived. */
export function outcomeUnknown({ doing }: Purpose, first: Error, cause: unknown): OutcomeUnknownError {
  const what = "the answer was lost, and looking whether the pipeline was saved failed too";
  const next = `Run \`pulumi up\` again; it takes up what was done. The first failure was: ${first.message}`;
  return new OutcomeUnknownError({ doing, what, next, cause });
}

/** Harness checks the whole text on each save: a fault that was there before is no fault of the change. [H159] */
export function ofPipeline(error: unknown, { purpose }: StageChange): unknown {
  if (!isHarnessError(error, "REFUSED")) return error;
  const said = error.answer.message ?? "";
  if (!said.includes("$.pipeline") || OUR_SETTING.test(said)) return error;
  const what = "Harness does not take the pipeline as it stands";
  const next =
    "What Harness names is not the image connector: it was in the pipeline before, and its owner has to correct it. Nothing was " +
    "saved. Run again when that is done.";
  return new RefusedError({ doing: purpose.doing, what, next, answer: error.answer, cause: error });
}
