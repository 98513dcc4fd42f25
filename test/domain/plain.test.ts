import assert from "node:assert/strict";
import fc from "fast-check";
import { isPlain, omit, sameValue, withoutUndefined } from "../../provider/domain/plain";

describe("plain JSON values", () => {
  it("are objects, not lists and not null", () => {
    assert.deepEqual([{}, { a: 1 }, [], null, undefined, "x", 1].map(isPlain), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("lose undefined at any depth, because the engine refuses it inside results", () => {
    const given = { a: undefined, b: { c: undefined, d: [{ e: undefined, f: 0 }] }, g: null, h: "" };
    assert.deepEqual(withoutUndefined(given), { b: { d: [{ f: 0 }] }, g: null, h: "" });
    assert("a" in given, "the given object stays as it was");
  });

  it("lose the named keys in a copy", () => {
    const given = { a: 1, b: 2, c: 3 };
    assert.deepEqual([omit(given, ["a", "c", "none"]), given], [{ b: 2 }, { a: 1, b: 2, c: 3 }]);
  });

  it("are equal whatever the order of keys, and an undefined key counts as absent", () => {
    assert(sameValue({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2, d: undefined }], a: 1 }));
  });

  it("differ by value, by type, by length and by the order of a list", () => {
    const pairs: readonly (readonly [a: unknown, b: unknown])[] = [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 1, b: 2 }],
      [[1, 2], [2, 1]], // biome-ignore format: pairs
      [[1], [1, 1]], // biome-ignore format: pairs
      [[], {}],
      [null, undefined],
      [null, {}],
      ["1", 1],
      [{ a: undefined }, { a: null }],
    ];
    for (const [a, b] of pairs) assert(!sameValue(a, b) && !sameValue(b, a), JSON.stringify([a, b]));
  });

  it("are equal to their own copy", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => sameValue(value, structuredClone(value))));
  });
});
