import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { edited } from "../../provider/domain/override-edit";
import { placeOf, valueAt } from "../../provider/domain/override-place";
import { refusalText } from "../../provider/domain/override-refusals";
import { formerAt, markAt } from "../../provider/domain/override-splice";
import { type Pipeline, readPipeline } from "../../provider/domain/pipeline-stages";
import { PIPELINE_FILES } from "../pipelines";

const DEEP = `pipeline:
  stages:
    - stage: { identifier: a }
    - parallel:
        - stage: { identifier: b }
        - parallel: [{ stage: { identifier: c } }, { insert: { stages: [{ stage: { identifier: d } }] } }]
    - insert: { identifier: i, name: I, stages: <+input> }
    - insert: { identifier: j, name: J, stages: [{ parallel: [{ stage: { identifier: e } }] }] }
    - stage: { name: without an identifier }
    - stage: <+input>
    - something: else
`;
const DEEP_V1 = `version: 1
pipeline:
  stages:
    - id: a
    - parallel: { stages: [{ id: b }, { group: { id: g, stages: [{ id: c }, { parallel: { stages: [{ id: d }] } }] } }] }
    - { id: e, template: { uses: x } }
    - steps: []
`;

/** Texts that are no pipeline, and what is wrong with them. */
const UNREADABLE: readonly (readonly [yaml: string, said: string])[] = [
  ["", "the YAML holds no pipeline"],
  ["# nothing\n", "the YAML holds no pipeline"],
  ["just a text", "the YAML holds no pipeline"],
  ["pipeline: <+input>", "the YAML holds no pipeline"],
  ["template:\n  name: x\n", "the YAML holds no pipeline"],
  [
    "pipeline:\n  a: 1\n   b: 2\n",
    "the YAML of the pipeline cannot be read: Nested mappings are not allowed in compact mappings, in line 2",
  ],
  [
    "pipeline:\n  a: [1, 2\n",
    "the YAML of the pipeline cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ], in line 3",
  ],
  ['pipeline:\n  a: "x\n', 'the YAML of the pipeline cannot be read: Missing closing "quote, in line 3'],
  ["pipeline:\n\ta: 1\n", "the YAML of the pipeline cannot be read: Tabs are not allowed as indentation, in line 2"],
  ["pipeline:\n  a: 1\n  a: 2\n", "the YAML of the pipeline cannot be read: Map keys must be unique, in line 3"],
  [
    "pipeline: {}\n---\npipeline: {}\n",
    "the YAML of the pipeline cannot be read: it holds several documents (---), and a pipeline is one",
  ],
  [
    "pipeline:\n  a: *infra\n",
    "the YAML of the pipeline cannot be read: nothing before it has the anchor &infra, in line 2",
  ],
  [
    "pipeline: &all\n  a: *all\n",
    "the YAML of the pipeline cannot be read: *all stands inside what it names, in line 2",
  ],
  [
    `pipeline:\n  a: &a [x]\n${[..."bcdefghijk"].map((key, at) => `  ${key}: &${key} [${`*${"abcdefghij"[at]}, `.repeat(9)}]\n`).join("")}`,
    "the YAML of the pipeline cannot be read: the aliases in it unfold to more than any pipeline holds",
  ],
];

describe("the stages of a pipeline", () => {
  it("are found wherever they nest [H133] [H139]", () => {
    assert.deepEqual(identifiers(read(DEEP)), ["a", "b", "c", "d", "e"]);
    assert.deepEqual(identifiers(read(DEEP_V1)), ["a", "b", "c", "d", "e"]);
  });

  it("are found in the inputs of a template [H136]", () => {
    const { stages, template } = read(
      "pipeline: { template: { templateRef: org.golden, templateInputs: { stages: [{ stage: { identifier: a } }] } } }",
    );
    assert.deepEqual(
      [template, stages.map(({ pipelineTemplate }) => pipelineTemplate)],
      ["org.golden", ["org.golden"]],
    );
  });

  it("are those of v1 YAML only where it says version 1 [H139]", () => {
    for (const version of ["version: 1", 'version: "1"']) assert.equal(read(`${version}\npipeline: {}`).dialect, "v1");
    for (const version of ["version: 0", "version: 2", "version: x"])
      assert.equal(read(`${version}\npipeline: {}`).dialect, "v0");
  });
});

