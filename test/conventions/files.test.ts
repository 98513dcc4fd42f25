import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { VERSION } from "../../provider/version";
import { ROOT, sourcesIn } from "./sources";

const SOURCES = sourcesIn("sdk", "provider", "emulator", "cli", "examples", "tools");
const TESTS = sourcesIn("test");
const NAMES_OF_NOTHING = /^(utils?|helpers?|common|misc)$/;

describe("house rule: small pieces", () => {
  it("keeps source files to 250 lines and tests to 400", () => {
    const longest = (sources: typeof SOURCES, most: number) =>
      sources.map(({ path, text }) => [path, text.split("\n").length - 1] as const).filter(([, lines]) => lines > most);
    assert.deepEqual(longest(SOURCES, 250), []);
    assert.deepEqual(longest(TESTS, 400), []);
  });
});

describe("house rule: Harness's words", () => {
  it("names each file after what is in it", () => {
    const all = [...SOURCES, ...TESTS].map(({ path }) => path);
    const nothing = all.filter((path) => path.split("/").some((part) => NAMES_OF_NOTHING.test(basename(part, ".ts"))));
    assert.deepEqual(nothing, []);
    assert(all.length > 100, "the files were found");
  });
});

describe("house rule: anything that can be counted or copied is held by a test", () => {
  it("keeps provider/version.ts equal to package.json", () => {
    assert.equal(VERSION, JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
  });
});
