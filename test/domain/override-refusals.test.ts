import assert from "node:assert/strict";
import { edited } from "../../provider/domain/override-edit";
import { placeOf } from "../../provider/domain/override-place";
import { refusalText, unreadable } from "../../provider/domain/override-refusals";
import { readPipeline } from "../../provider/domain/pipeline-stages";

const KINDS = "Kubernetes (KubernetesDirect), a VM pool, or Docker on a local runner";
const K8S = "infrastructure: { type: KubernetesDirect, spec: { namespace: ci } }";
const INPUT_SETS =
  "Write the object into the pipeline; values inside it can stay runtime inputs. Or leave the pipeline as it is, and set the image connector in the objects that its input sets give.";

const v0 = (...stages: string[]) =>
  pipelineOf(
    "",
    stages.map((stage) => `stage: { ${stage} }`),
  );
const v1 = (...stages: string[]) => pipelineOf("version: 1\n", stages);
const ci = (spec: string) => `identifier: build, type: CI, spec: ${spec}`;
const typed = (type: string, spec = "{}") => `identifier: build, type: ${type}, spec: ${spec}`;

function pipelineOf(start: string, items: readonly string[]): string {
  return `${start}pipeline:\n  identifier: p\n  stages:\n${items.map((item) => `    - { ${item} }\n`).join("")}`;
}

