import fc from "fast-check";
import { type GeneratedPipeline, PipelineBuilder } from "./pipeline-builder";
import { type Flow, LEAF_STYLES, type NodeModel, type StageModel } from "./pipeline-model";
import type { Layout } from "./yaml-writer";

/** Comments as people write them, and such as could confuse us. */
const comment = fc.oneof(
  fc.constantFrom(
    "# note",
    "#",
    "#! do not touch",
    "# was: account.old",
    "# \"quoted\" and 'single'",
    "# tab\tin\tit",
    "# harnessImageConnectorRef: account.commented",
    "#  &anchor *alias {brace [bracket",
    "# ünï 日本 🚢 # twice",
    "# pulumi is not what wrote this",
  ),
  fc.string({ unit: "grapheme", maxLength: 10 }).map((words) => `# ${words}`),
);
const noise = fc.record({ indent: fc.nat({ max: 14 }), text: fc.oneof(fc.constant(""), comment) });
const trailing = fc.tuple(fc.constantFrom(" ", "  ", "   ", "\t"), comment).map(([gap, words]) => gap + words);
const sometimes = <T>(some: fc.Arbitrary<T>) =>
  fc.array(fc.option(some, { nil: undefined, freq: 2 }), { minLength: 1, maxLength: 9 });

const layout: fc.Arbitrary<Layout> = fc.record({
  indent: fc.constantFrom(2 as const, 4 as const),
  dashed: fc.boolean(),
  json: fc.boolean(),
  roomy: fc.boolean(),
  breaks: fc.constantFrom("\n" as const, "\n" as const, "\r\n" as const),
  start: fc.constantFrom("", "", "---\n", "\uFEFF", "\uFEFF---\n", "# Generated\n\n", "--- # ours\n"),
  ended: fc.boolean(),
  noise: sometimes(noise),
  trailing: sometimes(trailing),
});

/** References, names and whatever else can stand where a text is expected. */
const anyText = fc.oneof(
  fc.constantFrom("account.mirror", "org.images", "images", "<+input>", "account.harnessImage"),
  fc.constantFrom(
    ...["", "true", "123", "~", "key: value", "a # b", "#x", "- a", "*no", "it's", 'say "x"', "{a}", "absent"],
    ...["text x", "<+input>.default(account.x)", "ünï-日本 🚢", `long ${"# and : ".repeat(40)}end`],
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);

const leaf = fc.record({
  style: fc.constantFrom(...LEAF_STYLES),
  value: anyText,
  gap: fc.constantFrom("", "", " ", "   "),
  key: fc.constantFrom("plain" as const, "plain" as const, "single" as const, "double" as const),
  at: fc.nat({ max: 10 }),
});

const seldomFlow: fc.Arbitrary<Flow> = fc.constantFrom(
  ...[undefined, undefined, undefined, undefined, undefined, "line" as const, "lines" as const],
);
const stage: fc.Arbitrary<StageModel> = fc.record({
  node: fc.constant("stage" as const),
  impossible: fc.option(fc.nat({ max: 999 }), { nil: undefined, freq: 2 }),
  infrastructure: fc.nat({ max: 2 }),
  type: fc.constantFrom("CI", "CI", "SecurityTests", "IACM", "IDP"),
  template: fc.boolean(),
  name: anyText,
  leaf,
  settings: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { maxLength: 5 }),
  holder: seldomFlow,
  item: seldomFlow,
  strategy: fc.boolean(),
  script: fc.nat({ max: 4 }),
});
/** A stage that can be overridden, in whatever it stands. */
const sure = stage.map((model): StageModel => {
  const { leaf: own } = model;
  return { ...model, impossible: undefined, leaf: own.style === "absent" ? { ...own, style: "plain" } : own };
});
const free = stage.map((model): StageModel => ({ ...model, impossible: undefined, template: false }));

const shared: fc.Arbitrary<NodeModel> = fc.record({
  node: fc.constant("shared" as const),
  how: fc.nat({ max: 99 }),
  stage,
});

const nodesOf = (leaves: fc.Arbitrary<NodeModel>) =>
  fc.letrec<{ node: NodeModel; nest: NodeModel }>((tie) => ({
    node: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaves, tie("nest")),
    nest: fc.record({
      node: fc.constant("nest" as const),
      parallel: fc.boolean(),
      nodes: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
      item: seldomFlow,
    }),
  })).node;

/** Any pipeline with at least one stage that can be overridden. */
export const anyPipeline = pipelineOf(
  fc.tuple(fc.array(nodesOf(fc.oneof(stage, free)), { maxLength: 3 }), sure).map(([nodes, one]) => [...nodes, one]),
);

/** A pipeline in which stages share text, or can have no override for another reason. */
export const awkwardPipeline = pipelineOf(
  fc
    .tuple(fc.array(nodesOf(fc.oneof(stage, shared)), { minLength: 1, maxLength: 3 }), sure, shared)
    .map(([nodes, one, two]) => [one, ...nodes, two]),
);

/** A pipeline of few or many stages. */
export const bigPipeline = pipelineOf(
  fc
    .tuple(fc.array(nodesOf(free), { minLength: 0, maxLength: 120, size: "max" }), sure)
    .map(([nodes, one]) => [...nodes, one]),
);

function pipelineOf(nodes: fc.Arbitrary<readonly NodeModel[]>): fc.Arbitrary<GeneratedPipeline> {
  const model = fc.record({
    dialect: fc.constantFrom("v0" as const, "v0" as const, "v1" as const),
    template: fc.nat({ max: 5 }).map((one) => one === 0),
    whole: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: seldomFlow }),
    nodes,
    layout,
  });
  return model.map((one) => new PipelineBuilder(one).build());
}
