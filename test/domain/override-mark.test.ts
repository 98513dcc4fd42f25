import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Former,
  markOwner,
  marksIn,
  readFormer,
  readMark,
  writeFormer,
  writeMark,
} from "../../provider/domain/override-mark";

const BLOCK = { stage: "build", inFlow: false };
const FLOW = { stage: "build", inFlow: true };
const ABSENT: Former = { kind: "absent" };
const former = (text: string): Former => ({ kind: "text", text });

/** Owners, and how a comment shows them. */
const OWNERS: readonly (readonly [owner: string, shown: string])[] = [
  ["acme/ci/prod/checkout", "acme/ci/prod/checkout"],
  ["acme/ci/prod/my:Component$x::build", "acme/ci/prod/my:Component$x::build"],
  ["acme/ci/prod/check out", "acme/ci/prod/check%20out"],
  ["acme/ci/prod/#1", "acme/ci/prod/%231"],
  ["acme/ci/prod/100%", "acme/ci/prod/100%25"],
  ["acme/ci/prod/ünï 🚢", "acme/ci/prod/%C3%BCn%C3%AF%20%F0%9F%9A%A2"],
  ["acme/ci/prod/a\nb\r\u2028", "acme/ci/prod/a%0Ab%0D%E2%80%A8"],
  ["acme/ci/prod/half \uD83D", "acme/ci/prod/half%20%EF%BF%BD"],
  ["acme/ci/prod/x: was y", "acme/ci/prod/x:%20was%20y"],
  ["acme/ci/prod/x (stage y)", "acme/ci/prod/x%20(stage%20y)"],
];

/** What stood there, and how a comment says it. */
const FORMERS: readonly (readonly [former: Former, written: string])[] = [
  [ABSENT, "absent"],
  [former("account.mirror"), "account.mirror"],
  [former("<+input>"), "<+input>"],
  [former('"account.mirror"'), '"account.mirror"'],
  [former("'it''s'"), "'it''s'"],
  [former("*img"), "*img"],
  [former(""), 'text ""'],
  [former("absent"), 'text "absent"'],
  [former("text x"), 'text "text x"'],
  [former("text"), "text"],
  [former('"a # b"'), 'text "\\"a \\u0023 b\\""'],
  [former(" padded "), 'text " padded "'],
  [former(">-\n  account.mirror"), 'text ">-\\n  account.mirror"'],
  [former("|  # why\r\n  a\tb"), 'text "|  \\u0023 why\\r\\n  a\\tb"'],
  [former("'ünï 🚢'"), "text \"'\\u00fcn\\u00ef \\ud83d\\udea2'\""],
  [former("a: was b"), "a: was b"],
  [former("~"), "~"],
];

describe("the mark of an override", () => {
  it("shows an owner in plain characters, without space and #", () => {
    for (const [owner, shown] of OWNERS) {
      assert.deepEqual([owner, markOwner(owner)], [owner, shown]);
      assert.equal(readMark(writeMark(owner, ABSENT, BLOCK), BLOCK)?.owner, shown);
    }
  });

  it("says what stood there in plain characters, and can be read back", () => {
    for (const [was, written] of FORMERS) {
      assert.deepEqual([writeFormer(was), readFormer(written)], [written, was]);
      for (const place of [BLOCK, FLOW]) {
        assert.deepEqual(readMark(writeMark("o/p/s/n", was, place), place), { owner: "o/p/s/n", former: was });
      }
    }
  });

  it("reads as a person can read it", () => {
    assert.equal(writeMark("o/p/s/n", former("account.old"), BLOCK), " # pulumi o/p/s/n: was account.old");
    assert.equal(writeMark("o/p/s/n", ABSENT, FLOW), " # pulumi o/p/s/n (stage build): was absent");
  });

  it("holds for any owner and any former, behind any comment and before any note", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 8 }).filter((words) => !/[#\r\n]/.test(words));
    fc.assert(
      fc.property(
        line,
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        fc.boolean(),
        (words, owner, text, inFlow) => {
          fc.pre(owner !== "");
          const place = { stage: "build", inFlow };
          const mark = writeMark(owner, former(text), place);
          assert.match(mark, /^[ -~]*$/);
          const expected = { owner: markOwner(owner), former: former(text) };
          assert.deepEqual(readMark(` # ${words}${mark} # ${words}`, place), expected);
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it("shows owners of whole characters so that each can be told from every other", () => {
    const property = fc.property(
      fc.string({ unit: "grapheme" }),
      (owner) => decodeURIComponent(markOwner(owner)) === owner,
    );
    fc.assert(property, { seed: 20261121, numRuns: 500 });
  });
});

describe("the marks at the end of a line", () => {
  it("are found behind comments and before notes that people write", () => {
    const lines = [
      " # pulumi o/p/s/n: was account.old",
      " # frankfurt # pulumi o/p/s/n: was account.old",
      " # pulumi o/p/s/n: was account.old # see OPS-311",
      "\t# pulumi is used here # pulumi o/p/s/n: was account.old   ",
      ", os: Linux }, # pulumi o/p/s/n: was account.old",
    ];
    for (const line of lines) {
      assert.deepEqual([line, readMark(line, BLOCK)], [line, { owner: "o/p/s/n", former: former("account.old") }]);
    }
  });

  it("are not what only looks like one", () => {
    const lines = [
      "",
      " # pulumi",
      " # pulumi did this",
      " # pulumi o: is x",
      " #pulumi o: was x",
      " # pulumi a b: was x",
    ];
    for (const line of lines) assert.deepEqual([line, readMark(line, BLOCK)], [line, undefined]);
  });

  it("are told apart by stage where several stages share the line", () => {
    const line = `}${writeMark("o/p/s/a", ABSENT, { stage: "a", inFlow: true })}${writeMark("o/p/s/b", former("x"), { stage: "b", inFlow: true })}`;
    assert.deepEqual(readMark(line, { stage: "a", inFlow: true }), { owner: "o/p/s/a", former: ABSENT });
    assert.deepEqual(readMark(line, { stage: "b", inFlow: true }), { owner: "o/p/s/b", former: former("x") });
    assert.equal(readMark(line, { stage: "c", inFlow: true }), undefined);
    assert.equal(
      readMark(" # pulumi o/p/s/n: was x", { stage: "a", inFlow: true }),
      undefined,
      "it could be another's",
    );
  });

  it("are all found when somebody copied one, and stand where they are said to", () => {
    const line = " # pulumi o/p/s/n: was x # pulumi o/p/s/m: was y # note";
    const pieces = marksIn(line, BLOCK).map(({ from, to }) => line.slice(from, to));
    assert.deepEqual(pieces, [" # pulumi o/p/s/n: was x", " # pulumi o/p/s/m: was y"]);
    assert.equal(readMark(line, BLOCK)?.owner, "o/p/s/m");
  });

  it("are read as they stand when a person has edited them", () => {
    assert.deepEqual(readFormer('text "half'), former('text "half'));
    assert.deepEqual(readFormer("  account.x  "), former("account.x"));
    assert.deepEqual(readFormer("text 5"), former("5"));
  });
});
