import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
} from "yaml";

/** Text that was read as YAML. Nodes know where in the text they stand, so that the text can be edited without being written anew. */
export interface YamlText {
  readonly text: string;
  readonly document: Document;
}

/** A place in the tree: what stands there, and how one comes to it. */
export interface Spot {
  /** With aliases followed; undefined where there is no value. */
  readonly node: Node | undefined;
  /** Keys and indexes from the root. */
  readonly path: readonly (string | number)[];
  /** The pair whose value it is; undefined for the root and for items of lists. */
  readonly pair: Pair | undefined;
  /** The last alias or merge key on the way, e.g. `*defaults`: the text that stands there serves other places too. */
  readonly shared: string | undefined;
}

/** A place where a map stands. */
export type MapSpot = Spot & { readonly node: YAMLMap };

/** More than any pipeline has; a text that unfolds without end is given up. */
const MOST_ALIASES = 10_000;

/** Deeper than any pipeline nests. The parser calls itself for each level, and takes the process with it when it runs out of stack. */
const DEEPEST = 200;

/** Reads YAML; a problem is a sentence without its full stop. */
export function readYaml(text: string): YamlText | { readonly problem: string } {
  if (nestsTooDeep(text)) return { problem: `it nests deeper than ${DEEPEST} levels` };
  // With the level "silent" a second document would go unnoticed.
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  const error = document.errors.find((one) => !isFalseAlarm(text, one));
  if (error !== undefined) {
    if (error.code === "MULTIPLE_DOCS") return { problem: "it holds several documents (---), and a pipeline is one" };
    const [words = ""] = error.message.split(/ at line \d|\n/);
    return { problem: `${words}, in line ${lineNumber(text, error.pos[0])}` };
  }
  const problem = aliasProblem({ text, document });
  return problem === undefined ? { text, document } : { problem };
}

/** The library takes a comment at the very start of a line, before a closing bracket, for one without a space before it. */
function isFalseAlarm(text: string, { code, pos: [at] }: YAMLParseError): boolean {
  return code === "MISSING_CHAR" && text[at] === "#" && text[at - 1] === "\n";
}

