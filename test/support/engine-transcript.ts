import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let suiteFolder: string | undefined;
let transcripts = 0;

/**
 * The folder with everything the engine printed in this suite and every state it wrote: `PHI_TRANSCRIPTS`, which is
 * kept, or a temporary folder, which goes when this process ends.
 */
export function transcriptFolder(): string {
  if (suiteFolder === undefined) {
    const given = process.env["PHI_TRANSCRIPTS"];
    suiteFolder = given || mkdtempSync(join(tmpdir(), `pulumi-harness-images-tests-${process.pid}-`));
    mkdirSync(suiteFolder, { recursive: true });
    if (!given) {
      const folder = suiteFolder;
      process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    }
  }
  return suiteFolder;
}

/** What one stack made the engine print, and its states in the order they were written. */
export class EngineTranscript {
  readonly #base: string;
  #states = 0;

  /** @param name Of the project and the stack; each transcript gets files of its own. */
  constructor(name: string) {
    transcripts += 1;
    this.#base = join(transcriptFolder(), `${process.pid}-${transcripts}-${name}`);
  }

  /** Written at once, so that it is there whatever happens to this process. */
  append(text: string): void {
    appendFileSync(`${this.#base}.log`, text);
  }

  /** One line of JSON an event. */
  appendEvent(event: unknown): void {
    appendFileSync(`${this.#base}.events.jsonl`, `${JSON.stringify(event)}\n`);
  }

  /** Keeps a copy of a state file, if there is one. */
  keepState(file: string, operation: string): void {
    if (existsSync(file)) {
      this.#states += 1;
      copyFileSync(file, `${this.#base}-${this.#states}-${operation}.state.json`);
    }
  }
}
