import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { type Edit, edited } from "../../provider/domain/override-edit";
import { type Former, markOwner } from "../../provider/domain/override-mark";
import { placeOf, valueAt } from "../../provider/domain/override-place";
import { formerAt, markAt } from "../../provider/domain/override-splice";
import { type Pipeline, readPipeline } from "../../provider/domain/pipeline-stages";
import { anyPipeline, awkwardPipeline, bigPipeline } from "./generated-pipeline";
import type { Fact } from "./pipeline-builder";

const OWNER = "acme/ci/prod/checkout build #1";
const VALUES = ["account.new_mirror", "org.mirror", "mirror", "<+pipeline.variables.mirror>"];
const SEED = 20261121;

const wanted = fc.record({ value: fc.constantFrom(...VALUES), marked: fc.boolean(), pick: fc.nat() });

describe("an override of one stage, in any pipeline", function () {
  this.timeout(120_000);

  it("finds the stage, its infrastructure and its reference, however they are written", () => {
    holds(anyPipeline, 600, (made) => {
      const pipeline = read(made.text);
      for (const { stage, infrastructure, path, former } of made.possible) {
        const place = placed(pipeline, stage);
        assert.deepEqual([place.infrastructure, place.path, valueAt(place)], [infrastructure, path, former]);
      }
    });
  });

  it("changes one line and one value, and is found again as it was set", () => {
    holds(fc.tuple(anyPipeline, wanted), 550, ([made, { value, marked, pick }]) => {
      const fact = chosen(made.possible, pick);
      const { text, edit, former, unmarked } = set(made.text, fact.stage, value, marked);
      assert.deepEqual(contentOf(text), withValue(contentOf(made.text), fact.path, value));
      const { gone, come } = difference(made.text, text);
      // What is not there comes as a line of its own, but in a flow map.
      const isNew = fact.lines === 0 && /^\s*[\w-]+: \S+( #.*)?$/.test(come[0] ?? "");
      const most = isNew ? 0 : Math.max(fact.lines, 1);
      assert(come.length === 1 && gone.length <= most, "one line is added or changed");
      const again = read(text);
      const place = placed(again, fact.stage);
      assert.equal(valueAt(place), value);
      assert.equal(unmarked, marked && isJson(made.text));
      assert.equal(isJson(text), isJson(made.text));
      const mark = marked && !unmarked ? { owner: markOwner(OWNER), former } : undefined;
      assert.deepEqual(markAt(again.yaml, place), mark);
      assert.equal(edited(text, [edit]).text, text, "to set it again changes nothing");
    });
  });

  it("comes off without a trace, also when it was changed in between", () => {
    holds(fc.tuple(anyPipeline, wanted, wanted), 1000, ([made, first, second]) => {
      const { stage } = chosen(made.possible, first.pick);
      const once = set(made.text, stage, first.value, first.marked);
      assert.equal(takenBack(once.text, [[stage, once.former]]), made.text);
      const twice = apply(once.text, [setting(stage, second.value, second.marked, once.former)]);
      assert.equal(takenBack(twice.text, [[stage, once.former]]), made.text);
    });
  });

  it("loses only its mark where only the mark is to go", () => {
    holds(fc.tuple(anyPipeline, wanted), 250, ([made, { value, pick }]) => {
      const { stage } = chosen(made.possible, pick);
      const plain = set(made.text, stage, value, false);
      const marked = set(made.text, stage, value, true);
      assert.equal(apply(marked.text, [{ stage, wish: { kind: "unmark" } }]).text, plain.text);
      assert.equal(apply(plain.text, [setting(stage, value, true, plain.former)]).text, marked.text);
    });
  });
});

describe("overrides of several stages, in any pipeline", function () {
  this.timeout(120_000);

  it("come off in any order, alone or together, and leave no trace", () => {
    const order = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
    holds(fc.tuple(anyPipeline, order, wanted), 350, ([made, numbers, { value, marked }]) => {
      const taken = shuffled(made.possible, numbers);
      const pipeline = read(made.text);
      const formers = new Map(taken.map(({ stage }) => [stage, formerOf(pipeline, stage)] as const));
      const edits = taken.map(({ stage }) => setting(stage, value, marked, formers.get(stage) ?? { kind: "absent" }));
      const all = apply(made.text, edits).text;
      const expected = taken.reduce<unknown>(
        (content, { path }) => withValue(content, path, value),
        contentOf(made.text),
      );
      assert.deepEqual(contentOf(all), expected);
      assert.equal(apply(all, edits).text, all, "to set them again changes nothing");
      const back = shuffled([...formers], [...numbers].reverse());
      assert.equal(takenBack(all, back), made.text, "all at once");
      assert.equal(
        back.reduce((text, one) => takenBack(text, [one]), all),
        made.text,
        "one after the other",
      );
    });
  });

  it("work in pipelines of one stage, of two hundred, and of any number between", () => {
    holds(fc.tuple(bigPipeline, wanted), 12, ([made, { value, marked }]) => {
      const pipeline = read(made.text);
      const formers = made.possible.map(({ stage }) => [stage, formerOf(pipeline, stage)] as const);
      const edits = formers.map(([stage, former]) => setting(stage, value, marked, former));
      const all = apply(made.text, edits).text;
      const again = read(all);
      for (const { stage } of made.possible) assert.equal(valueAt(placed(again, stage)), value);
      assert.equal(takenBack(all, formers), made.text);
    });
  });
});

describe("a stage that can have no override, in any pipeline", function () {
  this.timeout(120_000);

  it("is refused, and the text stays as it is [H128] [H129] [H130]", () => {
    holds(fc.tuple(awkwardPipeline, wanted), 375, ([made, { value, marked }]) => {
      const edits = made.impossible.map((stage) => setting(stage, value, marked, { kind: "absent" }));
      const { text, refused } = edited(made.text, edits);
      assert.deepEqual([text, [...refused.keys()]], [made.text, edits]);
    });
  });

  it("does not keep the stages beside it from theirs, nor changes with them", () => {
    holds(fc.tuple(awkwardPipeline, wanted), 375, ([made, { value }]) => {
      const possible = made.possible.map(({ stage }) => setting(stage, value, false, { kind: "absent" }));
      const impossible = made.impossible.map((stage) => setting(stage, value, false, { kind: "absent" }));
      const { text, refused } = edited(made.text, [...impossible, ...possible]);
      assert.deepEqual([...refused.keys()], impossible);
      const expected = made.possible.reduce<unknown>(
        (content, { path }) => withValue(content, path, value),
        contentOf(made.text),
      );
      assert.deepEqual(contentOf(text), expected);
    });
  });
});

/** Holds a property for as many pipelines as are asked for, the same ones each time. */
function holds<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, check: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, check), { numRuns, seed: SEED });
}