describe("a text that is no pipeline", () => {
  it("is refused with the line and what is wrong there", () => {
    for (const [yaml, said] of UNREADABLE) {
      const found = readPipeline(yaml);
      assert.deepEqual([yaml, "problem" in found ? found.problem : "a pipeline"], [yaml, said]);
    }
  });

  it("refuses every edit, and stays as it is", () => {
    for (const [yaml, said] of UNREADABLE) {
      const edit = { stage: "build", wish: { kind: "unmark" } } as const;
      const { text, refused } = edited(yaml, [edit]);
      const found = refused.get(edit);
      const whole = `${said}. Correct the pipeline in Harness first, then run again.`;
      assert.deepEqual([text, found && refusalText(found)], [yaml, whole]);
    }
  });

  it("is not what has a comment at the start of a line before a closing bracket", () => {
    assert.deepEqual(identifiers(read("pipeline: { stages: [{ stage: { identifier: a }\n# b\n }\n# c\n ] }")), ["a"]);
  });
});

describe("a stage that is not there", () => {
  it("is refused with the stages there are, the nearest first", () => {
    assert.equal(
      missing(stages("build", "test")),
      'the pipeline has no stage "biuld". Did you mean build? Its stages are build, test.',
    );
    assert.equal(missing(stages("deploy")), 'the pipeline has no stage "biuld". Its stages are deploy.');
    const many = Array.from({ length: 23 }, (_, index) => `s${index}`);
    assert.equal(
      missing(stages(...many)),
      `the pipeline has no stage "biuld". Its stages are ${many.slice(0, 20).join(", ")} and 3 more.`,
    );
  });

  it("is refused where there are no stages at all", () => {
    for (const yaml of ["pipeline: {}", "pipeline: { stages: [] }", "pipeline: { stages: <+input> }"])
      assert.equal(
        missing(yaml),
        'the pipeline has no stage "biuld". It has no stages at all; add the stage first, then override it.',
      );
  });

  it("is refused where a template has them, with what to write there [H136]", () => {
    assert.equal(
      missing("pipeline: { template: { templateRef: account.golden, versionLabel: v1 } }"),
      'the pipeline has no stage "biuld". The pipeline comes from the template account.golden and gives no inputs for its stages: in the template, write harnessImageConnectorRef: <+input> in stage "biuld", so that it becomes an input here.',
    );
  });

  it("is refused where several have its identifier, with all of their places [H134]", () => {
    assert.equal(
      missing(
        "pipeline: { stages: [{ stage: { identifier: biuld } }, { parallel: [{ stage: { identifier: biuld } }] }] }",
      ),
      '2 stages have the identifier "biuld": pipeline.stages[0].stage, pipeline.stages[1].parallel[0].stage. Harness wants identifiers to be unique: give all but one of them another.',
    );
  });
});

describe("pipelines as people write them", () => {
  for (const { file, dialect, stages: overridable } of PIPELINE_FILES) {
    it(`${file} has the stages that can be overridden, and takes and gives back each of them`, () => {
      const text = readFileSync(join(__dirname, "..", "pipelines", file), "utf8");
      const pipeline = read(text);
      const places = identifiers(pipeline).flatMap((stage) => {
        const place = placeOf(pipeline, stage);
        return "what" in place ? [] : [place];
      });
      const seen = places.map((place) => ({
        stage: place.stage,
        infrastructure: place.infrastructure,
        former: valueAt(place),
      }));
      assert.deepEqual([pipeline.dialect, seen], [dialect, overridable.map(({ adopt: _, ...fact }) => fact)]);
      const formers = places.map((place) => ({ stage: place.stage, former: formerAt(pipeline.yaml, place) }));
      const set = edited(
        text,
        formers.map(({ stage, former }) => ({
          stage,
          wish: { kind: "set", value: "account.mirror", mark: { owner: "o/p/s/n", former } },
        })),
      );
      const again = read(set.text);
      for (const { stage, former } of formers) {
        const place = placeOf(again, stage);
        assert(!("what" in place));
        // JSON has no comments.
        const mark = text.startsWith("{") ? undefined : { owner: "o/p/s/n", former };
        assert.deepEqual([valueAt(place), markAt(again.yaml, place)], ["account.mirror", mark]);
      }
      const back = edited(
        set.text,
        formers.map(({ stage, former }) => ({ stage, wish: { kind: "put back", former } })),
      );
      const unmarked = text.startsWith("{") ? formers.length : 0;
      assert.deepEqual([set.refused.size, set.unmarked.size, back.refused.size, back.text], [0, unmarked, 0, text]);
    });
  }
});

function read(text: string): Pipeline {
  const pipeline = readPipeline(text);
  assert(!("problem" in pipeline), "problem" in pipeline ? pipeline.problem : "");
  return pipeline;
}

function identifiers({ stages: all }: Pipeline): string[] {
  return all.map(({ identifier }) => identifier);
}

function stages(...names: string[]): string {
  return `pipeline:\n  stages:\n${names.map((name) => `    - stage: { identifier: ${name}, type: CI }\n`).join("")}`;
}

function missing(yaml: string): string {
  const place = placeOf(read(yaml), "biuld");
  return "what" in place ? refusalText(place) : "found";
}
