/** YAML in every style that people and tools write it in, from trees of which the meaning is known. */

type Flow = "line" | "lines";
type Style = "plain" | "single" | "double" | "literal";

/** A piece of YAML before it is written. */
export type Tree =
  | { readonly kind: "scalar"; readonly value: string | number | boolean; readonly style: Style }
  | { readonly kind: "raw"; readonly text: string; readonly below: readonly string[] }
  | {
      readonly kind: "map";
      readonly entries: readonly Entry[];
      readonly flow: Flow | undefined;
      readonly anchor: string | undefined;
    }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly flow: Flow | undefined };

/** A key, as it is written, and its value. */
export type Entry = readonly [key: string, value: Tree];

/** A comment or an empty line that stands between others. */
interface Noise {
  readonly indent: number;
  /** With its `#`; empty for an empty line. */
  readonly text: string;
}

/** How a text is laid out. */
export interface Layout {
  readonly indent: 2 | 4;
  /** Whether the dashes of a list stand further in than its key. */
  readonly dashed: boolean;
  /** Whether flow style is that of JSON. */
  readonly json: boolean;
  /** Whether braces have a space inside. */
  readonly roomy: boolean;
  readonly breaks: "\n" | "\r\n";
  readonly start: string;
  /** Whether the last line has a line break. */
  readonly ended: boolean;
  /** What stands before lines, by turns. */
  readonly noise: readonly (Noise | undefined)[];
  /** What stands behind lines, by turns. */
  readonly trailing: readonly (string | undefined)[];
}

/** A line before noise and comments are put around it. */
interface Line {
  readonly text: string;
  /** Of a line inside a block scalar: the column of its key. Nothing may stand before such a line, or behind it. */
  readonly inside: number | undefined;
}

/** A text, plain where that is safe. */
export function text(value: string | number | boolean, style: Style = "plain"): Tree {
  return { kind: "scalar", value, style };
}

/** Something written as it stands; the lines below it are those of a block scalar. */
export function raw(written: string, below: readonly string[] = []): Tree {
  return { kind: "raw", text: written, below };
}

/** A map, in block style unless said otherwise. */
export function map(entries: readonly Entry[], flow?: Flow, anchor?: string): Tree {
  return { kind: "map", entries, flow, anchor };
}

/** A list, in block style unless said otherwise. */
export function list(items: readonly Tree[], flow?: Flow): Tree {
  return { kind: "list", items, flow };
}

/** The text of a tree. */
export function written(tree: Tree, layout: Layout): string {
  const lines = tree.kind === "map" && tree.flow === undefined ? block(tree.entries, 0, layout) : flow(tree, layout);
  const all: string[] = [];
  let most = Number.POSITIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    const noise = line.inside === undefined && index > 0 ? layout.noise[index % layout.noise.length] : undefined;
    if (noise !== undefined) all.push(" ".repeat(Math.min(noise.indent, most)) + noise.text);
    const comment = line.inside === undefined ? layout.trailing[(index * 7) % layout.trailing.length] : undefined;
    all.push(line.text + (comment ?? ""));
    most = line.inside ?? Number.POSITIVE_INFINITY;
  }
  return layout.start.replaceAll("\n", layout.breaks) + all.join(layout.breaks) + (layout.ended ? layout.breaks : "");
}

/** A string in single quotes. */
export function singleQuoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Whether a string can stand without quotes, in flow style too. */
export function isPlainSafe(value: string): boolean {
  const word = /^[A-Za-z_<][\w.<+>()$/-]*( [\w.<+>()$/-]+)*$/.test(value);
  return word && !/^(y|n|yes|no|on|off|true|false|null|<<)$/i.test(value);
}

function block(entries: readonly Entry[], column: number, layout: Layout): Line[] {
  return entries.flatMap(([key, value]) => {
    const lead = `${" ".repeat(column)}${key}:`;
    if (value.kind === "map" && value.flow === undefined && value.entries.length > 0) {
      const anchor = value.anchor === undefined ? "" : ` &${value.anchor}`;
      return [outside(lead + anchor), ...block(value.entries, column + layout.indent, layout)];
    }
    if (value.kind === "list" && value.flow === undefined && value.items.length > 0) {
      const dash = column + (layout.dashed ? layout.indent : 0);
      return [outside(lead), ...value.items.flatMap((item) => itemLines(item, dash, layout))];
    }
    const below = blockScalar(value);
    if (below === undefined) return attached(lead, flowLines(value, column, layout));
    const inside = below.lines.map((line) => ({
      text: line === "" ? "" : " ".repeat(column + layout.indent) + line,
      inside: column,
    }));
    // Behind a header there can be a comment; behind the first line of a quoted text there cannot.
    const header = `${lead} ${below.header}`;
    return [below.header.startsWith('"') ? { text: header, inside: column } : outside(header), ...inside];
  });
}

