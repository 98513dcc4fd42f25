import type { Purpose } from "../client/call";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { type Former, type Mark, markOwner, readFormer, writeFormer } from "../domain/override-mark";
import { type Place, placeOf, valueAt } from "../domain/override-place";
import type { Refusal } from "../domain/override-refusals";
import { formerAt, markAt, referenceOf, type Wish } from "../domain/override-splice";
import { fitsBack } from "../domain/override-trial";
import type { Pipeline } from "../domain/pipeline-stages";
import { dottedPath, meaningOf } from "../domain/pipeline-yaml";
import type { Plain } from "../domain/plain";
import { type StageAddress, stageId } from "../domain/stage-image-override";
import { isUnknown } from "../domain/unknown";
import { AlreadyExistsError, CannotOverrideError, ChangedMeanwhileError, OwnedElsewhereError } from "../errors";
import type { Objection } from "./owned-claim";

/** Output that remembers what stood at the stage before, as the mark writes it. */
export const FORMER_KEY = "__former";
/** Output that remembers what we wrote ourselves: after a refresh `connectorRef` may be somebody else's value. */
export const WRITTEN_KEY = "__written";

/** What a stage's image connector is at a moment. */
export interface Sight {
  readonly place: Place;
  readonly value: string | undefined;
  readonly mark: Mark | undefined;
  readonly written: Former;
}

/** What was there before ours. */
export interface Before {
  readonly former: Former;
  /** The reference that applied then; undefined when there was none. */
  readonly reference: string | undefined;
}

/** Looks at a stage. @throws CannotOverrideError when it has no place for an image connector */
function sightOf(pipeline: Pipeline, stage: string, { doing }: Purpose): Sight {
  const place = placeOf(pipeline, stage);
  if ("what" in place) throw new CannotOverrideError({ doing, ...place });
  return sightAt(pipeline, place);
}

/** The same at a place that was found. */
export function sightAt(pipeline: Pipeline, place: Place): Sight {
  const { yaml } = pipeline;
  return { place, value: valueAt(place), mark: markAt(yaml, place), written: formerAt(yaml, place) };
}

/** Whether the mark is that of the resource with these inputs or outputs. */
export function isOurs(mark: Mark | undefined, ...props: readonly Plain[]): boolean {
  if (mark === undefined) return false;
  return props.some((some) => {
    const owner = knownText(some[OWNER_KEY]);
    return owner !== undefined && markOwner(owner) === mark.owner;
  });
}

/** What stands against writing to a stage; undefined when it is ours already, free, or the program said to take it. */
function objectionTo(sight: Sight, inputs: Plain): Objection | undefined {
  const { mark, value, place } = sight;
  // In preview it may not be known yet whether the program wants to take the stage over.
  if (isOurs(mark, inputs) || inputs["adopt"] === "takeover" || isUnknown(inputs["adopt"])) return undefined;
  const at = `stage "${place.stage}"`;
  if (mark !== undefined) {
    const next =
      "Leave the stage to that resource; if the resource was renamed, give it an alias; if the line was copied from another stage " +
      'with its comment, delete the comment; to take the stage away from its owner, write adopt: "takeover".';
    return {
      code: "OWNED_ELSEWHERE",
      what: `the image connector of ${at} is managed by the Pulumi resource ${mark.owner}`,
      next,
    };
  }
  if (value === undefined || inputs["adopt"] === true) return undefined;
  const wanted = value === inputs["connectorRef"] ? "; it is the wanted one" : "";
  const input = value.startsWith("<+input>")
    ? " It is asked for at run time now: input sets and triggers that give it lose their effect."
    : "";
  const next = `To take it over, write adopt: true (destroy puts ${value} back).${input}`;
  return {
    code: "ALREADY_EXISTS",
    what: `${at} has the image connector ${value} already, and nothing says that it is ours${wanted}`,
    next,
  };
}

