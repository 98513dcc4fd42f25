import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { hasUnknown, isUnknown, isUnknownAt } from "../../provider/domain/unknown";

/** One a kind, as the engine defines them: bool, number, string, array, asset, archive, object. */
const SENTINELS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];
const [SOME = ""] = SENTINELS;

describe("values not yet known", () => {
  it("are recognised in all seven spellings of the engine, that of Node programs among them", () => {
    assert.deepEqual(
      SENTINELS.map((text) => isUnknown(text)),
      SENTINELS.map(() => true),
    );
    assert(isUnknown(runtime.unknownValue));
  });

  it("are nothing else", () => {
    for (const value of ["", "unknown", `${SOME} `, undefined, null, 0, {}, [SOME]]) assert(!isUnknown(value));
  });

  it("are found at any depth", () => {
    assert(hasUnknown(SOME) && hasUnknown([[SOME]]) && hasUnknown({ a: { b: [1, SOME] } }));
    assert(!hasUnknown({ a: { b: [1, "x", null] } }) && !hasUnknown(undefined) && !hasUnknown(null));
  });

  it("hide everything below them", () => {
    const root = { auth: SOME, list: ["x", SOME], text: "x" };
    assert(isUnknownAt(root, ["auth"]) && isUnknownAt(root, ["auth", "type"]) && isUnknownAt(root, ["list", 1]));
    assert(!isUnknownAt(root, ["list", 0]) && !isUnknownAt(root, ["text", "length", "x"]) && !isUnknownAt(root, []));
    assert(isUnknownAt(SOME, []) && isUnknownAt(SOME, ["a"]) && !isUnknownAt(null, ["a"]));
  });
});
