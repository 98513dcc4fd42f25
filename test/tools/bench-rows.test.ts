import assert from "node:assert/strict";
import type { Bench, Measurement } from "../../tools/bench/measurement";
import { readOptions } from "../../tools/bench/options";
import { exact, type Finding, type Row, timed, told } from "../../tools/bench/row";
import { exitCodeOf, runAll } from "../../tools/bench/run";
import { tableOf } from "../../tools/bench/table";

const finding: Finding = { id: "calls", what: "API calls", unit: "calls", target: 56, measured: 53, note: "51 POST" };
const slow: Finding = { id: "up", what: "up", unit: "x", target: 1.3, measured: 1.456, note: "9 s over 6 s" };

function codeOf(...rows: Row[]): number {
  return exitCodeOf({ rows, failures: [] });
}

describe("a row of the bench", () => {
  it("that counts is met up to its target, and fails the run over it", () => {
    const at = exact({ ...finding, measured: 56 });
    const over = exact({ ...finding, measured: 57 });
    assert.deepEqual([at.met, codeOf(at), over.met, codeOf(over)], [true, 0, false, 1]);
  });

  it("that takes time is missed over its target, and fails the run only when it is absurd", () => {
    const missed = timed(slow);
    const absurd = timed({ ...slow, measured: 13.1 });
    assert.deepEqual([missed.met, codeOf(missed), absurd.met, codeOf(absurd)], [false, 0, false, 1]);
  });

  it("is absurd by what is typical, not by what the machine did besides", () => {
    assert.equal(codeOf(timed({ ...slow, measured: 100 }, 1.1)), 0);
  });

  it("without a target is neither met nor missed", () => {
    const { target: _, ...rest } = finding;
    const row = told({ ...rest, measured: 1_000_000 });
    assert.deepEqual([row.target, row.met, codeOf(row)], [null, null, 0]);
  });

  it("shows target, measured, met and note in the table", () => {
    const { target: _, ...rest } = finding;
    const rows = [
      exact(finding),
      exact({ ...finding, measured: 57, note: "" }),
      timed(slow),
      told({ ...rest, unit: "ms" }),
    ];
    assert.equal(
      tableOf(rows),
      [
        "           target  measured  met\n",
        "API calls      56        53  yes  51 POST\n",
        "API calls      56        57  NO\n",
        "up         1.30 x    1.46 x  NO   9 s over 6 s\n",
        "API calls       -     53 ms  -    51 POST\n",
      ].join(""),
    );
  });
});

describe("a run of the bench", () => {
  it("says what it is doing, goes on after a measurement that fails, and fails then", async () => {
    const lines: string[] = [];
    const bench: Bench = { quick: true, log: (line) => lines.push(line), programs: "" };
    const broken: Measurement = { title: "broken", measure: () => Promise.reject(new Error("no engine")) };
    const fine: Measurement = { title: "fine", measure: async () => [exact(finding)] };
    const results = await runAll([broken, fine], bench);
    assert.deepEqual(results, { rows: [exact(finding)], failures: [{ title: "broken", reason: "no engine" }] });
    assert.deepEqual(lines, ["1 of 2: broken", "2 of 2: fine"]);
    assert.equal(exitCodeOf(results), 1);
  });

  it("takes --quick and --json, and nothing else", () => {
    assert.deepEqual(readOptions([]), { quick: false, json: false });
    assert.deepEqual(readOptions(["--json", "--quick"]), { quick: true, json: true });
    assert.deepEqual([readOptions(["--slow"]), readOptions(["quick"])], [undefined, undefined]);
  });
});
