/** What the engine prints that tells a reader of the demo nothing. */
const noise: readonly RegExp[] = [
  // Dots while it works, and rows that a later row about the same resource replaces.
  /^@ /,
  /\b(creating|updating|deleting|refreshing|replacing|running)( replacement| original)?( \(\d+s\))?( \[diff: [^\]]*\])?$/,
  // An error or a message in the table; the same text stands under "Diagnostics".
  /^ .{3}pulumi\S*:\S+ \S+ .*\b(error|harness|harness-images): /,
  // Longer than a terminal is wide, and nothing but the type and name that stand beside it.
  /^\s*\[urn=/,
  /^Duration: /,
  // About the stack's history, which is thrown away with the rest.
  /^The resources in the stack have been deleted, but the history/,
  /^If you want to remove the stack completely, run/,
];
/** A row of the table: an operation, a type, a name. */
const row = /^ .{3}pulumi\S*:\S+ \S+/;

/** Picks from what one operation of the engine prints the lines that belong into the demo. */
export class EngineLines {
  readonly #rows = new Set<string>();
  #blankBefore = true;

  /** Whether to show a line, given without trailing blanks. Repeated rows and runs of empty lines are not shown. */
  shows(line: string): boolean {
    if (noise.some((pattern) => pattern.test(line)) || (line === "" && this.#blankBefore)) {
      return false;
    }
    if (row.test(line) && this.#rows.has(line)) {
      return false;
    }
    this.#rows.add(line);
    this.#blankBefore = line === "";
    return true;
  }
}