function set(text: string, stage: string, value: string, marked: boolean) {
  const former = formerOf(read(text), stage);
  const edit = setting(stage, value, marked, former);
  const done = apply(text, [edit]);
  return { text: done.text, edit, former, unmarked: done.unmarked.has(edit) };
}

function setting(stage: string, value: string, marked: boolean, former: Former): Edit {
  return { stage, wish: { kind: "set", value, mark: marked ? { owner: OWNER, former } : undefined } };
}

function apply(text: string, edits: readonly Edit[]) {
  const done = edited(text, edits);
  assert.deepEqual([...done.refused.values()], []);
  return done;
}

function takenBack(text: string, formers: readonly (readonly [stage: string, former: Former])[]): string {
  return apply(
    text,
    formers.map(([stage, former]) => ({ stage, wish: { kind: "put back", former } })),
  ).text;
}

function read(text: string): Pipeline {
  const pipeline = readPipeline(text);
  assert(!("problem" in pipeline));
  return pipeline;
}

function placed(pipeline: Pipeline, stage: string) {
  const place = placeOf(pipeline, stage);
  assert(!("what" in place), "what" in place ? place.what : "");
  return place;
}

function formerOf(pipeline: Pipeline, stage: string): Former {
  return formerAt(pipeline.yaml, placed(pipeline, stage));
}

function chosen(facts: readonly Fact[], pick: number): Fact {
  const fact = facts[pick % facts.length];
  assert(fact !== undefined);
  return fact;
}

function shuffled<T>(items: readonly T[], numbers: readonly number[]): T[] {
  const ranked = items.map((item, index) => ({ item, rank: numbers[index % numbers.length] ?? 0 }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/** What a text means to a reader of YAML; nothing in it is shared. */
function contentOf(text: string): unknown {
  return JSON.parse(JSON.stringify(parse(text, { merge: true, maxAliasCount: -1, logLevel: "silent" })));
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

function withValue(root: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root)) return root.map((item, index) => (index === key ? withValue(item, rest, value) : item));
  assert(typeof root === "object" && root !== null);
  return { ...root, [key]: withValue(Reflect.get(root, key), rest, value) };
}

/** The lines that differ between two texts. */
function difference(before: string, after: string): { readonly gone: string[]; readonly come: string[] } {
  const [gone, come] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  while (gone.length > 0 && come.length > 0 && gone[0] === come[0]) {
    gone.shift();
    come.shift();
  }
  while (gone.length > 0 && come.length > 0 && gone.at(-1) === come.at(-1)) {
    gone.pop();
    come.pop();
  }
  return { gone, come };
}
