import assert from "node:assert/strict";
import { type Edit, edited } from "../../provider/domain/override-edit";
import type { Former } from "../../provider/domain/override-mark";
import { placeOf } from "../../provider/domain/override-place";
import { refusalText } from "../../provider/domain/override-refusals";
import { formerAt, referenceOf, type Wish } from "../../provider/domain/override-splice";
import { readPipeline } from "../../provider/domain/pipeline-stages";

const ABSENT: Former = { kind: "absent" };
const OWNER = "o/p/s/n";
const MARK = "# pulumi o/p/s/n: was absent";
const FLOW_MARK = "# pulumi o/p/s/n (stage build): was absent";

/** A stage on Kubernetes whose settings stand in block style. */
const block = (...lines: string[]) =>
  `pipeline:
  stages:
    - stage:
        identifier: build
        type: CI
        spec:
          infrastructure:
            type: KubernetesDirect
            spec:
${lines.map((line) => `              ${line}\n`).join("")}          execution: {}
`;
/** One whose settings are written as they are given. */
const spec = (written: string) =>
  block().replace("spec:\n          execution", `spec: ${written}\n          execution`);

/** What setting the stage "build" makes of its lines. */
const SET: readonly (readonly [before: string, after: string])[] = [
  [block("namespace: ci"), block("namespace: ci", `harnessImageConnectorRef: account.m ${MARK}`)],
  [block("namespace: ci # c", "# d"), block("namespace: ci # c", `harnessImageConnectorRef: account.m ${MARK}`, "# d")],
  [
    block("os: Linux", "nodeSelector:", "  a: b"),
    block("os: Linux", `harnessImageConnectorRef: account.m ${MARK}`, "nodeSelector:", "  a: b"),
  ],
  [block("nodeSelector:", "  a: b"), block(`harnessImageConnectorRef: account.m ${MARK}`, "nodeSelector:", "  a: b")],
  [
    block("# settings", "namespace: >-", "  ci", "nodeSelector:", "  a: b"),
    block(
      "# settings",
      `harnessImageConnectorRef: account.m ${MARK}`,
      "namespace: >-",
      "  ci",
      "nodeSelector:",
      "  a: b",
    ),
  ],
  [spec("{}"), spec(`{harnessImageConnectorRef: account.m} ${FLOW_MARK}`)],
  [spec("{ namespace: ci }"), spec(`{ harnessImageConnectorRef: account.m, namespace: ci } ${FLOW_MARK}`)],
  [
    spec('{"namespace": "ci"} # c'),
    spec(`{"harnessImageConnectorRef": "account.m", "namespace": "ci"} # c ${FLOW_MARK}`),
  ],
  [
    spec("{ # c\n                namespace: ci }"),
    spec(`{ # c\n                harnessImageConnectorRef: account.m, namespace: ci } ${FLOW_MARK}`),
  ],
];

/** What setting it makes of a value that is there. */
const REPLACED: readonly (readonly [before: string, after: string, was: string])[] = [
  ["account.old", "account.m", "account.old"],
  ["account.old # why", "account.m # why", "account.old"],
  ['"account.old"', '"account.m"', '"account.old"'],
  ["'account.old'  # why", "account.m  # why", "'account.old'"],
  ["<+input>", "account.m", "<+input>"],
  ["absent", "account.m", 'text "absent"'],
  ["~", "account.m", "~"],
  ["&x account.old", "&x account.m", "account.old"],
  ["!!str account.old", "!!str account.m", "account.old"],
  [">-\n                account.old", "account.m", 'text ">-\\n                account.old"'],
];

