import { isAlias, isMap, isNode, isScalar, type Node, type Pair, type YAMLMap } from "yaml";
import { type Former, type Mark, type MarkPlace, marksIn, readMark, writeMark } from "./override-mark";
import type { Place } from "./override-place";
import { meaningOf, textAt, type YamlText } from "./pipeline-yaml";
import { type Line, lineAt, type Splice, spliced } from "./text-splice";

/** How the setting is to be. */
export type Wish =
  | {
      readonly kind: "set";
      readonly value: string;
      readonly mark: { readonly owner: string; readonly former: Former } | undefined;
    }
  | { readonly kind: "put back"; readonly former: Former }
  | { readonly kind: "unmark" };

/** Where on its line a place's mark stands, if it has any. */
function markPlaceOf({ stage, holder }: Place): MarkPlace {
  return { stage, inFlow: isMap(holder.node) && holder.node.flow === true };
}

/** The mark of a place, at the end of the line of its value. */
export function markAt(yaml: YamlText, place: Place): Mark | undefined {
  const range = writtenRange(yaml, place);
  return range && readMark(yaml.text.slice(range.to, lineAt(yaml.text, range.to).end), markPlaceOf(place));
}

/** What is written at a place, exactly. */
export function formerAt(yaml: YamlText, place: Place): Former {
  const range = writtenRange(yaml, place);
  return range === undefined ? { kind: "absent" } : { kind: "text", text: yaml.text.slice(range.from, range.to) };
}

/** The reference that applied where a former text stood; undefined when there was none. */
export function referenceOf(yaml: YamlText, place: Place, former: Former): string | undefined {
  if (former.kind === "text") return meaningOf(yaml, former.text) || undefined;
  return place.leaf?.pair === undefined ? textAt(place.leaf) : undefined;
}

/** The smallest change of the text that fulfils a wish; undefined where the text gives no hold for it. */
export function splicesFor(yaml: YamlText, place: Place, wish: Wish): readonly Splice[] | undefined {
  const range = writtenRange(yaml, place);
  if (wish.kind === "set")
    return range === undefined ? inserted(yaml, place, wish) : replaced(yaml, place, range, wish);
  if (range === undefined) return [];
  if (wish.kind === "unmark") return markSplices(yaml, place, range, "");
  if (wish.former.kind === "absent") return removed(yaml, place, range);
  const { text } = wish.former;
  const colon = text === "" && place.leaf?.pair ? afterColon(yaml.text, place.leaf.pair) : undefined;
  return [{ from: colon ?? range.from, to: range.to, text }, ...markSplices(yaml, place, range, "")];
}

type SetWish = Extract<Wish, { kind: "set" }>;
type Range = Pick<Splice, "from" | "to">;

/** Where the value stands. An empty one begins behind the colon, so that the space before a new value comes and goes with it. */
function writtenRange({ text }: YamlText, { leaf }: Place): Range | undefined {
  const pair = leaf?.pair;
  if (pair === undefined) return undefined;
  const { value } = pair;
  const range = isScalar(value) || isAlias(value) ? value.range : undefined;
  if (!range || range[0] === range[1]) {
    const colon = afterColon(text, pair);
    return colon === undefined ? undefined : { from: colon, to: colon };
  }
  // The range of a block scalar takes in the line break that ends it.
  return { from: range[0], to: range[0] + text.slice(range[0], range[1]).trimEnd().length };
}

function afterColon(text: string, { key }: Pair): number | undefined {
  const range = isNode(key) ? key.range : undefined;
  if (!range) return undefined;
  const colon = /^\s*:/.exec(text.slice(range[1]));
  return colon === null ? undefined : range[1] + colon[0].length;
}

function replaced(yaml: YamlText, place: Place, range: Range, wish: SetWish): Splice[] {
  const written = yaml.text.slice(range.from, range.to);
  const value = scalar(wish.value, written.startsWith('"'));
  return [
    { ...range, text: range.from === range.to ? ` ${value}` : value },
    ...markSplices(yaml, place, range, markOf(place, wish)),
  ];
}

function inserted(yaml: YamlText, place: Place, wish: SetWish): Splice[] | undefined {
  const map = place.holder.node;
  if (!isMap(map)) return undefined;
  return map.flow === true ? insertedInFlow(yaml, place, map, wish) : insertedInBlock(yaml, place, map, wish);
}

/** A line of its own: behind the last setting that ends on the line it begins on, else before the first one. */
function insertedInBlock({ text }: YamlText, place: Place, map: YAMLMap, wish: SetWish): Splice[] | undefined {
  const line = `${place.key}: ${scalar(wish.value, false)}${markOf(place, wish)}`;
  for (const pair of [...map.items].reverse()) {
    const key = lineOfKey(text, pair);
    if (key === undefined || !endsOnItsLine(text, pair, key.line)) continue;
    return [{ from: key.line.end, to: key.line.end, text: `${key.line.breaks}${key.indent}${line}` }];
  }
  const first = map.items[0] && lineOfKey(text, map.items[0]);
  if (first === undefined) return undefined;
  const at = first.line.start + first.indent.length;
  const { breaks } = lineAt(text, Math.max(0, first.line.start - 1));
  return [{ from: at, to: at, text: `${line}${breaks}${first.indent}` }];
}