/** Pipelines whose stage "build" can have no override, and everything a person is told. */
const REFUSED: readonly (readonly [yaml: string, said: string])[] = [
  [
    v0(typed("Deployment")),
    'stage "build" is of type Deployment, which has no image connector. Only stages of type CI, SecurityTests, IACM and IDP have an image connector. A step group with containers has a setting of its own, which this resource does not change.',
  ],
  [
    v0(typed("Custom")),
    'stage "build" is of type Custom, which has no image connector. Only stages of type CI, SecurityTests, IACM and IDP have an image connector. A step group with containers has a setting of its own, which this resource does not change.',
  ],
  [
    v0(typed("Approval")),
    'stage "build" is of type Approval, which has no image connector. Only stages of type CI, SecurityTests, IACM and IDP have an image connector. A step group with containers has a setting of its own, which this resource does not change.',
  ],
  [
    v0(`identifier: build, spec: { ${K8S} }`),
    'stage "build" has no type. Only stages of type CI, SecurityTests, IACM and IDP have an image connector. A step group with containers has a setting of its own, which this resource does not change.',
  ],
  [
    v0(typed("Pipeline", "{ org: default, pipeline: release, project: demo }")),
    'stage "build" runs the pipeline "release" and has no infrastructure of its own. Override the stages of that pipeline; this changes every run of it.',
  ],
  [
    v0(typed("Pipeline", "<+input>")),
    'stage "build" runs another pipeline and has no infrastructure of its own. Override the stages of that pipeline; this changes every run of it.',
  ],
  [
    v0(ci("{ runtime: { type: Cloud, spec: {} } }")),
    `stage "build" runs on Harness Cloud, where no stage can have an image connector of its own. Change the account-wide connector instead (account.harnessImage, connecting through the Harness Platform), or run the stage on ${KINDS}.`,
  ],
  [
    v0(ci("{ infrastructure: { useFromStage: zz } }")),
    'stage "build" takes its infrastructure from stage "zz" (useFromStage), which is no stage of this pipeline with one of its own. Correct useFromStage in the pipeline first. Its stages are build.',
  ],
  [
    v0(
      ci("{ infrastructure: { useFromStage: a } }"),
      "identifier: a, type: CI, spec: { infrastructure: { useFromStage: build } }",
    ),
    'stage "build" takes its infrastructure from stage "build" (useFromStage), which is no stage of this pipeline with one of its own. Correct useFromStage in the pipeline first. Its stages are build, a.',
  ],
  [
    v0(
      ci("{ infrastructure: { useFromStage: a } }"),
      "identifier: a, type: CI, spec: { infrastructure: { useFromStage: b } }",
      `identifier: b, type: CI, spec: { ${K8S} }`,
    ),
    'stage "build" takes its infrastructure from stage "b" (useFromStage), and with it the image connector. Override stage "b": both then pull through the same connector.',
  ],
  [
    v0(
      ci("{ infrastructure: { useFromStage: a } }"),
      "identifier: a, type: CI, spec: { runtime: { type: Cloud, spec: {} } }",
    ),
    `stage "build" takes its infrastructure from stage "a" (useFromStage), which can have no image connector of its own: stage "a" runs on Harness Cloud, where no stage can have an image connector of its own. Change the account-wide connector instead (account.harnessImage, connecting through the Harness Platform), or run the stage on ${KINDS}.`,
  ],
  [
    v0("identifier: build, type: <+input>, spec: {}"),
    'stage "build" has a runtime input for its type, so that nobody knows where its image connector stands: pipeline.stages[0].stage.type. Write the type into the pipeline; other values can stay runtime inputs.',
  ],
  [
    v0(ci("{ infrastructure: { type: <+input>, spec: {} } }")),
    'stage "build" has a runtime input for its type, so that nobody knows where its image connector stands: pipeline.stages[0].stage.spec.infrastructure.type. Write the type into the pipeline; other values can stay runtime inputs.',
  ],
  [
    v0("identifier: build, template: { templateRef: golden, templateInputs: <+input> }"),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.template.templateInputs. ${INPUT_SETS}`,
  ],
  [
    v1("id: build, runtime: { kubernetes: { namespace: ci }, vm: { pool: p } }"),
    'stage "build" has several runtimes, and Harness does not say which of them counts. Remove those that are not meant.',
  ],
  [
    v0(ci("{ infrastructure: { useFromStage: compile } }"), `identifier: compile, type: CI, spec: { ${K8S} }`),
    'stage "build" takes its infrastructure from stage "compile" (useFromStage), and with it the image connector. Override stage "compile": both then pull through the same connector.',
  ],
  [
    v0(ci("{ infrastructure: { type: KubernetesHosted, spec: { identifier: k8s } } }")),
    `stage "build" has the infrastructure KubernetesHosted, which Harness no longer offers and which has no override. Change the account-wide connector instead, or move the stage to ${KINDS}.`,
  ],
  [
    v0(ci("<+input>")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ infrastructure: <+input> }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.infrastructure. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ infrastructure: { type: KubernetesDirect, spec: <+input> } }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.infrastructure.spec. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ infrastructure: { type: VM, spec: <+input> } }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.infrastructure.spec. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ infrastructure: { type: VM, spec: { type: Pool, spec: <+input> } } }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.infrastructure.spec.spec. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ runtime: <+input> }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.runtime. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ runtime: { type: Docker, spec: <+input> } }")),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].stage.spec.runtime.spec. ${INPUT_SETS}`,
  ],
  [
    v0(ci("{ cloneCodebase: true }")),
    `stage "build" has neither infrastructure nor runtime, so that there is nothing to pull images for. Give the stage an infrastructure first: ${KINDS}.`,
  ],
  [
    v0(ci(`{ ${K8S}, runtime: { type: Docker, spec: {} } }`)),
    'stage "build" has infrastructure and runtime, and Harness does not say which of them counts. Remove the one that is not meant.',
  ],
  [
    v0(ci("{ infrastructure: { type: HostedVm, spec: {} } }")),
    `stage "build" has the infrastructure HostedVm, which is not known to have an image connector. Overrides work with ${KINDS}.`,
  ],
  [
    v0(ci("{ infrastructure: { spec: {} } }")),
    `stage "build" has an infrastructure without a type, which is not known to have an image connector. Overrides work with ${KINDS}.`,
  ],
  [
    v0(ci("{ infrastructure: { type: VM, spec: { type: HostedVm, spec: {} } } }")),
    `stage "build" has the infrastructure VM of type HostedVm, which is not known to have an image connector. Overrides work with ${KINDS}.`,
  ],
  [
    v0(ci("{ runtime: { type: Podman, spec: {} } }")),
    `stage "build" has the runtime Podman, which is not known to have an image connector. Overrides work with ${KINDS}.`,
  ],
  [
    v0(ci("{ runtime: { spec: {} } }")),
    `stage "build" has a runtime without a type, which is not known to have an image connector. Overrides work with ${KINDS}.`,
  ],
  [
    v0("identifier: build, type: CI"),
    'stage "build" has no object at pipeline.stages[0].stage.spec, on the way to its image connector. Write it in the pipeline first.',
  ],
  [
    v0(ci("{ infrastructure: { type: KubernetesDirect } }")),
    'stage "build" has no object at pipeline.stages[0].stage.spec.infrastructure.spec, on the way to its image connector. Write it in the pipeline first (an empty one is spec: {}).',
  ],
  [
    v0(ci("{ infrastructure: { type: VM, spec: { type: Pool } } }")),
    'stage "build" has no object at pipeline.stages[0].stage.spec.infrastructure.spec.spec, on the way to its image connector. Write it in the pipeline first (an empty one is spec: {}).',
  ],
  [
    v0(ci("{ runtime: { type: Docker, spec: } }")),
    'stage "build" has no object at pipeline.stages[0].stage.spec.runtime.spec, on the way to its image connector. Write it in the pipeline first (an empty one is spec: {}).',
  ],
  [
    v0(ci("{ infrastructure: [] }")),
    'stage "build" has no object at pipeline.stages[0].stage.spec.infrastructure, on the way to its image connector. Write it in the pipeline first.',
  ],
  [
    v0(ci("{ infrastructure: { type: KubernetesDirect, spec: { harnessImageConnectorRef: [a] } } }")),
    'stage "build" has something other than a text where its connector reference belongs: pipeline.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef. Harness takes only a text there: correct the pipeline first, then run again.',
  ],
  [
    v0(ci("{ infrastructure: { type: KubernetesDirect, spec: { harnessImageConnectorRef: { a: b } } } }")),
    'stage "build" has something other than a text where its connector reference belongs: pipeline.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef. Harness takes only a text there: correct the pipeline first, then run again.',
  ],
  [
    v0(ci("{ runtime: { type: Docker, spec: { harnessImageConnectorRef: 5 } } }")),
    'stage "build" has something other than a text where its connector reference belongs: pipeline.stages[0].stage.spec.runtime.spec.harnessImageConnectorRef. Harness takes only a text there: correct the pipeline first, then run again.',
  ],
  [
    v0("identifier: build, template: { templateRef: account.golden, versionLabel: v1 }"),
    'stage "build" comes from the template account.golden, which does not leave its image connector open. In the template account.golden, write harnessImageConnectorRef: <+input>; then pipeline.stages[0].stage.template.templateInputs.spec.infrastructure.spec.harnessImageConnectorRef appears in the inputs of this pipeline and can be overridden, with adopt: true. Or override it in the template itself.',
  ],
  [
    v0(`identifier: build, template: { templateRef: golden, templateInputs: { type: CI, spec: { ${K8S} } } }`),
    'stage "build" comes from the template golden, which does not leave its image connector open. In the template golden, write harnessImageConnectorRef: <+input>; then pipeline.stages[0].stage.template.templateInputs.spec.infrastructure.spec.harnessImageConnectorRef appears in the inputs of this pipeline and can be overridden, with adopt: true. Or override it in the template itself.',
  ],
  [
    v0(
      "identifier: build, template: { templateRef: golden, templateInputs: { type: CI, spec: { infrastructure: { type: VM, spec: { type: Pool, spec: {} } } } } }",
    ),
    'stage "build" comes from the template golden, which does not leave its image connector open. In the template golden, write harnessImageConnectorRef: <+input>; then pipeline.stages[0].stage.template.templateInputs.spec.infrastructure.spec.spec.harnessImageConnectorRef appears in the inputs of this pipeline and can be overridden, with adopt: true. Or override it in the template itself.',
  ],
  [
    v0("identifier: build, template: <+input>"),
    'stage "build" comes from its template, which does not leave its image connector open. In its template, write harnessImageConnectorRef: <+input>; then pipeline.stages[0].stage.template.templateInputs.spec.infrastructure.spec.harnessImageConnectorRef appears in the inputs of this pipeline and can be overridden, with adopt: true. Or override it in the template itself.',
  ],
  [
    `pipeline:\n  template: { templateRef: org.golden, templateInputs: { stages: [{ stage: { ${ci(`{ ${K8S} }`)} } }] } }`,
    'the pipeline comes from the template org.golden, which does not leave the image connector of stage "build" open. In the template org.golden, write harnessImageConnectorRef: <+input> in that stage; then pipeline.template.templateInputs.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef appears in the inputs of this pipeline and can be overridden, with adopt: true.',
  ],
  [
    v1("id: build, runtime: cloud"),
    `stage "build" runs on Harness Cloud, where no stage can have an image connector of its own. Change the account-wide connector instead (account.harnessImage, connecting through the Harness Platform), or run the stage on ${KINDS}.`,
  ],
  [
    v1("id: build, runtime: { cloud: { size: large } }"),
    `stage "build" runs on Harness Cloud, where no stage can have an image connector of its own. Change the account-wide connector instead (account.harnessImage, connecting through the Harness Platform), or run the stage on ${KINDS}.`,
  ],
  [
    v1("id: build, runtime: k8"),
    'stage "build" names its runtime with the word "k8", which leaves no place for an image connector. Write the object instead, e.g. runtime: { kubernetes: {} } with its settings, then override it.',
  ],
  [
    v1("id: build, runtime: shell"),
    'stage "build" names its runtime with the word "shell", which leaves no place for an image connector. Write the object instead, e.g. runtime: { shell: {} } with its settings, then override it.',
  ],
  [
    v1("id: build, runtime: <+input>"),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].runtime. ${INPUT_SETS}`,
  ],
  [
    v1("id: build, runtime: { vm: <+input> }"),
    `stage "build" has a runtime input where an object must be: pipeline.stages[0].runtime.vm. ${INPUT_SETS}`,
  ],
  [
    v1("id: build, runtime: { vm: }"),
    'stage "build" has no object at pipeline.stages[0].runtime.vm, on the way to its image connector. Write it in the pipeline first (an empty one is vm: {}).',
  ],
  [
    v1("id: build, runtime: {}"),
    'stage "build" has an empty runtime. Overrides work with the runtimes kubernetes, vm or shell.',
  ],
  [
    v1("id: build, runtime: { delegate: {} }"),
    'stage "build" has the runtime delegate, which is not known to have an image connector. Overrides work with the runtimes kubernetes, vm or shell.',
  ],
  [
    v1("id: build, steps: []"),
    'stage "build" has no runtime, so that there is nothing to pull images for. Give the stage a runtime first: kubernetes, vm or shell.',
  ],
  [
    v1("id: build, runtime: { shell: { connector: [] } }"),
    'stage "build" has something other than a text where its connector reference belongs: pipeline.stages[0].runtime.shell.connector. Harness takes only a text there: correct the pipeline first, then run again.',
  ],
  [
    v1("id: build, template: { uses: golden@1 }"),
    'stage "build" is made from a template, and what it runs is not written in this pipeline. Set the image connector in the template; this changes all that use it.',
  ],
  [
    v1("id: build, chain: { uses: release }"),
    'stage "build" is a chain, and what it runs is not written in this pipeline. Override the stages of the pipeline it runs; this changes every run of it.',
  ],
  [
    v1("id: build, dynamic: { yaml: x }"),
    'stage "build" is dynamic, and what it runs is not written in this pipeline. Set the image connector in the YAML it is made of.',
  ],
];

describe("a stage that can have no override", () => {
  it("is refused with what is the matter and the way out [H127] [H128] [H129] [H130] [H131] [H135] [H136] [H137] [H138] [H139]", () => {
    for (const [yaml, said] of REFUSED) assert.deepEqual([yaml, refusal(yaml)], [yaml, said]);
  });

  it("is refused by an edit in the same words, and the text stays as it is", () => {
    for (const [yaml, said] of REFUSED) {
      const edit = { stage: "build", wish: { kind: "set", value: "account.x", mark: undefined } } as const;
      const { text, refused } = edited(yaml, [edit]);
      const found = refused.get(edit);
      assert.deepEqual([text, found && refusalText(found)], [yaml, said]);
    }
  });
});

function refusal(yaml: string): string {
  const pipeline = readPipeline(yaml);
  if ("problem" in pipeline) return refusalText(unreadable(pipeline.problem));
  const place = placeOf(pipeline, "build");
  return "what" in place ? refusalText(place) : "not refused";
}
