import { stripVTControlCharacters, styleText } from "node:util";
import { EngineLines } from "./engine-output";

const widest = 100;
const narrowest = 40;
const margin = "  ";
const gutter = "  | ";
const bullet = "- ";

/** Where the demo writes. */
export interface Page {
  write(text: string): void;
  /** Columns of the terminal. @default 80 */
  columns?: number;
  /** Whether headings may be bold. */
  colours: boolean;
}

/** A line of a text that went (`-`) or came (`+`). */
export interface DiffLine {
  readonly sign: "-" | "+";
  readonly text: string;
}

/** Puts the demo on a terminal: what it tells, what a person would type, and what Pulumi says, each recognisable. */
export class Narrator {
  readonly #page: Page;
  readonly #width: number;

  constructor(page: Page) {
    this.#page = page;
    this.#width = Math.max(narrowest, Math.min(page.columns || 80, widest));
  }

  /** A heading, with room below it; whatever stands above it has left room. */
  heading(text: string): void {
    this.#page.write(`${this.#bold(text)}\n\n`);
  }

  /** A paragraph, broken between words. */
  say(text: string): void {
    this.#lines(text, margin);
    this.gap();
  }

  /** A list, under a line of its own if there is a title. */
  list(items: readonly string[], title?: string): void {
    if (title !== undefined) {
      this.#lines(title, margin);
    }
    for (const item of items) this.#item(bullet, item);
    this.gap();
  }

  /** Lines of a text that went and came, as `git diff` shows them. */
  diff(lines: readonly DiffLine[]): void {
    for (const { sign, text } of lines) this.#item(`${sign} `, text);
    this.gap();
  }

  /** An empty line. */
  gap(): void {
    this.#page.write("\n");
  }

  /** What a person would type here. */
  command(text: string): void {
    this.#page.write(`${margin}${this.#bold(`$ ${text}`)}\n`);
  }

  /** Takes what the engine prints as it comes and shows each whole line that is worth it, behind a bar. */
  engineOutput(): { take(text: string): void; end(): void } {
    const lines = new EngineLines();
    let rest = "";
    let blanks = 0;
    const show = (line: string) => {
      const plain = stripVTControlCharacters(line).trimEnd();
      if (!lines.shows(plain)) {
        return;
      }
      if (plain === "") {
        blanks += 1;
        return;
      }
      // Not before something follows: an empty line at the end would only be room.
      this.#page.write(`${gutter.trimEnd()}\n`.repeat(blanks));
      blanks = 0;
      this.#lines(plain, gutter);
    };
    return {
      take: (text) => {
        const whole = `${rest}${text}`.split("\n");
        rest = whole.pop() ?? "";
        whole.forEach(show);
      },
      end: () => {
        show(rest);
        this.gap();
      },
    };
  }

  #item(before: string, text: string): void {
    const [first = "", ...rest] = broken(text, this.#width - margin.length - before.length);
    const lines = [`${before}${first}`, ...rest.map((line) => `${" ".repeat(before.length)}${line}`)];
    this.#page.write(lines.map((line) => `${margin}${line}\n`).join(""));
  }

  #lines(text: string, before: string): void {
    for (const line of broken(text, this.#width - before.length)) {
      this.#page.write(`${before}${line}\n`);
    }
  }

  #bold(text: string): string {
    return this.#page.colours ? styleText("bold", text, { validateStream: false }) : text;
  }
}

/** Breaks a line between words, and a word that is longer than a line; if it is indented, what follows is indented a little more. */
function broken(line: string, width: number): string[] {
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trimStart().split(" ")) {
    const fits = current.length + 1 + word.length <= width;
    if (current.trim() === "" || fits) {
      current = current.trim() === "" ? `${current}${word}` : `${current} ${word}`;
    } else {
      lines.push(current);
      current = `${indent}${indent === "" ? "" : "    "}${word}`;
    }
  }
  return [...lines, current].flatMap((one) => folded(one, width, indent));
}

/** The name of an image can be longer than any line. */
function folded(line: string, width: number, indent: string): string[] {
  if (line.length <= width) return [line];
  return [line.slice(0, width), ...folded(`${indent}    ${line.slice(width)}`, width, indent)];
}
