import type { NestModel, NodeModel, PipelineModel, SharedModel, StageModel } from "./pipeline-model";
import {
  ANCHORED,
  holderOf,
  impossibleParts,
  infrastructureOf,
  KINDS,
  leafOf,
  type Parts,
  scriptOf,
  sharingParts,
  templateOf,
} from "./pipeline-parts";
import { type Entry, list, map, type Tree, text, written } from "./yaml-writer";

/** What is known of a stage that can be overridden, without reading what was written. */
export interface Fact {
  readonly stage: string;
  readonly infrastructure: string;
  readonly path: readonly (string | number)[];
  /** The reference it has; undefined when it has none, or an empty one. */
  readonly former: string | undefined;
  /** How many lines its setting takes. */
  readonly lines: number;
}

/** A pipeline, and what is known of it. */
export interface GeneratedPipeline {
  readonly text: string;
  readonly possible: readonly Fact[];
  /** The stages that cannot be overridden. */
  readonly impossible: readonly string[];
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly inFlow: boolean;
}

/** Writes one pipeline, counts its stages and collects what is known of them. */
export class PipelineBuilder {
  readonly #model: PipelineModel;
  readonly #possible: Fact[] = [];
  readonly #impossible: string[] = [];
  #count = 0;

  constructor(model: PipelineModel) {
    this.#model = model;
  }

  /** The pipeline; once. */
  build(): GeneratedPipeline {
    const { dialect, whole, nodes, layout } = this.#model;
    const path = this.#isTemplate() ? ["template", "templateInputs", "stages"] : ["stages"];
    const stages: Entry = ["stages", this.#list(nodes, { path: ["pipeline", ...path], inFlow: whole !== undefined })];
    const version: Entry[] = dialect === "v1" ? [["version", text(1)]] : [];
    const pipeline = map([
      ["name", text("Generated", "single")],
      [dialect === "v1" ? "id" : "identifier", text("generated")],
      ["tags", map([])],
      this.#isTemplate() ? templateOf([stages]) : stages,
    ]);
    const root = map([...version, ["x-shared", ANCHORED], ["pipeline", pipeline]], whole);
    return { text: written(root, layout), possible: this.#possible, impossible: this.#impossible };
  }

  #isTemplate(): boolean {
    return this.#model.template && this.#model.dialect === "v0";
  }

  #list(nodes: readonly NodeModel[], { path, inFlow }: Place): Tree {
    const trees: Tree[] = [];
    for (const node of nodes) {
      const here = { path: [...path, trees.length], inFlow };
      if (node.node === "stage") trees.push(this.#stage(node, here));
      else if (node.node === "nest") trees.push(this.#nest(node, here));
      else trees.push(...this.#sharing(node));
    }
    return list(trees);
  }

  /** [H133] [H139] */
  #nest({ parallel, nodes, item }: NestModel, { path, inFlow }: Place): Tree {
    const v1 = this.#model.dialect === "v1";
    const key = parallel ? "parallel" : v1 ? "group" : "insert";
    const bare = parallel && !v1;
    const id: Entry[] = parallel ? [] : [[v1 ? "id" : "identifier", text(`nest${this.#count++}`)]];
    const inside = { path: [...path, key, ...(bare ? [] : ["stages"])], inFlow: inFlow || item !== undefined };
    const stages = this.#list(nodes, inside);
    return map([[key, bare ? stages : map([...id, ["stages", stages]])]], item);
  }

  #stage(model: StageModel, { path, inFlow }: Place): Tree {
    const { dialect } = this.#model;
    const identifier = this.#identifier();
    if (model.impossible !== undefined) {
      this.#impossible.push(identifier);
      return this.#item(identifier, model, impossibleParts(dialect, model.impossible), false);
    }
    const kind = KINDS[dialect][model.infrastructure % 3] ?? KINDS[dialect][0];
    const flow = inFlow || model.item !== undefined;
    const fromTemplate = model.template && dialect === "v0";
    const leaf = leafOf(model.leaf, kind.key, flow || model.holder !== undefined);
    if (leaf.entries.length === 0 && (fromTemplate || this.#isTemplate())) this.#impossible.push(identifier);
    else {
      const body =
        dialect === "v1" ? [] : fromTemplate ? ["stage", "template", "templateInputs", "spec"] : ["stage", "spec"];
      const full = [...path, ...body, ...kind.path, kind.key];
      const { former, lines } = leaf;
      this.#possible.push({ stage: identifier, infrastructure: kind.name, path: full, former, lines });
    }
    const infrastructure = infrastructureOf(kind.name, holderOf(model, leaf.entries, flow));
    const parts = dialect === "v0" ? { spec: [infrastructure] } : { beside: [infrastructure] };
    return this.#item(identifier, model, parts, fromTemplate);
  }

  /** Stages that share their text, each in a way of its own. */
  #sharing({ how, stage }: SharedModel): Tree[] {
    return sharingParts(this.#model.dialect, `shared${this.#count}`, how).map((parts) => {
      const identifier = this.#identifier();
      this.#impossible.push(identifier);
      return this.#item(identifier, { ...stage, item: undefined }, parts, false);
    });
  }

  #item(identifier: string, model: StageModel, { type, spec, beside = [] }: Parts, fromTemplate: boolean): Tree {
    const name: Entry = ["name", text(model.name, "single")];
    const run = map([["shell", text("Sh")], ...scriptOf(model.script)]);
    if (this.#model.dialect === "v1") {
      const steps: Entry = ["steps", list([map([["run", run]])])];
      return map([["id", text(identifier)], name, ...beside, steps], model.item);
    }
    const step = map([
      ["type", text("Run")],
      ["identifier", text("run")],
      ["spec", run],
    ]);
    const execution: Entry = ["execution", map([["steps", list([map([["step", step]])])]])];
    const specs: Entry[] = spec === undefined ? [] : [["spec", "kind" in spec ? spec : map([...spec, execution])]];
    const strategy: Entry[] = model.strategy ? [["strategy", map([["parallelism", text(2)]], "line")]] : [];
    const inner: Entry[] = [["type", text(type ?? model.type)], ...strategy, ...specs];
    const rest = fromTemplate ? [templateOf(inner)] : [...inner, ...beside];
    return map([["stage", map([name, ["identifier", text(identifier)], ...rest])]], model.item);
  }

  #identifier(): string {
    const number = this.#count++;
    const names = this.#model.dialect === "v0" ? ["build", "Stage$", "e_2_e", "_x"] : ["unit-", "a.b", "Build", "x_"];
    return `${names[number % names.length]}${number}`;
  }
}
