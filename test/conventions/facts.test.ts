import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endpoints } from "../../provider/client/endpoints";
import { ROOT, sourcesIn } from "./sources";

const FACTS = readFileSync(join(ROOT, "docs/harness-api.md"), "utf8");
const NUMBERS = [...FACTS.matchAll(/^- \*\*(\[H\d+\])\*\*/gm)].map(([, number = ""]) => number);
const CITATION = /\[H\d+\]/g;

describe("house rule: API facts are numbered", () => {
  it("gives each fact a number of its own, from 1 without a gap", () => {
    const expected = NUMBERS.map((_, index) => `[H${index + 1}]`);
    assert.deepEqual([...NUMBERS].sort(byNumber), expected);
    assert(NUMBERS.length >= 126, "the facts were found");
  });

  it("cites only facts that are written down, in code, tests and the document itself", () => {
    const known = new Set(NUMBERS);
    const citing = [...sourcesIn("sdk", "provider", "emulator", "test"), { path: "docs/harness-api.md", text: FACTS }];
    const citations = citing.flatMap(({ path, text }) => (text.match(CITATION) ?? []).map((fact) => ({ path, fact })));
    assert.deepEqual(
      citations.filter(({ fact }) => !known.has(fact)),
      [],
    );
    assert(citations.length > 200, "the citations were found");
  });

  it("says of each fact how we know it", () => {
    const grades = /\[(live schema|official client|official docs|server source|inference)(, [a-z ]+)*\]( \[|$)/;
    const lines = FACTS.split("\n").filter((line) => /^- \*\*\[H\d+\]/.test(line));
    assert.deepEqual(
      lines.filter((line) => !grades.test(line)).map((line) => line.slice(0, 60)),
      [],
    );
  });

  it("names for each endpoint the fact that describes it", () => {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      assert.equal(endpoint.name, name);
      const line = FACTS.split("\n").find((text) => text.startsWith(`- **${endpoint.fact}**`)) ?? "";
      const [last = ""] = endpoint.path
        .split("/")
        .filter((part) => !part.startsWith("{"))
        .slice(-1);
      assert(line.includes(last), `${endpoint.fact} says nothing of ${endpoint.path}`);
    }
  });
});

function byNumber(a: string, b: string): number {
  return Number(a.slice(2, -1)) - Number(b.slice(2, -1));
}