describe("an edit of one stage", () => {
  it("adds one line, in the style of its neighbours [H127]", () => {
    for (const [before, after] of SET) {
      assert.equal(apply(before, set("account.m")), after);
      assert.equal(apply(after, { kind: "put back", former: ABSENT }), before);
    }
  });

  it("changes one value, and leaves its comment, anchor and tag", () => {
    for (const [written, value, was] of REPLACED) {
      const before = block(`harnessImageConnectorRef: ${written}`, "os: Linux");
      const former = formerOf(before);
      const after = apply(before, set("account.m", former));
      assert.equal(after, block(`harnessImageConnectorRef: ${value} # pulumi o/p/s/n: was ${was}`, "os: Linux"));
      assert.equal(apply(after, { kind: "put back", former }), before);
    }
  });

  it("puts values in quotes that a reader of YAML could take for something else", () => {
    for (const [value, shown] of [
      ["account.m-1", "account.m-1"],
      ["<+input>", '"<+input>"'],
      ["yes", '"yes"'],
      ["123", '"123"'],
      ['a "b" # c', '"a \\"b\\" # c"'],
    ] as const) {
      const after = apply(block("os: Linux"), { kind: "set", value, mark: undefined });
      assert.equal(after, block("os: Linux", `harnessImageConnectorRef: ${shown}`));
    }
  });

  it("replaces its mark where it stands, with what people wrote before and after it", () => {
    const before = block("harnessImageConnectorRef: account.a # c # pulumi o/p/s/n: was absent # d");
    const after = block("harnessImageConnectorRef: account.b # c # pulumi o/p/s/n: was account.z # d");
    assert.equal(apply(before, set("account.b", { kind: "text", text: "account.z" })), after);
    assert.equal(apply(before, { kind: "unmark" }), block("harnessImageConnectorRef: account.a # c # d"));
  });

  it("takes the place of a copied mark too", () => {
    const before = block("harnessImageConnectorRef: account.a # pulumi x: was y # pulumi z: was absent");
    assert.equal(apply(before, set("account.b")), block(`harnessImageConnectorRef: account.b ${MARK}`));
  });

  it("overrides what a merge key brings in, and gives it back", () => {
    const before = `x: &x { harnessImageConnectorRef: account.merged }\n${block("<<: *x")}`;
    const after = `x: &x { harnessImageConnectorRef: account.merged }\n${block("<<: *x", `harnessImageConnectorRef: account.m ${MARK}`)}`;
    assert.equal(reference(before, ABSENT), "account.merged");
    assert.equal(apply(before, set("account.m")), after);
    assert.equal(apply(after, { kind: "put back", former: ABSENT }), before);
  });

  it("takes away what was never ours where that is wanted, and leaves comments of others", () => {
    const gone: Wish = { kind: "put back", former: ABSENT };
    for (const [before, after] of [
      [block("harnessImageConnectorRef: account.a", "os: Linux"), block("os: Linux")],
      [block("os: Linux", "harnessImageConnectorRef: >-", "  account.a"), block("os: Linux")],
      [block("harnessImageConnectorRef: account.a"), spec("{}")],
      [spec("{ harnessImageConnectorRef: a, os: Linux }"), spec("{ os: Linux }")],
      [spec("{ os: Linux, harnessImageConnectorRef: a }"), spec("{ os: Linux }")],
      [spec("{ harnessImageConnectorRef: a, }"), spec("{  }")],
      [
        spec("{ os: Linux, # c\n                harnessImageConnectorRef: a }"),
        spec("{ os: Linux, # c\n                 }"),
      ],
      [
        spec("{ harnessImageConnectorRef: a, # c\n                os: Linux }"),
        spec("{  # c\n                os: Linux }"),
      ],
    ] as const) {
      assert.equal(apply(before, gone), after);
    }
  });

  it("takes an input of a template away with its mark [H135]", () => {
    const inputs = (value: string) =>
      `pipeline: { stages: [{ stage: { identifier: build, template: { templateRef: t, templateInputs: { type: CI, spec: { infrastructure: { type: KubernetesDirect, spec: { ${value}os: Linux } } } } } } }] }`;
    const before = inputs("harnessImageConnectorRef: <+input>, ");
    const after = apply(before, set("account.m", formerOf(before)));
    assert.equal(apply(after, { kind: "put back", former: ABSENT }), inputs(""));
  });

  it("does nothing to a setting that is gone", () => {
    for (const wish of [{ kind: "put back", former: ABSENT }, { kind: "unmark" }] as const)
      assert.equal(apply(block("os: Linux"), wish), block("os: Linux"));
  });

  it("is made without its mark where the line can hold no comment", () => {
    const before = spec('{ annotations: "a\n                b" }');
    const edit: Edit = { stage: "build", wish: set("account.m") };
    const { text, unmarked, refused } = edited(before, [edit]);
    assert.equal(text, spec('{ harnessImageConnectorRef: account.m, annotations: "a\n                b" }'));
    assert.deepEqual([[...unmarked], refused.size], [[edit], 0]);
  });

  it("is made without its mark in a pipeline that is JSON, which stays JSON", () => {
    const infrastructure = (holder: object) => ({ type: "KubernetesDirect", spec: holder });
    const json = (holder: object) => {
      const stage = { identifier: "build", type: "CI", spec: { infrastructure: infrastructure(holder) } };
      return JSON.stringify({ pipeline: { identifier: "p", stages: [{ stage }] } });
    };
    const edit: Edit = { stage: "build", wish: set("account.m") };
    const { text, unmarked, refused } = edited(json({ os: "Linux" }), [edit]);
    assert.deepEqual(JSON.parse(text), JSON.parse(json({ harnessImageConnectorRef: "account.m", os: "Linux" })));
    assert.deepEqual([[...unmarked], refused.size], [[edit], 0]);
    const back = edited(text, [{ stage: "build", wish: { kind: "put back", former: ABSENT } }]);
    assert.equal(back.text, json({ os: "Linux" }));
  });

  it("is refused where it would change more than the setting, and says what to do", () => {
    for (const text of [
      block("? os", ": Linux"),
      block("harnessImageConnectorRef: &x", "os: Linux"),
      spec("{ harnessImageConnectorRef, os: Linux }"),
    ]) {
      const edit: Edit = { stage: "build", wish: set("account.m") };
      const done = edited(text, [edit]);
      const refusal = done.refused.get(edit);
      assert.deepEqual(
        [done.text, refusal && refusalText(refusal)],
        [
          text,
          'the text around pipeline.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef cannot be edited without changing more than this setting of stage "build". Write that part of the pipeline in plain block style, one key on each line, and run again.',
        ],
      );
    }
  });

  it("is refused where what is to be put back means something else by now", () => {
    const before = block(`harnessImageConnectorRef: account.m ${MARK}`);
    for (const text of ["*gone", "a: b", "x # y"]) {
      const edit: Edit = { stage: "build", wish: { kind: "put back", former: { kind: "text", text } } };
      const done = edited(before, [edit]);
      assert.deepEqual([done.text, done.refused.size], [before, 1], text);
    }
  });
});

