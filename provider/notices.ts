import { conceal } from "./redact";

/** Writes one line where the engine shows it to the user. */
export type LineWriter = (line: string) => void;

/**
 * What the user should know and is no error: one line each, printed once, naming the resource. The engine passes this process's
 * standard output on to the terminal.
 */
export class Notices {
  private readonly said = new Set<string>();
  private readonly write: LineWriter;

  constructor(write: LineWriter = (line) => void process.stdout.write(`${line}\n`)) {
    this.write = write;
  }

  /** Says a text about a resource, unless it was said about it before. */
  say(about: string, text: string): void {
    this.once(`${about}: ${text}`, about, text);
  }

  /** Says a text that is as true of every other resource, unless it was said before, naming the first resource it met. */
  sayForAll(about: string, text: string): void {
    this.once(text, about, text);
  }

  /** Says how a long wait goes; not subject to "once". */
  progress(text: string): void {
    this.write(conceal(`harness-images: ${text}`));
  }

  private once(key: string, about: string, text: string): void {
    if (this.said.has(key)) return;
    this.said.add(key);
    this.write(conceal(`harness-images: ${about}: ${text}`).replace(/\s*\n\s*/g, " "));
  }
}
