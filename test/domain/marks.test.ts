import assert from "node:assert/strict";
import fc from "fast-check";
import { FORMER_TAG, MARK_TAGS, marked, OWNER_TAG, ownership, unmarked } from "../../provider/domain/marks";

const tags = fc.dictionary(
  fc.string().filter((key) => !MARK_TAGS.includes(key)),
  fc.string(),
);

describe("the marks on a Harness object", () => {
  it("are the tags pulumi_owner and pulumi_former", () => {
    assert.deepEqual([...MARK_TAGS], ["pulumi_owner", "pulumi_former"]);
    assert.deepEqual(marked({ team: "a" }, "o/p/s/n", "{}"), {
      team: "a",
      pulumi_owner: "o/p/s/n",
      pulumi_former: "{}",
    });
  });

  it("say nothing of a former state where there was none", () => {
    assert(!(FORMER_TAG in marked({}, "o/p/s/n", undefined)));
  });

  it("come off without a trace", () => {
    fc.assert(
      fc.property(tags, fc.string(), fc.option(fc.string(), { nil: undefined }), (given, owner, former) => {
        assert.deepEqual(unmarked(marked(given, owner, former)), { ...given });
      }),
    );
  });

  it("tell ours from nobody's and from another's, in any of our spellings", () => {
    const mine = [undefined, "o/p/old/n", "o/p/new/n"];
    assert.equal(ownership({}, mine), "nobody");
    assert.equal(ownership({ [OWNER_TAG]: "" }, mine), "nobody");
    assert.equal(ownership({ [OWNER_TAG]: "o/p/old/n" }, mine), "ours");
    assert.equal(ownership({ [OWNER_TAG]: "o/p/new/n" }, mine), "ours");
    assert.deepEqual(ownership({ [OWNER_TAG]: "o/p/other/n" }, mine), { other: "o/p/other/n" });
    assert.deepEqual(ownership({ [OWNER_TAG]: "o/p/s/n" }, []), { other: "o/p/s/n" });
  });
});