describe("edits of several stages", () => {
  const many = (settings: (index: number) => string) =>
    `pipeline:\n  stages:\n${[0, 1, 2, 3, 4].map((index) => `    - stage: { identifier: s${index}, type: CI, spec: { infrastructure: { type: KubernetesDirect, spec: { ${settings(index)} } } } }\n`).join("")}`;

  it("are made together, and only the one that cannot be is refused", () => {
    const text = many((index) => (index === 2 ? "harnessImageConnectorRef" : "os: Linux"));
    const edits = [0, 1, 2, 3, 4].map((index): Edit => ({ stage: `s${index}`, wish: set(`account.m${index}`) }));
    const done = edited(text, edits);
    const mark = (index: number) => ` # pulumi ${OWNER} (stage s${index}): was absent`;
    const expected = many((index) =>
      index === 2 ? "harnessImageConnectorRef" : `harnessImageConnectorRef: account.m${index}, os: Linux`,
    )
      .split("\n")
      .map((line, at) => (/account\.m/.test(line) ? line + mark(at - 2) : line));
    assert.deepEqual([done.text, [...done.refused.keys()]], [expected.join("\n"), [edits[2]]]);
  });

  it("of one stage are made one after the other", () => {
    const text = many(() => "os: Linux");
    const done = edited(text, [
      { stage: "s1", wish: set("account.a") },
      { stage: "s1", wish: set("account.b") },
      { stage: "s1", wish: { kind: "put back", former: ABSENT } },
    ]);
    assert.deepEqual([done.text, done.refused.size], [text, 0]);
  });
});

describe("the reference that a former text stands for", () => {
  it("is that of a reader of YAML", () => {
    const text = `x: &img "account.anchored"\n${block("os: Linux")}`;
    for (const [written, meaning] of [
      ["account.a", "account.a"],
      ['"a\\u0062c"', "abc"],
      [">-\n  a\n  b", "a b"],
      ["*img", "account.anchored"],
      ["*none", undefined],
      ["", undefined],
      ["~", undefined],
      ['""', undefined],
      ["[", undefined],
    ] as const) {
      assert.deepEqual([written, reference(text, { kind: "text", text: written })], [written, meaning]);
    }
    assert.equal(reference(text, ABSENT), undefined);
  });
});

function set(value: string, former = ABSENT): Wish {
  return { kind: "set", value, mark: { owner: OWNER, former } };
}

function apply(text: string, wish: Wish): string {
  const done = edited(text, [{ stage: "build", wish }]);
  assert.deepEqual([[...done.refused.values()], done.unmarked.size], [[], 0]);
  return done.text;
}

function found(text: string) {
  const pipeline = readPipeline(text);
  assert(!("problem" in pipeline));
  const place = placeOf(pipeline, "build");
  assert(!("what" in place));
  return { yaml: pipeline.yaml, place };
}

function formerOf(text: string): Former {
  const { yaml, place } = found(text);
  return formerAt(yaml, place);
}

function reference(text: string, former: Former): string | undefined {
  const { yaml, place } = found(text);
  return referenceOf(yaml, place, former);
}
