import assert from "node:assert/strict";
import * as ts from "typescript";
import { placeOf, type Source, sourcesIn } from "./sources";

/** A comment and where it stands. */
interface Comment {
  readonly place: string;
  readonly text: string;
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

  it("can tell code from prose, and a loose end from a numbered one", () => {
    const code = ["// const x = 1;", "// return x;", "// }", "/* foo(bar); */", "// if (x) {", "// await call(x);"];
    for (const text of code) assert(holdsCode(text), text);
    const prose = [
      "// Without words of Harness it may have been a proxy that answered.",
      "// biome-ignore format: pairs",
    ];
    for (const text of [...prose, "/** @example new X(1); */"]) assert(!holdsCode(text), text);
    const todo = "TO" + "DO";
    assert.deepEqual([`// ${todo}: later`, `// ${todo} #12: later`, "// done"].map(isLooseEnd), [true, false, false]);
  });
});

function isLooseEnd(text: string): boolean {
  return /\b(TODO|FIXME|XXX|HACK)\b(?!\W{0,2}#\d+)/.test(text);
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
    for (const { pos, end } of ranges)
      found.set(pos, { place: placeOf(source, pos), text: source.text.slice(pos, end) });
  }
  return [...found.values()];
}

function tokensOf(node: ts.Node): ts.Node[] {
  const children = node.getChildren();
  return children.length === 0 ? [node] : children.flatMap(tokensOf);
}
