import assert from "node:assert/strict";
import * as ts from "typescript";
import { placeOf, type Source, sourcesIn } from "./sources";

describe("house rule: docstrings earn their lines", () => {
  it("documents every exported declaration of sdk/ and provider/", () => {
    assert.deepEqual(sourcesIn("sdk", "provider").flatMap(undocumented), []);
  });

  it("documents every argument a program can give", () => {
    const sdk = sourcesIn("sdk");
    const all = sdk.flatMap((source) => argumentsOf(source).map((member) => ({ source, member })));
    const bare = all.filter(({ member }) => !isDocumented(member));
    assert.deepEqual(
      bare.map(({ source, member }) => placeOf(source, member.getStart())),
      [],
    );
    assert(all.length > 30, "the arguments were found");
  });

  it("says of every optional argument what its absence means", () => {
    const silent = sourcesIn("sdk").flatMap((source) =>
      argumentsOf(source)
        .filter((member) => member.questionToken !== undefined && !commentOf(member).includes("@default"))
        .map((member) => `${source.path} ${member.name.getText()}`),
    );
    const oneOfThree = ["value", "valueFromEnv", "reference"].map((name) => `sdk/secret-text.ts ${name}`);
    assert.deepEqual(silent, oneOfThree, "these have no default: exactly one of them is given");
  });
});

function undocumented(source: Source): string[] {
  return source.tree.statements
    .filter((statement) => isExport(statement) && !isDocumented(statement))
    .map((statement) => placeOf(source, statement.getStart()));
}

/** `export { x } from` names what is documented elsewhere. */
function isExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function isDocumented(node: ts.Node): boolean {
  return /\w/.test(commentOf(node));
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((comment) => comment.getText())
    .join("\n");
}

function argumentsOf({ tree }: Source): ts.PropertySignature[] {
  const interfaces = tree.statements.filter(ts.isInterfaceDeclaration).filter(({ name }) => name.text.endsWith("Args"));
  return interfaces.flatMap(({ members }) => members.filter(ts.isPropertySignature));
}
