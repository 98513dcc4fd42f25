import assert from "node:assert/strict";
import * as ts from "typescript";
import { countIn, sourcesIn, visit } from "./sources";

/** Exceptions to the rules, by file. A count may only fall: when it does, lower it here. */
const BARE_ERRORS = {
  "provider/handlers/owned-create.ts": 1,
  "provider/handlers/owned-update.ts": 1,
  "provider/runtime.ts": 3,
};
const ENVIRONMENT = { "provider/client/client.ts": 1, "provider/config.ts": 1 };
const CASTS = {};

const LOWER = "a new exception is not allowed; an exception that is gone leaves the list for good";

describe("house rule: typed errors only", () => {
  it("throws no bare Error in provider/, but where a bug of ours is reported", () => {
    const bare = countIn(
      sourcesIn("provider"),
      (node) =>
        ts.isNewExpression(node) && /^(Error|TypeError|RangeError|AggregateError)$/.test(node.expression.getText()),
    );
    assert.deepEqual(bare, BARE_ERRORS, LOWER);
  });

  it("keeps what was caught as the cause of what is thrown", () => {
    const silent = sourcesIn("provider").flatMap(({ path, tree }) =>
      catchesWithoutCause(tree).map((text) => `${path}: ${text}`),
    );
    assert.deepEqual(silent, []);
  });
});

describe("house rule: parse, don't cast", () => {
  it("says `as` only in `as const`", () => {
    const casts = countIn(sourcesIn("sdk", "provider", "emulator", "cli", "tools", "examples", "test"), isCast);
    assert.deepEqual(casts, CASTS, LOWER);
  });
});

describe("house rule: one place reads the environment", () => {
  it("reads process.env in provider/config.ts, and in the client as a default", () => {
    const reads = countIn(sourcesIn("sdk", "provider", "emulator", "cli", "examples"), isEnvironment);
    assert.deepEqual(reads, ENVIRONMENT, LOWER);
  });
});

function isCast(node: ts.Node): boolean {
  if (ts.isTypeAssertionExpression(node)) return true;
  return ts.isAsExpression(node) && node.type.getText() !== "const";
}

function isEnvironment(node: ts.Node): boolean {
  const access = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  return access && /^process(\??\.env|\??\.?\[["'`]env["'`]\])$/.test(node.getText());
}

/** `throw new X(...)` in a `catch (error)` that says nothing of `error`; to rethrow, or to hide on purpose, needs no `error`. */
function catchesWithoutCause(tree: ts.Node): string[] {
  const silent: string[] = [];
  visit(tree, (node) => {
    if (!ts.isCatchClause(node) || node.variableDeclaration === undefined) return;
    const caught = new RegExp(`\\b${node.variableDeclaration.name.getText()}\\b`);
    visit(node.block, (inner) => {
      if (!ts.isThrowStatement(inner) || !ts.isNewExpression(inner.expression)) return;
      if (!caught.test(inner.expression.getText())) silent.push(inner.getText());
    });
  });
  return silent;
}