/** What a create writes. `before` gets what was there before ours. */
export function decideCreate(
  pipeline: Pipeline,
  inputs: Plain,
  purpose: Purpose,
  before: (was: Before) => void = () => undefined,
): Wish | undefined {
  const sight = sightOf(pipeline, String(inputs["stageIdentifier"]), purpose);
  const objection = objectionTo(sight, inputs);
  if (objection !== undefined) {
    const parts = { ...purpose, ...objection };
    throw objection.code === "OWNED_ELSEWHERE" ? new OwnedElsewhereError(parts) : new AlreadyExistsError(parts);
  }
  // A mark, also of an owner it is taken from, knows what was there before anybody.
  const former = sight.mark?.former ?? sight.written;
  before({ former, reference: referenceOf(pipeline.yaml, sight.place, former) });
  return wishFor(sight, inputs, former);
}

/** What an update writes. Another's value is not ours to replace: a refresh shows it first. */
export function decideUpdate(pipeline: Pipeline, olds: Plain, news: Plain, purpose: Purpose): Wish | undefined {
  const sight = sightOf(pipeline, String(news["stageIdentifier"]), purpose);
  const { mark, value, place } = sight;
  // Preview has inputs only, which do not tell under what name a resource that was renamed since has written its mark.
  const isNameKnown = olds[WRITTEN_KEY] !== undefined || value !== olds["connectorRef"];
  if (mark !== undefined && isNameKnown && !isOurs(mark, olds, news)) {
    const what = `the image connector of stage "${place.stage}" now belongs to the Pulumi resource ${mark.owner}`;
    const next =
      "Leave the stage to that resource and remove this one from the program, which then changes nothing in Harness. Or remove " +
      "the other one first; the next `pulumi up` here takes the stage again.";
    throw new OwnedElsewhereError({ ...purpose, what, next });
  }
  const known = [knownText(olds["connectorRef"]) ?? "", news["connectorRef"]];
  if (!known.includes(value ?? "")) {
    throw new ChangedMeanwhileError({
      ...purpose,
      what: `stage "${place.stage}" has the image connector ${shown(value)} now, where Pulumi last saw ${shown(known[0])}`,
      next: "Nothing was touched. Run `pulumi refresh` to take note of it; the next `pulumi up` then puts back what the program says.",
    });
  }
  return wishFor(sight, news, formerIn(olds, mark));
}

/** What a delete comes to: a wish, or what to tell. */
export interface Farewell {
  readonly wish: Wish | undefined;
  readonly told: string | undefined;
}

/** What a delete writes. What is no longer ours is left, and said. */
export function decideDelete(pipeline: Pipeline, props: Plain, address: StageAddress): Farewell {
  const place = placeOf(pipeline, address.stageIdentifier);
  const stage = `stage ${stageId(address)}`;
  if ("what" in place) return withoutPlace(pipeline, address, props, place);
  const sight = sightAt(pipeline, place);
  const { mark, value } = sight;
  if (value === undefined) return { wish: undefined, told: lossOf(props, stage) };
  if (mark !== undefined && !isOurs(mark, props)) {
    const told = `left as it is: the image connector of ${stage} now belongs to the Pulumi resource ${mark.owner}`;
    return { wish: undefined, told };
  }
  const ours = props[WRITTEN_KEY] ?? props["connectorRef"];
  if (value !== ours) {
    const told = `left as it is: ${stage} has the image connector ${value} now, where this resource had written ${shown(ours)}`;
    const hint =
      `; the comment of this resource is still on its line (${yamlPathOf(sight)}): if somebody means to keep ${value}, delete the ` +
      "comment; if a run of this program that was killed wrote it, take the line out";
    return { wish: undefined, told: mark === undefined ? told : told + hint };
  }
  if (props["onDelete"] === "retain") {
    return { wish: mark && { kind: "unmark" }, told: `${stage} keeps the image connector ${value}` };
  }
  if (props["onDelete"] === "remove")
    return { wish: { kind: "put back", former: { kind: "absent" } }, told: undefined };
  const former = formerIn(props, mark);
  if (former.kind === "absent") return { wish: { kind: "put back", former }, told: undefined };
  const meaning = meaningOf(pipeline.yaml, former.text);
  if (meaning !== undefined) {
    if (fitsBack(pipeline, address.stageIdentifier, former)) {
      return { wish: { kind: "put back", former }, told: undefined };
    }
    const told = `put back on one line: the text around ${stage} has changed, and what it had before does not fit there as it was written`;
    return { wish: { kind: "put back", former: { kind: "text", text: JSON.stringify(meaning) } }, told };
  }
  // Harness refuses a setting without a value, so that to the letter is not to be had. [H132]
  const told = `taken out: what ${stage} had before (${former.text || "an empty setting"}) is nothing that Harness takes`;
  return { wish: { kind: "put back", former: { kind: "absent" } }, told };
}

