import assert from "node:assert/strict";
import fc from "fast-check";
import type { Plain } from "../../provider/domain/plain";
import { secretTextDomain as domain } from "../../provider/domain/secret-text";
import { partlyUnknown, problemsIn, UNKNOWN } from "./review";

const LEAST: Plain = { value: "hunter2" };
const STORED: Plain = { identifier: "key", orgId: "o", secretManagerIdentifier: "harnessSecretManager" };
const EXTERNAL: Plain = {
  name: "IBM key",
  identifier: "ibm-key",
  description: "IAM",
  tags: { team: "ci" },
  orgId: "default",
  projectId: "images",
  reference: "kv/ibm#key",
  secretManagerIdentifier: "account.vault",
  onDelete: "retain",
  adopt: true,
  forceDelete: true,
  preflight: "off",
};

const MISSING =
  "value is missing; give the secret's text as value, valueFromEnv (a variable read where Pulumi runs), or reference (a name in an external secret manager)";
const NO_MANAGER =
  "secretManagerIdentifier is missing; reference names a secret in an external manager: write that manager's connector, e.g. account.vault";
const FOR_LIFE = "Harness keeps a secret in its manager for life. Declare a new SecretText with another identifier";

describe("the offline review of a SecretText", () => {
  it("has nothing against valid arguments, whichever way the value is given", () => {
    for (const args of [LEAST, { valueFromEnv: "IBM_API_KEY" }, EXTERNAL, { ...LEAST, onDelete: "delete" }]) {
      assert.deepEqual(problemsIn(domain, args), []);
    }
  });

  it("says of each mistake what, why and what to write instead, and never quotes the value", () => {
    const table: readonly (readonly [args: Plain, ...problems: string[]])[] = [
      [{}, MISSING],
      [{ value: "" }, "value is empty; Harness needs a value that is not empty"],
      [{ valueFromEnv: "" }, "valueFromEnv is empty; Harness needs a value that is not empty"],
      [
        { value: "hunter2", valueFromEnv: "KEY" },
        "value, valueFromEnv say the same thing in 2 ways; keep exactly one of them",
      ],
      [
        { value: "hunter2", valueFromEnv: "KEY", reference: "x", secretManagerIdentifier: "account.vault" },
        "value, valueFromEnv, reference say the same thing in 3 ways; keep exactly one of them",
      ],
      [{ reference: "kv/x" }, NO_MANAGER],
      [
        { reference: "kv/x", secretManagerIdentifier: "harnessSecretManager" },
        "secretManagerIdentifier is harnessSecretManager, which holds values, not references; write the external manager's connector",
      ],
      [{ value: 5 }, "value must be a string"],
      [{ valueFromEnv: 5 }, "valueFromEnv must be the name of an environment variable"],
      [{ reference: 5, secretManagerIdentifier: "account.vault" }, "reference must be a string"],
      [
        { value: "hunter2", onDelete: "restore" },
        "onDelete must be delete or retain: a secret cannot be read, so it cannot be restored",
      ],
      [{ value: "hunter2", secretManagerIdentifier: 5 }, "secretManagerIdentifier must be a string"],
      [{ value: "hunter2", val: "hunter2" }, "val is not an argument of this resource; did you mean value?"],
      [{ value: "hunter2", name: "\t" }, "name is blank; write a name, or leave it out to use the Pulumi name"],
      [
        { value: "hunter2", identifier: "my key" },
        "identifier \"my key\" must start with a letter or '_' and hold only letters, digits, '_', '$', '-'; write \"my_key\"",
      ],
      [
        { value: "hunter2", projectId: "p" },
        "projectId needs orgId too: a project belongs to an organisation; add orgId",
      ],
    ];
    for (const [args, ...problems] of table) {
      assert.deepEqual([args, problemsIn(domain, args)], [args, problems]);
      assert(!problems.join("\n").includes("hunter2"));
    }
  });

  it("reports many mistakes at once", () => {
    const args = { name: "", identifier: "or", value: "", reference: "", orgId: "?", onDelete: "restore", size: 1 };
    assert.deepEqual(
      problemsIn(domain, args).map((problem) => problem.split(/ (?=is|must|say)/)[0]),
      [
        "onDelete",
        "size",
        "name",
        "orgId",
        'identifier "or"',
        "value",
        "reference",
        "value, reference",
        "secretManagerIdentifier",
      ],
    );
  });

  it("allows a hyphen in the identifier, which connectors may not have [H73]", () => {
    assert.deepEqual(problemsIn(domain, { ...LEAST, identifier: "ibm-key" }), []);
  });

  it("lets values that are not yet known pass anywhere", () => {
    fc.assert(
      fc.property(fc.constantFrom(LEAST, EXTERNAL).chain(partlyUnknown), (args) => {
        assert.deepEqual(problemsIn(domain, args), []);
        assert.deepEqual(
          problemsIn(domain, args, { ...STORED, ...args, secretManagerIdentifier: "account.vault" }),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it("refuses another secret manager for the same secret, in preview already [H91]", () => {
    const moved = { value: "x", orgId: "o", secretManagerIdentifier: "account.vault" };
    const problem = `secretManagerIdentifier cannot change from harnessSecretManager: ${FOR_LIFE}`;
    assert.deepEqual(problemsIn(domain, moved, STORED), [problem]);
    assert.deepEqual(problemsIn(domain, { ...moved, identifier: "key" }, STORED), [problem]);
    const back = { ...STORED, secretManagerIdentifier: "account.vault" };
    assert.deepEqual(problemsIn(domain, { value: "x", orgId: "o" }, back), [
      `secretManagerIdentifier cannot change from account.vault: ${FOR_LIFE}`,
    ]);
  });

  it("allows another secret manager where the change makes another secret, or is not yet known", () => {
    const moved = { value: "x", orgId: "o", secretManagerIdentifier: "account.vault" };
    for (const change of [{ identifier: "key2" }, { orgId: "o2" }, { projectId: "p" }, { orgId: undefined }]) {
      assert.deepEqual(problemsIn(domain, { ...moved, ...change }, STORED), [], JSON.stringify(change));
    }
    assert.deepEqual(problemsIn(domain, { ...moved, secretManagerIdentifier: UNKNOWN }, STORED), []);
  });

  it("puts a value into Harness's own manager when none is named, and a reference into none [H84]", () => {
    const manager = (args: Plain) => domain.review(args, {}).computed["secretManagerIdentifier"];
    assert.equal(manager(LEAST), "harnessSecretManager");
    assert.equal(manager({ valueFromEnv: "KEY" }), "harnessSecretManager");
    assert.equal(manager(EXTERNAL), "account.vault");
    assert.equal(manager({ reference: "x" }), undefined);
  });

  it("knows that a changed value cannot be seen in what Harness answers [H85]", () => {
    const stored = { value: "a", valueDigest: "d1" };
    assert(domain.unseenChange(stored, { ...stored, value: "b" }) && domain.unseenChange(stored, { value: "a" }));
    assert(domain.unseenChange({}, { value: "a" }) && domain.unseenChange({}, { valueDigest: "d1" }));
    assert(!domain.unseenChange(stored, { ...stored, name: "other" }) && !domain.unseenChange({}, { reference: "x" }));
  });
});
