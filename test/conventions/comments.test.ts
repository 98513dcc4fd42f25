import assert from "node:assert/strict";
import * as ts from "typescript";
import { placeOf, type Source, sourcesIn } from "./sources";

/** A comment and where it stands. */
interface Comment {
  readonly place: string;
  readonly text: string;
  /** What stands between it and whatever follows. */
  readonly gap: string;
  readonly opensFile: boolean;
}

describe("house rule: comments say why", () => {
  let comments: readonly Comment[] = [];

  before(() => {
    comments = sourcesIn("sdk", "provider", "emulator", "cli", "examples", "tools", "test").flatMap(commentsOf);
    assert(comments.length > 500, "the comments were found");
  });

  it("leaves nothing to do without the number of an issue", () => {
    const loose = comments.filter(({ text }) => isLooseEnd(text)).map(({ place }) => place);
    assert.deepEqual(loose, []);
  });

  it("keeps no code in comments", () => {
    const dead = comments.filter(({ text }) => holdsCode(text)).map(({ place }) => place);
    assert.deepEqual(dead, []);
  });

  it("leaves no documentation without what it documents", () => {
    const loose = comments.filter(isStray).map(({ place }) => place);
    assert.deepEqual(loose, []);
  });

  it("can tell code from prose, and a loose end from a numbered one", () => {
    const code = ["// const x = 1;", "// return x;", "// }", "/* foo(bar); */", "// if (x) {", "// await call(x);"];
    for (const text of code) assert(holdsCode(text), text);
    const prose = [
      "// Without words of Harness it may have been a proxy that answered.",
      "// biome-ignore format: pairs",
    ];
    for (const text of [...prose, "/** @example new X(1); */"]) assert(!holdsCode(text), text);
    const todo = "TO" + "DO";
    const stray = { place: "a.ts:3", text: "/** What is no longer below. */", gap: "\n\n", opensFile: false };
    assert.deepEqual([stray, { ...stray, gap: "\n" }, { ...stray, opensFile: true }].map(isStray), [
      true,
      false,
      false,
    ]);
    assert.deepEqual([`// ${todo}: later`, `// ${todo} #12: later`, "// done"].map(isLooseEnd), [true, false, false]);
  });
});

function isLooseEnd(text: string): boolean {
  return /\b(TODO|FIXME|XXX|HACK)\b(?!\W{0,2}#\d+)/.test(text);
}

/** Only what opens a file speaks of no declaration. */
function isStray({ text, gap, opensFile }: Comment): boolean {
  return text.startsWith("/**") && /\n\s*\n/.test(gap) && !opensFile;
}

/** Documentation comments may show examples; all others are prose. */
function holdsCode(text: string): boolean {
  if (text.startsWith("/**")) return false;
  const lines = text
    .replace(/^\/[/*]|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*?\s*/, "").trim());
  return lines.some((line) => /[;{]$|^[}\])]+[;,]?$|^(import|export|const|let|throw|return|await) .*[=(]/.test(line));
}

/** The comments before and after each token, each once. */
function commentsOf(source: Source): Comment[] {
  const found = new Map<number, Comment>();
  for (const token of tokensOf(source.tree)) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source.text, token.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source.text, token.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) {
      const gap = /^\s*/.exec(source.text.slice(end))?.[0] ?? "";
      const opensFile = source.text.slice(0, pos).trim() === "";
      found.set(pos, { place: placeOf(source, pos), text: source.text.slice(pos, end), gap, opensFile });
    }
  }
  return [...found.values()];
}

function tokensOf(node: ts.Node): ts.Node[] {
  const children = node.getChildren();
  return children.length === 0 ? [node] : children.flatMap(tokensOf);
}