function itemLines(item: Tree, column: number, layout: Layout): Line[] {
  const dash = `${" ".repeat(column)}-${" ".repeat(layout.indent - 1)}`;
  if (item.kind !== "map" || item.flow !== undefined || item.entries.length === 0) {
    return attached(dash.trimEnd(), flowLines(item, column, layout), dash);
  }
  const [first, ...rest] = block(item.entries, column + layout.indent, layout);
  return first === undefined ? [] : [outside(dash + first.text.trimStart()), ...rest];
}

/** The first of the lines joins the lead. */
function attached(lead: string, [first = "", ...rest]: readonly string[], spaced = `${lead} `): Line[] {
  return [outside(first === "" ? lead : spaced + first), ...rest.map(outside)];
}

function blockScalar(value: Tree): { readonly header: string; readonly lines: readonly string[] } | undefined {
  if (value.kind === "raw") return value.below.length === 0 ? undefined : { header: value.text, lines: value.below };
  if (value.kind !== "scalar" || value.style !== "literal") return undefined;
  return { header: "|-", lines: String(value.value).split("\n") };
}

function flow(tree: Tree, layout: Layout): Line[] {
  return flowLines(tree, 0, layout).map(outside);
}

/** Flow style, on one line or on many; all but the first are whole lines. */
function flowLines(tree: Tree, column: number, layout: Layout): string[] {
  if (tree.kind === "scalar") return [scalar(tree.value, layout.json ? "double" : tree.style)];
  if (tree.kind === "raw") return [tree.text];
  const [opening, closing] = tree.kind === "map" ? ["{", "}"] : ["[", "]"];
  const anchor = tree.kind === "map" && tree.anchor !== undefined ? `&${tree.anchor} ` : "";
  const inner = column + layout.indent;
  const wide = tree.flow === "lines";
  const parts = partsOf(tree, wide, layout).map(({ lead, value }) => {
    const [first = "", ...rest] = flowLines(value, inner, layout);
    return [first === "" ? lead.trimEnd() : lead + first, ...rest];
  });
  if (parts.length === 0) return [`${anchor}${opening}${closing}`];
  if (!wide) {
    const pad = layout.roomy ? " " : "";
    return [`${anchor}${opening}${pad}${parts.map((lines) => lines.join("")).join(", ")}${pad}${closing}`];
  }
  const lines = parts.flatMap((part, index) => {
    const [first = "", ...rest] = part;
    const whole = [" ".repeat(inner) + first, ...rest];
    const last = whole.pop() ?? "";
    return [...whole, index === parts.length - 1 ? last : `${last},`];
  });
  return [`${anchor}${opening}`, ...lines, `${" ".repeat(column + 1)}${closing}`];
}

/** What stands between the brackets. What is inside flow style is flow style too. */
function partsOf(tree: Extract<Tree, { kind: "map" | "list" }>, wide: boolean, { json }: Layout) {
  const within = wide ? "lines" : "line";
  if (tree.kind === "list") return tree.items.map((item) => ({ lead: "", value: inFlow(item, within) }));
  return tree.entries.map(([key, value]) => ({
    lead: `${json && /^[\w-]+$/.test(key) ? `"${key}"` : key}: `,
    value: inFlow(value, within),
  }));
}

function inFlow(tree: Tree, within: Flow): Tree {
  return tree.kind === "map" || tree.kind === "list" ? { ...tree, flow: within } : tree;
}

function scalar(value: string | number | boolean, style: Style): string {
  if (typeof value !== "string") return String(value);
  if (style === "single" && !/[^\P{C}]/u.test(value)) return singleQuoted(value);
  return style === "plain" && isPlainSafe(value) ? value : JSON.stringify(value);
}

function outside(line: string): Line {
  return { text: line, inside: undefined };
}
