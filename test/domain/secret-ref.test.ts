import assert from "node:assert/strict";
import fc from "fast-check";
import type { Scope } from "../../provider/domain/scope";
import { secretRefProblem } from "../../provider/domain/secret-ref";

const ACCOUNT: Scope = {};
const ORGANISATION: Scope = { orgId: "o" };
const PROJECT: Scope = { orgId: "o", projectId: "p" };

const ORG_AT_ACCOUNT =
  "is an organisation-level secret, which something at account scope cannot use; create the secret at account scope and write account.<id>";
const PROJECT_AT_ACCOUNT =
  "is a project-level secret, which something at account scope cannot use; create the secret at account scope and write account.<id>";
const PROJECT_AT_ORG =
  "is a project-level secret, which something at organisation scope cannot use; write org.<id> or account.<id>";
const NO_REFERENCE =
  "is not a reference to a Harness secret; write account.<id>, org.<id>, or <id> for a secret of the same project " +
  "(the password itself never goes here: put it into a SecretText and pass its ref)";

describe("a reference to a secret", () => {
  it("may point to the own scope or above, never below [H78] [H79]", () => {
    const table: readonly (readonly [reference: string, scope: Scope, problem: string | undefined])[] = [
      ["account.key", ACCOUNT, undefined],
      ["org.key", ACCOUNT, ORG_AT_ACCOUNT],
      ["key", ACCOUNT, PROJECT_AT_ACCOUNT],
      ["account.key", ORGANISATION, undefined],
      ["org.key", ORGANISATION, undefined],
      ["key", ORGANISATION, PROJECT_AT_ORG],
      ["account.key", PROJECT, undefined],
      ["org.key", PROJECT, undefined],
      ["key", PROJECT, undefined],
    ];
    for (const [reference, scope, problem] of table) {
      assert.equal(secretRefProblem(reference, scope), problem, `${reference} at ${JSON.stringify(scope)}`);
    }
  });

  it("may hold a hyphen, as the identifiers of secrets do [H73]", () => {
    assert.equal(secretRefProblem("account.my-key", ACCOUNT), undefined);
  });

  it("is refused when it cannot be one", () => {
    for (const reference of ["", "account.", "org.", "project.key", "account.a.b", "hunter2!", "or", "a/b", " key"]) {
      assert.equal(secretRefProblem(reference, PROJECT), NO_REFERENCE, reference);
    }
  });

  it("is never quoted: it may be the password, pasted into the wrong field", () => {
    const password = fc.string({ minLength: 4 }).map((text) => `p4ss-${text}`);
    fc.assert(
      fc.property(password, fc.constantFrom(ACCOUNT, ORGANISATION, PROJECT), (reference, scope) => {
        assert(!(secretRefProblem(reference, scope) ?? "").includes(reference));
      }),
    );
  });
});
