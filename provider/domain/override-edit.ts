import { type Former, markOwner, writeFormer } from "./override-mark";
import { type Place, placeOf, valueAt } from "./override-place";
import { type Refusal, unprovable, unreadable } from "./override-refusals";
import { formerAt, markAt, splicesFor, type Wish } from "./override-splice";
import { type Content, type Pipeline, readPipeline } from "./pipeline-stages";
import { contentOf, dottedPath } from "./pipeline-yaml";
import { isPlain, sameValue } from "./plain";
import { overlap, type Splice, spliced } from "./text-splice";

/** A wish for the image connector of one stage. */
export interface Edit {
  readonly stage: string;
  readonly wish: Wish;
}

/** What became of edits of one text. */
export interface Edited {
  readonly text: string;
  /** The same text, read. */
  readonly content: Content;
  /** The edits that could not be made, and why; the others are in the text. */
  readonly refused: ReadonlyMap<Edit, Refusal>;
  /** Those that were made without their mark, because their line can hold no comment. */
  readonly unmarked: ReadonlySet<Edit>;
}

/** An edit that has found its place in the text. */
interface Planned {
  readonly edit: Edit;
  /** The same, unless it is made without its mark. */
  readonly asked: Edit;
  readonly place: Place;
  readonly splices: readonly Splice[];
}

/** A course of edits under way. */
interface Course {
  readonly refused: Map<Edit, Refusal>;
  readonly unmarked: Set<Edit>;
}

/**
 * Makes edits in the text of a pipeline, each within its own lines. What comes out is read again and proved to differ from what
 * went in by the settings named, and by nothing else.
 *
 * @param read the text as a pipeline, where that is known already
 */
export function edited(text: string, edits: readonly Edit[], read: Content = readPipeline(text)): Edited {
  const course: Course = { refused: new Map(), unmarked: new Set() };
  if ("problem" in read) {
    for (const edit of edits) course.refused.set(edit, unreadable(read.problem));
    return { text, content: read, ...course };
  }
  let content = read;
  const hasMarks = !isJson(text);
  for (let open = edits; open.length > 0; ) {
    const { round, later } = planRound(content, open, course, hasMarks);
    const [next, left] = settled(content, round, course);
    content = next;
    open = [...left, ...later];
  }
  return { text: content.yaml.text, content, ...course };
}

/** As many edits as are not in each other's way; the others wait for the next reading. */
function planRound(pipeline: Pipeline, edits: readonly Edit[], course: Course, hasMarks: boolean) {
  const round: Planned[] = [];
  const later: Edit[] = [];
  const stages = new Set<string>();
  for (const edit of edits) {
    if (stages.has(edit.stage)) {
      later.push(edit);
      continue;
    }
    stages.add(edit.stage);
    const planned = (hasMarks ? undefined : withoutItsMark(pipeline, edit)) ?? planOf(pipeline, edit);
    if ("what" in planned) {
      course.refused.set(edit, planned);
      continue;
    }
    if (planned.asked !== planned.edit) course.unmarked.add(edit);
    const { splices } = planned;
    if (splices.length === 0) continue;
    if (round.some((other) => overlap(other.splices, splices))) later.push(edit);
    else round.push(planned);
  }
  return { round, later };
}

function planOf(pipeline: Pipeline, edit: Edit): Planned | Refusal {
  const place = placeOf(pipeline, edit.stage);
  if ("what" in place) return place;
  const splices = splicesFor(pipeline.yaml, place, edit.wish);
  return splices === undefined ? unprovable(edit.stage, dottedPath(place.path)) : { edit, asked: edit, place, splices };
}

/** The pipeline with the edits, when only what they name differs. */
function proved(pipeline: Pipeline, round: readonly Planned[]): Pipeline | undefined {
  if (round.length === 0) return pipeline;
  const text = spliced(
    pipeline.yaml.text,
    round.flatMap(({ splices }) => splices),
  );
  const after = readPipeline(text);
  if ("problem" in after) return undefined;
  const content = contentOf(after.yaml);
  let expected = contentOf(pipeline.yaml);
  for (const { edit, place } of round) {
    if (!isFulfilled(after, place, edit)) return undefined;
    if (edit.wish.kind === "unmark") continue;
    expected = withValue(expected, place.path, valueIn(content, place.path));
  }
  return sameValue(expected, content) ? after : undefined;
}

/** The pipeline with the edits that can be made, and those that must wait: each can be made, but not with the others. */
function settled(pipeline: Pipeline, round: readonly Planned[], course: Course): readonly [Pipeline, readonly Edit[]] {
  const all = proved(pipeline, round);
  if (all !== undefined) return [all, []];
  const good = provable(pipeline, round, course);
  const [first, ...rest] = good;
  const together = proved(pipeline, good);
  if (together !== undefined || first === undefined) return [together ?? pipeline, []];
  return [proved(pipeline, [first]) ?? pipeline, rest.map(({ asked }) => asked)];
}

/** The edits that can be proved. What cannot be together is halved, so that only the one to blame is refused; perhaps it is only its mark. */
function provable(pipeline: Pipeline, round: readonly Planned[], course: Course): readonly Planned[] {
  const [planned, ...more] = round;
  if (planned === undefined) return round;
  if (more.length > 0) {
    const half = Math.ceil(round.length / 2);
    const parts = [round.slice(0, half), round.slice(half)];
    return parts.flatMap((part) => (proved(pipeline, part) ? part : provable(pipeline, part, course)));
  }
  const { asked, place } = planned;
  const plain = withoutItsMark(pipeline, asked);
  if (plain !== undefined && proved(pipeline, [plain]) !== undefined) {
    course.unmarked.add(asked);
    return [plain];
  }
  course.refused.set(asked, unprovable(asked.stage, dottedPath(place.path)));
  return [];
}

function withoutItsMark(pipeline: Pipeline, asked: Edit): Planned | undefined {
  const { stage, wish } = asked;
  if (wish.kind !== "set" || wish.mark === undefined) return undefined;
  const planned = planOf(pipeline, { stage, wish: { ...wish, mark: undefined } });
  return "what" in planned ? undefined : { ...planned, asked };
}

function isFulfilled(after: Pipeline, before: Place, { stage, wish }: Edit): boolean {
  const place = placeOf(after, stage);
  // Without its setting, the inputs of a template have no place for one any more.
  if ("what" in place) return place.missing === true && wish.kind === "put back" && wish.former.kind === "absent";
  if (dottedPath(place.path) !== dottedPath(before.path)) return false;
  const mark = markAt(after.yaml, place);
  if (wish.kind === "unmark") return mark === undefined;
  if (wish.kind === "put back") return mark === undefined && isSame(formerAt(after.yaml, place), wish.former);
  if (valueAt(place) !== wish.value) return false;
  if (mark === undefined || wish.mark === undefined) return mark === wish.mark;
  return mark.owner === markOwner(wish.mark.owner) && isSame(mark.former, wish.mark.former);
}

/** Such a text has readers that know no YAML, and so no comments. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isSame(a: Former, b: Former): boolean {
  return writeFormer(a) === writeFormer(b);
}

function valueIn(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}

/** A copy with another value at a path; what is not on the path is shared, never changed. An undefined value takes the key away. */
function withValue(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((item, index) => (index === key ? withValue(item, rest, value) : item));
  return isPlain(root) ? { ...root, [key]: withValue(root[key], rest, value) } : root;
}
