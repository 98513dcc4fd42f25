import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import * as ts from "typescript";

/** The folder of the repository. */
export const ROOT = resolve(__dirname, "..", "..");
const NOT_OURS: ReadonlySet<string> = new Set(["node_modules", "dist", ".cache"]);

const parsed = new Map<string, Source>();

/** A TypeScript file of this repository. */
export interface Source {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Every TypeScript file below the named folders, in the order of their paths. */
export function sourcesIn(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) => filesBelow(join(ROOT, folder))).map(read);
}

/** One TypeScript file, by its path from the root. */
export function source(path: string): Source {
  return read(join(ROOT, path));
}

/** Calls back for every node below a node, itself included. */
export function visit(node: ts.Node, seen: (node: ts.Node) => void): void {
  seen(node);
  ts.forEachChild(node, (child) => visit(child, seen));
}

/** How often something occurs in each source; sources without any are left out. */
export function countIn(sources: readonly Source[], counts: (node: ts.Node) => boolean): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { path, tree } of sources) {
    visit(tree, (node) => {
      if (counts(node)) found[path] = (found[path] ?? 0) + 1;
    });
  }
  return found;
}

/** `path:line` of a position, for messages. */
export function placeOf({ path, tree }: Source, position: number): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(position).line + 1}`;
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return /(?<!\.d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

function read(file: string): Source {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const made = { path: relative(ROOT, file).split(sep).join("/"), text, tree };
  parsed.set(file, made);
  return made;
}
