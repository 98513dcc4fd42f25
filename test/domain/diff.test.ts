import assert from "node:assert/strict";
import fc from "fast-check";
import { type DiffRules, differ, needsCall, sameOrBlank, sameSet } from "../../provider/domain/diff";
import { dockerConnectorDomain } from "../../provider/domain/docker-connector";
import type { Plain } from "../../provider/domain/plain";
import { secretTextDomain } from "../../provider/domain/secret-text";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const CONNECTOR: Plain = {
  name: "Docker",
  identifier: "docker",
  ref: "account.docker",
  url: "https://us.icr.io",
  providerType: "Other",
  auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: "account.key" },
  connectivityMode: "Delegate",
  delegateSelectors: ["eu", "gpu"],
  description: "",
  tags: { team: "ci" },
  accountId: "A",
};

/** What a change of each argument means: the table of the reference documentation. */
const OBJECT_EFFECTS = {
  identifier: "replace",
  orgId: "replace",
  projectId: "replace",
  name: "update",
  description: "update",
  tags: "update",
  adopt: "note",
  onDelete: "note",
  forceDelete: "note",
  preflight: "ignore",
  accountId: "ignore",
};
const CONNECTOR_EFFECTS = {
  ...OBJECT_EFFECTS,
  url: "update",
  providerType: "update",
  auth: "update",
  connectivityMode: "update",
  delegateSelectors: "update",
  testConnection: "note",
  triggers: "update",
};
const SECRET_EFFECTS = {
  ...OBJECT_EFFECTS,
  value: "update",
  valueDigest: "update",
  version: "note",
  valueFromEnv: "note",
  reference: "update",
  secretManagerIdentifier: "update",
};

const effects = (rules: DiffRules) =>
  Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, rule.effect]));

describe("the difference between stored and wanted", () => {
  it("is none for what the engine stored itself", () => {
    const wanted = { ...CONNECTOR, __provider: "text", __owner: "o/p/s/n", ref: "account.other" };
    assert.deepEqual(differ(dockerConnectorDomain.rules, CONNECTOR, wanted), {
      changes: false,
      replaces: [],
      changed: [],
    });
  });

  it("follows one table a resource [H34]", () => {
    assert.deepEqual(effects(dockerConnectorDomain.rules), CONNECTOR_EFFECTS);
    assert.deepEqual(effects(secretTextDomain.rules), SECRET_EFFECTS);
  });

  it("has the effect its rule says, for each argument alone", () => {
    for (const { rules } of [dockerConnectorDomain, secretTextDomain]) {
      for (const [key, { effect }] of Object.entries(rules)) {
        const found = differ(rules, CONNECTOR, { ...CONNECTOR, [key]: ["changed"] });
        const changed = effect === "ignore" ? [] : [key];
        const replaces = effect === "replace" ? [key] : [];
        assert.deepEqual(found, { changes: changed.length > 0, replaces, changed }, key);
        assert.equal(needsCall(rules, found), effect === "update" || effect === "replace", key);
      }
    }
  });

  it("counts a value known only after the update as a change, wherever it stands", () => {
    for (const { rules } of [dockerConnectorDomain, secretTextDomain]) {
      for (const [key, { effect }] of Object.entries(rules)) {
        for (const unknown of [UNKNOWN, { inside: UNKNOWN }, ["x", UNKNOWN]]) {
          const stored = { ...CONNECTOR, [key]: unknown };
          assert.equal(differ(rules, stored, { ...CONNECTOR, [key]: unknown }).changes, effect !== "ignore", key);
        }
      }
    }
  });

  it("needs a call as soon as one change does", () => {
    const rules = dockerConnectorDomain.rules;
    const remembered = differ(rules, CONNECTOR, { ...CONNECTOR, adopt: true, onDelete: "retain", forceDelete: true });
    assert.deepEqual([remembered.changes, needsCall(rules, remembered)], [true, false]);
    const both = differ(rules, CONNECTOR, { ...CONNECTOR, adopt: true, description: "x" });
    assert(needsCall(rules, both));
  });

  it("ignores the order of delegate selectors, a set to Harness [H64]", () => {
    const reordered = { ...CONNECTOR, delegateSelectors: ["gpu", "eu"] };
    assert(!differ(dockerConnectorDomain.rules, CONNECTOR, reordered).changes);
    const fewer = { ...CONNECTOR, delegateSelectors: ["gpu"] };
    assert.deepEqual(differ(dockerConnectorDomain.rules, CONNECTOR, fewer).changed, ["delegateSelectors"]);
  });

  it("is none between an argument left out and what Harness answers for it [H71]", () => {
    const { description: _, ...without } = CONNECTOR;
    for (const blank of [undefined, null, ""]) {
      assert(!differ(dockerConnectorDomain.rules, { ...CONNECTOR, description: blank }, without).changes);
    }
  });
});

describe("equality", () => {
  it("of blanks: absent, null and empty count as one [H71]", () => {
    const blanks = [undefined, null, "", [], {}];
    for (const a of blanks) for (const b of blanks) assert(sameOrBlank(a, b));
    for (const value of [0, false, " ", [""], { a: undefined }]) assert(!sameOrBlank(value, ""), JSON.stringify(value));
  });

  it("of sets ignores order and repetition, and takes what is no list for empty", () => {
    assert(sameSet(["a", "b"], ["b", "a", "a"]) && sameSet(undefined, []) && sameSet(null, undefined));
    assert(!sameSet(["a"], ["a", "b"]) && !sameSet(["a", "b"], ["a"]) && !sameSet(["a"], undefined));
  });

  it("of sets holds for every order", () => {
    const shuffled = fc
      .uniqueArray(fc.string())
      .chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })));
    fc.assert(fc.property(shuffled, ([items, order]) => sameSet(items, order)));
  });
});
