import assert from "node:assert/strict";
import fc from "fast-check";
import { addressOf, describeScope, idOf, refOf, scopeQuery } from "../../provider/domain/scope";

const part = fc.stringMatching(/^[a-zA-Z_][0-9a-zA-Z_$-]{0,20}$/);
const address = fc.oneof(
  part.map((identifier) => ({ identifier })),
  fc.tuple(part, part).map(([orgId, identifier]) => ({ orgId, identifier })),
  fc.tuple(part, part, part).map(([orgId, projectId, identifier]) => ({ orgId, projectId, identifier })),
);

describe("scopes", () => {
  it("are named in messages as people say them", () => {
    assert.equal(describeScope({}), "the account");
    assert.equal(describeScope({ orgId: "o" }), "organisation o");
    assert.equal(describeScope({ orgId: "o", projectId: "p" }), "project o/p");
  });

  it("become the query parameters of Harness [H33]", () => {
    assert.deepEqual(scopeQuery({ orgId: "o", projectId: "p" }), { orgIdentifier: "o", projectIdentifier: "p" });
    assert.deepEqual(scopeQuery({}), { orgIdentifier: undefined, projectIdentifier: undefined });
  });
});

describe("the Pulumi id of an object", () => {
  it("is its scope and its identifier", () => {
    assert.equal(idOf({ identifier: "x" }), "x");
    assert.equal(idOf({ orgId: "o", identifier: "x" }), "o/x");
    assert.equal(idOf({ orgId: "o", projectId: "p", identifier: "x" }), "o/p/x");
  });

  it("leads back to the same object", () => {
    fc.assert(fc.property(address, (object) => assert.deepEqual(addressOf(idOf(object)), object)));
  });

  it("is refused when it has not one to three parts, or an empty one", () => {
    for (const id of ["", "/", "a/", "/a", "a//b", "a/b/c/d"]) assert.equal(addressOf(id), undefined, id);
  });

  it("is read from any text without throwing, and read text is written back as it was", () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const read = addressOf(id);
        return read === undefined || idOf(read) === id;
      }),
    );
  });
});

describe("the reference to an object", () => {
  it("says the scope of the object, and nothing inside a project [H78]", () => {
    assert.equal(refOf({ identifier: "x" }), "account.x");
    assert.equal(refOf({ orgId: "o", identifier: "x" }), "org.x");
    assert.equal(refOf({ orgId: "o", projectId: "p", identifier: "x" }), "x");
  });

  it("names one object among those that can be seen from a project", () => {
    fc.assert(
      fc.property(part, part, part, (identifier, orgId, projectId) => {
        const seen = [{ identifier }, { orgId, identifier }, { orgId, projectId, identifier }];
        return new Set(seen.map(refOf)).size === 3;
      }),
    );
  });
});