/** A stage that is gone takes its setting along. One that has changed may still have our line, somewhere out of reach. */
function withoutPlace(pipeline: Pipeline, address: StageAddress, props: Plain, refusal: Refusal): Farewell {
  const { stageIdentifier: stage } = address;
  if (!pipeline.stages.some(({ identifier }) => identifier === stage)) {
    return { wish: undefined, told: movedTo(pipeline, props, address) };
  }
  const owner = knownText(props[OWNER_KEY]);
  const isLeft = owner !== undefined && pipeline.yaml.text.includes(` # pulumi ${markOwner(owner)}`);
  if (!isLeft) return { wish: undefined, told: `nothing to take back: ${refusal.what}` };
  const next = `Take the line with the comment "# pulumi ${markOwner(owner)}" out by hand, or undo the change; then run again.`;
  throw new CannotOverrideError({
    doing: `take back the image connector of stage "${stage}"`,
    what: refusal.what,
    next,
  });
}

/** Where our line is, when its stage is not: somebody has renamed the stage, or copied it before it went. */
export function movedTo(pipeline: Pipeline, props: Plain, address: StageAddress): string | undefined {
  const bearer = pipeline.stages.find(({ identifier }) => {
    const place = placeOf(pipeline, identifier);
    return !("what" in place) && isOurs(sightAt(pipeline, place).mark, props);
  });
  if (bearer === undefined) return undefined;
  const other = bearer.identifier;
  return (
    `stage ${stageId(address)} is gone, and stage "${other}" carries the line of this resource: was it renamed? The line is left. ` +
    `Write stageIdentifier: "${other}" to keep it in hand, or take it out of the pipeline`
  );
}

/** A setting that somebody took out is not ours to bring back, not even as it was before us. */
function lossOf(props: Plain, stage: string): string | undefined {
  const previous = knownText(props["previousConnectorRef"]);
  if (previous === undefined || !["restore", undefined].includes(knownText(props["onDelete"]))) return undefined;
  return `left as it is: somebody has taken the image connector out of ${stage}; ${previous}, which was there before this resource, is not put back`;
}

/** `pipeline.stages[0].stage.…` */
export function yamlPathOf({ place }: Sight): string {
  return dottedPath(place.path);
}

/** A former as outputs keep it. */
export function keptFormer({ former }: Before): string {
  return writeFormer(former);
}

/** The mark is for a run that lost its state: people can edit it, or remove it. */
function formerIn(props: Plain, mark: Mark | undefined): Former {
  const kept = knownText(props[FORMER_KEY]);
  return kept === undefined ? (mark?.former ?? { kind: "absent" }) : readFormer(kept);
}

function wishFor({ value, mark }: Sight, inputs: Plain, former: Former): Wish | undefined {
  const wanted = String(inputs["connectorRef"]);
  const wantsMark = inputs["marker"] !== false;
  if (value === wanted && (wantsMark ? isOurs(mark, inputs) : mark === undefined)) return undefined;
  const owner = knownText(inputs[OWNER_KEY]) ?? "";
  return { kind: "set", value: wanted, mark: wantsMark ? { owner, former } : undefined };
}

function shown(value: unknown): string {
  return value === undefined || value === "" ? "none" : String(value);
}
