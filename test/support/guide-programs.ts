import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as ts from "typescript";

const ROOT = join(__dirname, "..", "..");
const EXAMPLES = join(ROOT, "examples");
const GUIDES = join(ROOT, "docs", "guides");
/** Its program is no whole one. */
const MIGRATION = "../migration.md";
const FENCE = /^```ts\n(.*?)^```$/gms;

/** A program that a guide shows. */
export interface GuideProgram {
  /** E.g. `stage-override.md, program 2`. */
  readonly name: string;
  readonly code: string;
  /** Whether it can be run as it is. */
  readonly complete: boolean;
}

/** All programs of all guides and of the migration page, in order. */
export function guidePrograms(): GuideProgram[] {
  const guides = readdirSync(GUIDES).filter((name) => name.endsWith(".md"));
  return [...guides.sort(), MIGRATION].flatMap((guide) =>
    [...readFileSync(join(GUIDES, guide), "utf8").matchAll(FENCE)].map(([, code = ""], index) => {
      return { name: `${guide}, program ${index + 1}`, code, complete: /^export = /m.test(code) };
    }),
  );
}

/** What a guide says that preview shows, in pieces, each on one line. */
export function shownInPreview(guide: string): string[] {
  const [, section = ""] = readFileSync(join(GUIDES, guide), "utf8").split("\n## What preview shows\n");
  const [, text] = /^```text\n(.*?)^```$/ms.exec(section) ?? [];
  if (text === undefined) throw new Error(`${guide} does not show what preview says`);
  return text.split("\n\n").map(onOneLine);
}

/** A text without the line breaks that a page, or the engine, has put into it. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Programs as their users have them: compiled against the installed package, each in a folder in which the package is found. */
export class CompiledGuides {
  /** What the compiler says of each program, by its name. */
  readonly complaints: Readonly<Record<string, readonly string[]>>;
  readonly #folder: string;
  readonly #folders = new Map<string, string>();

  constructor(programs: readonly GuideProgram[]) {
    const modules = join(EXAMPLES, "node_modules");
    mkdirSync(modules, { recursive: true });
    // Inside node_modules, where neither the linter nor the tests of the sources look.
    this.#folder = mkdtempSync(join(modules, ".guides-"));
    const files = new Map(programs.map((program, index) => [join(EXAMPLES, `guide-${index}.ts`), program] as const));
    const compiled = compile(files, (program, script) => {
      const folder = mkdtempSync(join(this.#folder, "program-"));
      writeFileSync(join(folder, "index.js"), script);
      this.#folders.set(program.name, folder);
    });
    this.complaints = compiled;
  }

  /** The folder of a program: its `programDir`, and where files it reads belong. */
  folderOf(name: string): string {
    const folder = this.#folders.get(name);
    if (folder === undefined) throw new Error(`there is no ${name}`);
    return folder;
  }

  /** What Pulumi runs. */
  programOf(name: string): PulumiFn {
    const program: unknown = require(this.folderOf(name));
    if (typeof program !== "function") throw new Error(`${name} exports no program`);
    return async () => program();
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Compiles texts under the names of files that are nowhere on the disk, with the settings of the examples. */
function compile(
  files: ReadonlyMap<string, GuideProgram>,
  emit: (program: GuideProgram, script: string) => void,
): Record<string, string[]> {
  const config = ts.readConfigFile(join(EXAMPLES, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, EXAMPLES);
  const disk = ts.createCompilerHost(options, true);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => files.has(file) || disk.fileExists(file),
    readFile: (file) => files.get(file)?.code ?? disk.readFile(file),
    getSourceFile: (file, target, ...rest) => {
      const text = files.get(file)?.code;
      return text === undefined
        ? disk.getSourceFile(file, target, ...rest)
        : ts.createSourceFile(file, text, target, true);
    },
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: false }, host);
  const complaints: Record<string, string[]> = {};
  for (const [file, guide] of files) {
    const tree = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(tree), ...program.getSemanticDiagnostics(tree)];
    complaints[guide.name] = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    program.emit(tree, (_file, script) => emit(guide, script));
  }
  return complaints;
}