function insertedInFlow({ text }: YamlText, place: Place, map: YAMLMap, wish: SetWish): Splice[] | undefined {
  if (!map.range) return undefined;
  const [first] = map.items;
  const key = first === undefined ? undefined : first.key;
  const at = first === undefined ? map.range[0] + 1 : isNode(key) ? key.range?.[0] : undefined;
  if (at === undefined || !/^\{(\s|#[^\n]*\n)*$/.test(text.slice(map.range[0], at))) return undefined;
  const sign = first === undefined ? place.holder.pair?.key : key;
  const asJson = isScalar(sign) && sign.type === "QUOTE_DOUBLE";
  const pair = `${asJson ? JSON.stringify(place.key) : place.key}: ${scalar(wish.value, asJson)}`;
  const { end } = lineAt(text, at);
  const mark = markOf(place, wish);
  return [
    { from: at, to: at, text: first === undefined ? pair : `${pair}, ` },
    ...(mark === "" ? [] : [{ from: end, to: end, text: mark }]),
  ];
}

function removed(yaml: YamlText, place: Place, range: Range): Splice[] | undefined {
  const map = place.holder.node;
  const pair = place.leaf?.pair;
  if (!isMap(map) || pair === undefined) return undefined;
  return map.flow === true
    ? removedFromFlow(yaml, place, map, pair, range)
    : removedFromBlock(yaml, place, map, pair, range);
}

/** The whole line, with the line break before it. A map that would be left without anything becomes `{}`. */
function removedFromBlock(
  { text }: YamlText,
  place: Place,
  map: YAMLMap,
  pair: Pair,
  range: Range,
): Splice[] | undefined {
  const key = lineOfKey(text, pair);
  if (key === undefined || key.line.start === 0) return undefined;
  const before = lineAt(text, key.line.start - 1);
  const line = { from: before.end, to: lineAt(text, range.to).end, text: "" };
  if (map.items.length > 1) return [line];
  const colon = place.holder.pair && afterColon(text, place.holder.pair);
  return colon === undefined || colon > line.from ? undefined : [{ from: colon, to: colon, text: " {}" }, line];
}

function removedFromFlow(yaml: YamlText, place: Place, map: YAMLMap, pair: Pair, range: Range): Splice[] | undefined {
  const { text } = yaml;
  const index = map.items.indexOf(pair);
  const start = keyStart(pair);
  const next = map.items[index + 1] && keyStart(map.items[index + 1]);
  const before = map.items[index - 1] && pairEnd(map.items[index - 1]);
  if (start === undefined) return undefined;
  const marks = markSplices(yaml, place, range, "");
  const comma = /^\s*,/.exec(text.slice(range.to))?.[0].length ?? 0;
  const wholes = [
    next === undefined ? undefined : { from: start, to: next },
    before === undefined || next !== undefined ? undefined : { from: before, to: range.to },
  ];
  // Where a comment would go with it, only the setting itself goes: a comma too many is none to YAML.
  const comments = ({ from, to }: Range) => text.slice(from, start) + without(marks, text, range.to, to);
  const whole = wholes.find((one) => one !== undefined && !comments(one).includes("#"));
  const gone = whole ?? { from: start, to: range.to + comma };
  return [{ ...gone, text: "" }, ...marks.filter(({ from }) => from >= gone.to)];
}

/** A piece of text without the marks in it. */
function without(marks: readonly Splice[], text: string, from: number, to: number): string {
  const inside = marks.filter((mark) => mark.to <= to);
  return spliced(
    text.slice(from, to),
    inside.map((mark) => ({ ...mark, from: mark.from - from, to: mark.to - from })),
  );
}

/** The marks of a place: the first gives way to another mark, or goes; where there is none, the line gets one at its end. */
function markSplices(yaml: YamlText, place: Place, range: Range, mark: string): Splice[] {
  const { end } = lineAt(yaml.text, range.to);
  const marks = marksIn(yaml.text.slice(range.to, end), markPlaceOf(place));
  if (marks.length === 0) return mark === "" ? [] : [{ from: end, to: end, text: mark }];
  return marks.map(({ from, to }, index) => ({
    from: range.to + from,
    to: range.to + to,
    text: index === 0 ? mark : "",
  }));
}

function markOf(place: Place, { mark }: SetWish): string {
  return mark === undefined ? "" : writeMark(mark.owner, mark.former, markPlaceOf(place));
}

/** Plain where that is the same to every reader of YAML, else in double quotes. */
function scalar(value: string, quoted: boolean): string {
  const plain = /^[A-Za-z_][\w.$-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return plain && !quoted ? value : JSON.stringify(value);
}

/** The line of a key that begins its line, and the space before it. */
function lineOfKey(text: string, pair: Pair): { readonly line: Line; readonly indent: string } | undefined {
  const start = keyStart(pair);
  if (start === undefined) return undefined;
  const line = lineAt(text, start);
  const indent = text.slice(line.start, start);
  return /^[ \t]*$/.test(indent) ? { line, indent } : undefined;
}

/** Whether nothing but a comment follows the value on the line of its key. */
function endsOnItsLine(text: string, pair: Pair, line: Line): boolean {
  const end = pairEnd(pair) ?? afterColon(text, pair);
  return end !== undefined && end <= line.end && /^[ \t]*(#.*)?$/s.test(text.slice(end, line.end));
}

function keyStart(pair: Pair | undefined): number | undefined {
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}

/** Where a value ends; undefined for an empty one. */
function pairEnd(pair: Pair | undefined): number | undefined {
  const value: Node | unknown = pair?.value;
  const range = isNode(value) ? value.range : undefined;
  return range && range[0] !== range[1] ? range[1] : undefined;
}
