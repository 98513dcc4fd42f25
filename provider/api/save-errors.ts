import type { Purpose } from "../client/call";
import { CannotOverrideError, OutcomeUnknownError } from "../errors";
import type { StageChange } from "./stage-change";

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
