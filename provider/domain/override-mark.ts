/**
 * The mark by which a killed run knows its override again: a comment at the end of the line, `# pulumi <owner>: was <former>`. It
 * is ours, never part of an argument, never part of a difference. Where several stages can share a line, it names the stage. A server
 * that keeps no comments loses it, and with it only what a run without its state could have known. [H187]
 */

/** What stood where the override now stands: nothing, or a text exactly as it was written, quotes included. */
export type Former = { readonly kind: "absent" } | { readonly kind: "text"; readonly text: string };

/** A mark that was read. */
export interface Mark {
  /** As written: what a comment cannot hold is percent-encoded. */
  readonly owner: string;
  readonly former: Former;
}

/** Which marks at the end of a line speak of a stage: in a flow map only those that name it, for others may share the line. */
export interface MarkPlace {
  readonly stage: string;
  readonly inFlow: boolean;
}

const MARK = / # pulumi ([!-~]+?)(?: \(stage ([^\s)]+)\))?: was ([^#]*?)(?= #|\s*$)/g;
/** Whatever a YAML reader may take for the end of a line, of the comment or of the owner. */
const UNSAFE = /[^!"$&-~]/gu;
const ABSENT = "absent";
const QUOTED = "text ";

/** The mark as it is put at the end of a line, with the space before it. */
export function writeMark(owner: string, former: Former, { stage, inFlow }: MarkPlace): string {
  return ` # pulumi ${markOwner(owner)}${inFlow ? ` (stage ${stage})` : ""}: was ${writeFormer(former)}`;
}

/** The mark at the end of a line that speaks of a stage. */
export function readMark(endOfLine: string, place: MarkPlace): Mark | undefined {
  return marksIn(endOfLine, place).at(-1)?.mark;
}

/** All marks that speak of a stage, and where they stand; there is one, unless somebody copied it. */
export function marksIn(endOfLine: string, place: MarkPlace) {
  return [...endOfLine.matchAll(MARK)]
    .filter(([, , named]) => speaksOf(place, named))
    .map(({ 0: written, 1: owner = "", 3: former = "", index }) => ({
      from: index,
      to: index + written.length,
      mark: { owner, former: readFormer(former) },
    }));
}

/** An owner as a mark shows it. */
export function markOwner(owner: string): string {
  return owner.replace(UNSAFE, (sign) => (/\p{Surrogate}/u.test(sign) ? "%EF%BF%BD" : encodeURIComponent(sign)));
}

/** What stood there, in plain characters without `#`. */
export function writeFormer(former: Former): string {
  if (former.kind === "absent") return ABSENT;
  const { text } = former;
  const plain = /^[!-~](?:[ -~]*[!-~])?$/.test(text) && !text.includes("#");
  if (plain && text !== ABSENT && !text.startsWith(QUOTED)) return text;
  return QUOTED + JSON.stringify(text).replace(/[^ -~]|#/g, escaped);
}

/** Reads what `writeFormer` wrote. */
export function readFormer(written: string): Former {
  const plain = written.trim();
  if (plain === ABSENT) return { kind: "absent" };
  if (!plain.startsWith(QUOTED)) return { kind: "text", text: plain };
  try {
    return { kind: "text", text: String(JSON.parse(plain.slice(QUOTED.length))) };
  } catch {
    return { kind: "text", text: plain };
  }
}

function speaksOf({ stage, inFlow }: MarkPlace, named: string | undefined): boolean {
  return inFlow ? named === stage : named === undefined || named === stage;
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
