import assert from "node:assert/strict";
import fc from "fast-check";
import { identifierFromName, identifierProblem, RESERVED_IDENTIFIERS } from "../../provider/domain/identifier";

const ALPHABET = "abcXYZ019_$".split("");
/** Identifiers by the grammar of [H72], reserved words aside. */
const valid = fc
  .tuple(
    fc.constantFrom(...ALPHABET.filter((letter) => /[a-zA-Z_]/.test(letter))),
    fc.array(fc.constantFrom(...ALPHABET), { maxLength: 127 }),
  )
  .map(([first, rest]) => first + rest.join(""))
  .filter((identifier) => !RESERVED_IDENTIFIERS.has(identifier));
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.constantFrom(...ALPHABET, " ", "-", "\n", "é"), { maxLength: 300 }).map((letters) => letters.join("")),
  fc.constantFrom(...RESERVED_IDENTIFIERS, "_harness_system", "", "_", "__"),
);

describe("identifiers", () => {
  it("refuses what Harness refuses, each with what to write instead [H72] [H73] [H74]", () => {
    const rule = "must start with a letter or '_' and hold only letters, digits, '_', '$'; write \"";
    const refusals: readonly (readonly [identifier: string, problem: string])[] = [
      ["", "is empty; give it a letter or '_' followed by letters, digits, '_' or '$'"],
      ["1st", `"1st" ${rule}_1st"`],
      ["$x", `"$x" ${rule}_$x"`],
      ["docker-hub", `"docker-hub" ${rule}docker_hub"`],
      ["docker hub", `"docker hub" ${rule}docker_hub"`],
      ["größe", `"größe" ${rule}gr_e"`],
      ["a\n", `"a\n" ${rule}a"`],
      ["a".repeat(129), "has 129 characters; Harness allows 128"],
      ["or", '"or" is a word Harness reserves; write "or_"'],
      ["_harness_system", '"_harness_system" is a word Harness reserves; write "_harness_system_"'],
    ];
    for (const [identifier, problem] of refusals) assert.equal(identifierProblem(identifier), problem);
  });

  it("accepts what Harness accepts, and compares reserved words exactly [H72] [H74]", () => {
    for (const identifier of ["a", "_", "_1", "a$b_2", "A".repeat(128), "Or", "account_"]) {
      assert.equal(identifierProblem(identifier), undefined, identifier);
    }
  });

  it("allows a hyphen in the identifiers of secrets only [H73]", () => {
    assert.equal(identifierProblem("my-key", true), undefined);
    assert.equal(
      identifierProblem("-key", true),
      "\"-key\" must start with a letter or '_' and hold only letters, digits, '_', '$', '-'; write \"key\"",
    );
  });

  it("knows every reserved word of the documentation and of the server [H74]", () => {
    const documented =
      "or and eq ne lt gt le ge div mod not null true false new var return step parallel stepGroup org account status liteEngineTask";
    const onlyInServer = "class shellScriptProvisioner _harness_system";
    const words = `${documented} ${onlyInServer}`.split(" ");
    assert.deepEqual([...RESERVED_IDENTIFIERS].sort(), words.sort());
    for (const word of words) assert.match(identifierProblem(word) ?? "", /is a word Harness reserves/);
  });
});

describe("an identifier made from a name", () => {
  it("reads like the name", () => {
    const cases: readonly (readonly [name: string, identifier: string])[] = [
      ["IBM Cloud (us-south)", "IBM_Cloud_us_south"],
      ["docker-hub", "docker_hub"],
      ["  padded  ", "padded"],
      ["_kept_", "_kept_"],
      ["a - b", "a_b"],
      ["2nd registry", "_2nd_registry"],
      ["$HOME", "_$HOME"],
      ["status", "status_"],
      ["ünïcode", "n_code"],
      ["日本", "_"],
      ["", "_"],
      ["x".repeat(200), "x".repeat(128)],
      ["1".repeat(200), `_${"1".repeat(127)}`],
    ];
    for (const [name, identifier] of cases) assert.equal(identifierFromName(name), identifier);
  });

  it("is always one that Harness accepts, whatever the name", () => {
    fc.assert(fc.property(anyName, (name) => identifierProblem(identifierFromName(name)) === undefined));
  });

  it("is the name itself where that is a valid identifier", () => {
    fc.assert(fc.property(valid, (identifier) => identifierFromName(identifier) === identifier));
  });

  it("stays the same when made again from itself", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const once = identifierFromName(name);
        return identifierFromName(once) === once;
      }),
    );
  });
});
