import assert from "node:assert/strict";
import { edited } from "../../provider/domain/override-edit";
import { refusalText } from "../../provider/domain/override-refusals";

const WAY_OUT = "Write the infrastructure out in this stage, without the anchor or merge key, and run again.";
const shares = (whom: string, by: string, line: number) =>
  `stage "build" shares the text of its infrastructure with ${whom} (${by}, line ${line}): an edit would change all of them. ${WAY_OUT}`;

const stage = (identifier: string, spec: string) =>
  `    - stage: { identifier: ${identifier}, type: CI, spec: ${spec} }\n`;
const pipeline = (...stages: string[]) => `pipeline:\n  stages:\n${stages.join("")}`;
const K8S = "{ type: KubernetesDirect, spec: { os: Linux } }";

/** Pipelines in which an edit of the stage "build" would change something else, and what is said. */
const SHARED: readonly (readonly [yaml: string, said: string])[] = [
  [
    pipeline(stage("test", `{ infrastructure: &infra ${K8S} }`), stage("build", "{ infrastructure: *infra }")),
    shares("stage test", "*infra", 3),
  ],
  [
    pipeline(stage("build", `{ infrastructure: &infra ${K8S} }`), stage("test", "{ infrastructure: *infra }")),
    shares("stage test", "&infra", 3),
  ],
  [
    pipeline(
      stage("build", `{ infrastructure: &i ${K8S} }`),
      stage("b", "{ infrastructure: *i }"),
      stage("c", "{ infrastructure: *i }"),
    ),
    shares("stages b, c", "&i", 3),
  ],
  [
    `x:\n  infra: &infra\n    type: KubernetesDirect\n    spec: { os: Linux }\n${pipeline(stage("build", "{ infrastructure: *infra }"))}`,
    shares("other places", "*infra", 2),
  ],
  [
    `x: &d { infrastructure: ${K8S} }\n${pipeline(stage("build", "{ <<: *d, cloneCodebase: true }"))}`,
    shares("other places", "<<: *d", 1),
  ],
  [
    `x: &d { infrastructure: ${K8S} }\ny: &e {}\n${pipeline(stage("build", "{ <<: [*e, *d] }"))}`,
    shares("other places", "<<: *d", 1),
  ],
  [pipeline(stage("build", `{ <<: { infrastructure: ${K8S} } }`)), shares("other places", "<<: a map", 3)],
  [
    pipeline(stage("build", `&spec { infrastructure: ${K8S} }`), stage("test", "{ <<: *spec, cloneCodebase: false }")),
    shares("stage test", "&spec", 3),
  ],
  [
    pipeline(
      stage(
        "build",
        "{ infrastructure: { type: KubernetesDirect, spec: { harnessImageConnectorRef: &img account.x } } }",
      ),
      stage("test", "{ image: *img }"),
    ),
    shares("stage test", "&img", 3),
  ],
  [
    `version: 1\n${pipeline("    - { id: build, runtime: &r { vm: { pool: p } } }\n", "    - { id: test, runtime: *r }\n")}`,
    shares("stage test", "&r", 4),
  ],
];

describe("a stage that shares its text", () => {
  it("is refused with the places that share it, and none of them changes", () => {
    for (const [yaml, said] of SHARED) {
      const edit = { stage: "build", wish: { kind: "set", value: "account.m", mark: undefined } } as const;
      const { text, refused } = edited(yaml, [edit]);
      const refusal = refused.get(edit);
      assert.deepEqual([text, refusal && refusalText(refusal)], [yaml, said]);
    }
  });

  it("is not one with an anchor that nobody uses, or an alias that stands for its reference alone", () => {
    for (const [before, after] of [
      [
        `{ infrastructure: &i ${K8S} }`,
        "{ infrastructure: &i { type: KubernetesDirect, spec: { harnessImageConnectorRef: account.m, os: Linux } } }",
      ],
      [
        "{ x: &img account.x, infrastructure: { type: KubernetesDirect, spec: { harnessImageConnectorRef: *img } } }",
        "{ x: &img account.x, infrastructure: { type: KubernetesDirect, spec: { harnessImageConnectorRef: account.m } } }",
      ],
    ] as const) {
      const wish = { kind: "set", value: "account.m", mark: undefined } as const;
      const { text, refused } = edited(pipeline(stage("build", before)), [{ stage: "build", wish }]);
      assert.deepEqual([text, refused.size], [pipeline(stage("build", after)), 0]);
    }
  });
});
