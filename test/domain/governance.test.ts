import assert from "node:assert/strict";
import { denialWords, isDenied } from "../../provider/domain/governance";
import type { Plain } from "../../provider/domain/plain";

describe("policy metadata of an answer", () => {
  it("means that nothing was saved when it denies, in either spelling [H40]", () => {
    assert(isDenied({ deny: true }) && isDenied({ status: "error" }) && isDenied({ status: "error", deny: false }));
    for (const metadata of [undefined, null, "error", [], {}, { deny: false }, { status: "pass" }, { deny: "true" }]) {
      assert(!isDenied(metadata), JSON.stringify(metadata));
    }
  });

  it("yields the words of the policies that denied, and of no other [H40]", () => {
    const denying = { policyName: "no anonymous", status: "error", denyMessages: ["use credentials", "ask team X"] };
    const table: readonly (readonly [metadata: Plain, words: readonly string[]])[] = [
      [
        { details: [{ policyMetadata: [denying, { policyName: "fine", status: "pass", denyMessages: ["no"] }] }] },
        ['policy "no anonymous" says: use credentials; ask team X'],
      ],
      [
        { detailsList: [{ policyMetadataList: [{ identifier: "p1", denyMessagesList: ["a"] }] }, {}] },
        ['policy "p1" says: a'],
      ],
      [
        { policy_set_metadata: [{ policy_metadata: [{ policy_name: "p2", status: "failure", deny_messages: [] }] }] },
        ['policy "p2"'],
      ],
      [
        { policySetMetadata: [{ policyMetadata: [{ status: "error", denyMessages: [1, null, "b"] }] }] },
        ['policy "a policy" says: b'],
      ],
      [{ message: "Denied by the account's policies", details: [] }, ["Denied by the account's policies"]],
      [
        { message: "summary", details: [{ policyMetadata: [denying] }] },
        ['policy "no anonymous" says: use credentials; ask team X'],
      ],
    ];
    for (const [metadata, words] of table) assert.deepEqual(denialWords(metadata), words);
  });

  it("yields no words rather than wrong ones from shapes it does not know", () => {
    const shapes = [
      {},
      { message: "" },
      { details: "x" },
      { details: [null, 1, []] },
      { details: [{ policyMetadata: {} }] },
    ];
    for (const metadata of shapes) assert.deepEqual(denialWords(metadata), []);
  });
});
