import type { Purpose } from "../client/call";
import { type Edit, edited } from "../domain/override-edit";
import { type Mark, writeFormer } from "../domain/override-mark";
import { placeOf } from "../domain/override-place";
import { unreadable } from "../domain/override-refusals";
import { formerAt, markAt, type Wish } from "../domain/override-splice";
import type { Content, Pipeline } from "../domain/pipeline-stages";
import { sameValue } from "../domain/plain";
import { CannotOverrideError, ChangedMeanwhileError } from "../errors";
import type { StoredPipeline } from "./stored-pipeline";

/** What one resource wants of one stage. */
export interface StageChange {
  readonly stage: string;
  readonly purpose: Purpose;
  /** The commit message the program gave. */
  readonly message: string | undefined;
  /** Says in a commit message what happens, e.g. `stage build: account.mirror`. */
  readonly summary: string;
  /**
   * What to write into a pipeline as it is now; undefined when nothing is to be done.
   *
   * @throws HarnessError when it may not be done
   */
  decide(pipeline: Pipeline, stored: StoredPipeline): Wish | undefined;
  /**
   * Whether a change of the stage under our eyes is for `decide` to judge and not somebody else's: what carries this mark may be the
   * work of a killed run of the same resource, whose save has only now arrived.
   */
  expects(mark: Mark | undefined): boolean;
}

/** What became of a change. */
export interface StageOutcome {
  /** The pipeline with the change in it. */
  readonly stored: StoredPipeline;
  /** Whether anything had to be saved for it. */
  readonly saved: boolean;
  /** Whether the line could hold no mark. */
  readonly unmarked: boolean;
  /** How often somebody else's save may have been lost under ours: undefined when never, for this change to report. */
  readonly overwritten: number | undefined;
  /** Whether nobody can say what the save came over, because Harness does not count; for this change to report. */
  readonly unwatched: boolean;
}

/** What is written at a stage. */
interface Written {
  /** The value, as a mark would show it. */
  readonly value: string;
  /** The mark beside it, if any. */
  readonly mark: Mark | undefined;
}

/** A change that waits for its outcome. */
export interface Request {
  readonly change: StageChange;
  resolve(outcome: StageOutcome): void;
  reject(error: unknown): void;
  /** What was written at the stage when we first looked: it must not have changed when we write. */
  seen: string | undefined;
  /** What we have sent, once we have. */
  sent: Written | undefined;
  unmarked: boolean;
  settled: boolean;
}

/** What to do about requests, seen from one text. */
export interface Plan {
  readonly text: string;
  /** The same text, read: between the last look and the save there is no time for it. */
  readonly content: Content;
  /** What cannot be done, with the reason. */
  readonly failures: readonly (readonly [Request, unknown])[];
  /** What the text has to be changed for. */
  readonly writes: readonly Request[];
  /** What is in the text already. */
  readonly done: readonly Request[];
  /** Whether it is to be seen, and not only to be believed, that Harness keeps what is written. */
  readonly doubtful: boolean;
}

/** Makes a request of a change. */
export function requestOf(change: StageChange): { readonly request: Request; readonly outcome: Promise<StageOutcome> } {
  const settle: { resolve?: (outcome: StageOutcome) => void; reject?: (error: unknown) => void } = {};
  const outcome = new Promise<StageOutcome>((resolve, reject) => Object.assign(settle, { resolve, reject }));
  const state = { seen: undefined, sent: undefined, unmarked: false, settled: false };
  const request: Request = {
    change,
    ...state,
    resolve(result) {
      request.settled = true;
      settle.resolve?.(result);
    },
    reject(error) {
      request.settled = true;
      settle.reject?.(error);
    },
  };
  return { request, outcome };
}

/** Decides about requests and makes the text they want. Nothing is rejected yet: the text may be old. */
export function planOf(stored: StoredPipeline, requests: readonly Request[]): Plan {
  const failures: [Request, unknown][] = [];
  const done: Request[] = [];
  const edits = new Map<Edit, Request>();
  for (const request of requests.filter(({ settled }) => !settled)) {
    try {
      const wish = wishOf(stored, request);
      if (wish === undefined) done.push(request);
      else edits.set({ stage: request.change.stage, wish }, request);
    } catch (error) {
      failures.push([request, error]);
    }
  }
  const { text, content, refused, unmarked } = edited(stored.text, [...edits.keys()], stored.content);
  const writes: Request[] = [];
  for (const [edit, request] of edits) {
    const refusal = refused.get(edit);
    request.unmarked = unmarked.has(edit);
    if (refusal === undefined) writes.push(request);
    else failures.push([request, new CannotOverrideError({ doing: request.change.purpose.doing, ...refusal })]);
  }
  return { text, content, failures, writes, done, doubtful: writes.some(({ change }) => isDoubtful(content, change)) };
}

/** Inputs of templates can be dropped [H135], and not every server knows the setting of a local Docker runner [H127]. */
function isDoubtful(content: Content, { stage }: StageChange): boolean {
  const place = "problem" in content ? undefined : placeOf(content, stage);
  if (place === undefined || "what" in place) return false;
  return place.path.includes("templateInputs") || place.infrastructure === "Docker";
}

/** Notes what was sent, so that the next look knows our own value from another's. */
export function noteSent({ writes }: Plan, stored: StoredPipeline): void {
  for (const request of writes) request.sent = writtenAt(stored, request.change.stage);
}

function wishOf(stored: StoredPipeline, request: Request): Wish | undefined {
  const { change } = request;
  const written = writtenAt(stored, change.stage);
  const value = written?.value;
  request.seen ??= value;
  if (isSent(request, written)) return undefined;
  if (written !== undefined && request.seen !== undefined && value !== request.seen && !change.expects(written.mark)) {
    throw changedMeanwhile(change, request.seen, written.value);
  }
  if ("problem" in stored.content) {
    throw new CannotOverrideError({ doing: change.purpose.doing, ...unreadable(stored.content.problem) });
  }
  return change.decide(stored.content, stored);
}

/** Whether our save is in place. Where it only brings or takes a mark, the value tells nothing of it. */
function isSent({ seen, sent, change }: Request, written: Written | undefined): boolean {
  if (sent === undefined || written?.value !== sent.value) return false;
  if (written.mark !== undefined && !change.expects(written.mark)) return false;
  return sent.value !== seen || sameValue(written.mark, sent.mark);
}

function writtenAt({ content }: StoredPipeline, stage: string): Written | undefined {
  if ("problem" in content) return undefined;
  const place = placeOf(content, stage);
  if ("what" in place) return undefined;
  return { value: writeFormer(formerAt(content.yaml, place)), mark: markAt(content.yaml, place) };
}

function changedMeanwhile({ stage, purpose }: StageChange, before: string, now: string): ChangedMeanwhileError {
  const shown = (written: string) => (written === "absent" ? "no image connector" : written);
  return new ChangedMeanwhileError({
    doing: purpose.doing,
    what: `somebody changed the image connector of stage "${stage}" at the same moment: there was ${shown(before)}, now there is ${shown(now)}`,
    next:
      "Nothing of it was touched. Run again when it is settled what the stage is to have: `pulumi refresh` takes note of it for an " +
      "override that is in the state, `adopt: true` takes it over for a new one.",
  });
}
