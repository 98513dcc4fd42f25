/** A piece of text that takes the place of another. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What a line of the text is made of. */
export interface Line {
  readonly start: number;
  /** Before its line break. */
  readonly end: number;
  readonly breaks: string;
}

/** A text with splices applied; they must not overlap. */
export function spliced(text: string, splices: readonly Splice[]): string {
  const inOrder = [...splices].sort((a, b) => a.from - b.from || a.to - b.to);
  let result = "";
  let at = 0;
  for (const splice of inOrder) {
    result += text.slice(at, splice.from) + splice.text;
    at = splice.to;
  }
  return result + text.slice(at);
}

/** Whether splices are in each other's way. Those that only meet at their ends are not. */
export function overlap(some: readonly Splice[], others: readonly Splice[]): boolean {
  return some.some((a) => others.some((b) => a.from < b.to && b.from < a.to));
}

/** The line that holds a position. One without an end breaks as the rest of the text does. */
export function lineAt(text: string, offset: number): Line {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const found = text.indexOf("\n", offset);
  if (found < 0) return { start, end: text.length, breaks: text.includes("\r\n") ? "\r\n" : "\n" };
  return text[found - 1] === "\r" && found > start
    ? { start, end: found - 1, breaks: "\r\n" }
    : { start, end: found, breaks: "\n" };
}