function aliasProblem(yaml: YamlText): string | undefined {
  const problems: string[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  visit(yaml.document, (_, node, path) => {
    if (!isAlias(node)) {
      if (isNode(node) && node.anchor) anchors.add(node.anchor);
      return;
    }
    aliases += 1;
    const { source } = node;
    const line = lineNumber(yaml.text, node.range?.[0] ?? 0);
    if (!anchors.has(source)) problems.push(`nothing before it has the anchor &${source}, in line ${line}`);
    const around = path.some((one) => isNode(one) && !isAlias(one) && one.anchor === source);
    if (around) problems.push(`*${source} stands inside what it names, in line ${line}`);
  });
  if (aliases === 0 || problems.length > 0) return problems[0];
  try {
    contentOf(yaml);
    return undefined;
  } catch {
    return "the aliases in it unfold to more than any pipeline holds";
  }
}

/** The root of a text. */
export function rootOf({ document }: YamlText): Spot {
  return { node: document.contents ?? undefined, path: [], pair: undefined, shared: undefined };
}

/** The value below a key or index; undefined when there is no such key. */
export function childOf(yaml: YamlText, spot: Spot, key: string | number): Spot | undefined {
  if (isSeq(spot.node)) return typeof key === "number" ? spotOf(yaml, spot, key, spot.node.items[key]) : undefined;
  if (!isMap(spot.node)) return undefined;
  const pair = spot.node.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair === undefined ? mergedOf(yaml, spot, key) : spotOf(yaml, spot, key, pair.value, pair);
}

/** The value at the end of a way through keys. */
export function descend(yaml: YamlText, from: Spot, ...keys: readonly (string | number)[]): Spot | undefined {
  return keys.reduce<Spot | undefined>((spot, key) => spot && childOf(yaml, spot, key), from);
}

/** The items of a list, or none. */
export function itemsOf(yaml: YamlText, spot: Spot | undefined): Spot[] {
  if (spot === undefined || !isSeq(spot.node)) return [];
  return spot.node.items.map((item, index) => spotOf(yaml, spot, index, item));
}

/** The text of a scalar that is a string; undefined for anything else. */
export function textAt(spot: Spot | undefined): string | undefined {
  return isScalar(spot?.node) && typeof spot.node.value === "string" ? spot.node.value : undefined;
}

/** Whether there is a map. */
export function isMapAt(spot: Spot | undefined): spot is MapSpot {
  return isMap(spot?.node);
}

/** Whether the value is given at run time: `<+input>`, or in v1 YAML `${{ inputs.x }}`. [H138] */
export function isExpression(spot: Spot | undefined): boolean {
  return isExpressionText(textAt(spot) ?? "");
}

/** The same of a text. */
export function isExpressionText(text: string): boolean {
  return /^(<\+|\$\{\{)/.test(text);
}

/** `pipeline.stages[0].stage` */
export function dottedPath(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${key}`)).join("");
}

/** The line of a position, counted from 1. */
export function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The string that a piece of YAML comes to, as part of a text whose anchors it may name. */
export function meaningOf(yaml: YamlText, written: string): string | undefined {
  const alias = /^\*(\S+)$/.exec(written)?.[1];
  if (alias === undefined) {
    const read = readYaml(written);
    return "problem" in read ? undefined : textAt(rootOf(read));
  }
  let meaning: string | undefined;
  visit(yaml.document, {
    Scalar: (_, { anchor, value }) => {
      if (anchor === alias && typeof value === "string") meaning ??= value;
    },
  });
  return meaning;
}

/** Where an anchor and its aliases stand. */
export interface AnchorUse {
  /** Undefined when nothing carries the anchor. */
  readonly anchor: number | undefined;
  readonly aliases: readonly number[];
}

/** Looks for an anchor in the whole text. */
export function usesOf({ document }: YamlText, name: string): AnchorUse {
  const aliases: number[] = [];
  let anchor: number | undefined;
  visit(document, (_, node) => {
    if (isAlias(node)) {
      if (node.source === name && node.range) aliases.push(node.range[0]);
    } else if (isNode(node) && node.anchor === name && node.range) anchor ??= node.range[0];
  });
  return { anchor, aliases };
}

/** The nodes on the way from the root to a place, itself included. */
export function wayTo(yaml: YamlText, path: readonly (string | number)[]): Node[] {
  const spots = [rootOf(yaml)];
  for (const key of path) {
    const last = spots.at(-1);
    const next = last && childOf(yaml, last, key);
    if (next === undefined) break;
    spots.push(next);
  }
  return spots.flatMap(({ node }) => node ?? []);
}

/** The content without its form, aliases and merge keys resolved. */
export function contentOf({ document }: YamlText): unknown {
  return document.toJS({ maxAliasCount: MOST_ALIASES });
}

function nestsTooDeep(text: string): boolean {
  if (/(?:[-?][ \t]+){200}/.test(text)) return true;
  if ((text.match(/[[{]/g) ?? []).length <= DEEPEST) return false;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function spotOf(yaml: YamlText, parent: Spot, key: string | number, value: unknown, pair?: Pair): Spot {
  const path = [...parent.path, key];
  if (!isAlias(value)) return { node: isNode(value) ? value : undefined, path, pair, shared: parent.shared };
  return { node: value.resolve(yaml.document), path, pair, shared: `*${value.source}` };
}

/** What a merge key (`<<`) brings in. */
function mergedOf(yaml: YamlText, spot: Spot, key: string | number): Spot | undefined {
  if (!isMap(spot.node)) return undefined;
  for (const { key: name, value } of spot.node.items) {
    if (!isScalar(name) || name.source !== "<<" || typeof name.value === "string") continue;
    const sources = isSeq(value) ? value.items : [value];
    for (const source of sources) {
      const origin = spotOf(yaml, spot, "<<", source);
      const merged = childOf(yaml, { ...origin, path: spot.path }, key);
      if (merged !== undefined) return { ...merged, pair: undefined, shared: `<<: ${origin.shared ?? "a map"}` };
    }
  }
  return undefined;
}
