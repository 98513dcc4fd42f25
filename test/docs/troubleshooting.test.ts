import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "../../provider/error-codes";

const PAGE = join(__dirname, "..", "..", "docs", "troubleshooting.md");
const INTRODUCTION = "How to read a message";

/** The level-2 sections of the page: what follows each heading, by its text. */
function sections(): (readonly [heading: string, body: string])[] {
  const [, ...parts] = `\n${readFileSync(PAGE, "utf8")}`.split("\n## ");
  return parts.map((part) => {
    const end = part.indexOf("\n");
    return [part.slice(0, end), part.slice(end + 1).trim()];
  });
}

describe("docs/troubleshooting.md", () => {
  const [introduction, ...codes] = sections();

  it("begins with how to read a message, then has a section for each error code, in the order of ERROR_CODES", () => {
    assert.equal(introduction?.[0], INTRODUCTION);
    const headings = codes.map(([heading]) => heading);
    assert.deepEqual(headings, [...ERROR_CODES]);
  });

  for (const [code, body] of codes) {
    it(`${code}: shows a message with its code, says why, and what to do`, () => {
      const [, message = "", after = ""] = /^```text\n(.*?)```\n\n(.*)$/s.exec(body) ?? [];
      assert.ok(message.includes(`[${code}]`), "the message carries the code");
      const mentioned = [...message.matchAll(/\[([A-Z_]+)\]/g)].map(([, other]) => other);
      assert.deepEqual(mentioned, [code], "and no other");
      assert.match(after, /^\*\*Why\.\*\* \S.*^\*\*What to do\.\*\* \S/ms);
    });
  }
});
