import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ERROR_CODES } from "../../provider/error-codes";
import * as errors from "../../provider/errors";
import { rememberSecret } from "../../provider/redact";

/** Every class that can be thrown, and the code it is known by: both are permanent. */
const CLASSES: readonly (readonly [type: new (parts: errors.ErrorParts) => errors.HarnessError, code: string])[] = [
  [errors.ConfigurationError, "CONFIGURATION"],
  [errors.AccountMismatchError, "ACCOUNT_MISMATCH"],
  [errors.InvalidInputError, "INVALID_INPUT"],
  [errors.CredentialsRejectedError, "CREDENTIALS_REJECTED"],
  [errors.PermissionDeniedError, "PERMISSION_DENIED"],
  [errors.NotFoundError, "NOT_FOUND"],
  [errors.RefusedError, "REFUSED"],
  [errors.RateLimitedError, "RATE_LIMITED"],
  [errors.ServerFailedError, "SERVER_FAILED"],
  [errors.NotHarnessError, "NOT_HARNESS"],
  [errors.TimedOutError, "TIMED_OUT"],
  [errors.UnreachableError, "UNREACHABLE"],
  [errors.CancelledError, "CANCELLED"],
  [errors.AlreadyExistsError, "ALREADY_EXISTS"],
  [errors.OwnedElsewhereError, "OWNED_ELSEWHERE"],
  [errors.StillReferencedError, "STILL_REFERENCED"],
  [errors.PolicyDeniedError, "POLICY_DENIED"],
  [errors.GoneError, "GONE"],
  [errors.ConnectionTestFailedError, "CONNECTION_TEST_FAILED"],
  [errors.ImagesNotVerifiedError, "IMAGES_NOT_VERIFIED"],
  [errors.OutcomeUnknownError, "OUTCOME_UNKNOWN"],
  [errors.CannotOverrideError, "CANNOT_OVERRIDE"],
  [errors.ChangedMeanwhileError, "CHANGED_MEANWHILE"],
  [errors.OverwrittenError, "OVERWRITTEN"],
];
const PARTS: errors.ErrorParts = {
  doing: "create connector org/docker_hub",
  what: "it went wrong",
  next: "Do this instead.",
};
const ANSWER = { status: 400, code: "INVALID_REQUEST", message: "Please enter a unique ID.", correlationId: "corr-1" };
/** Has no telling shape, and letters that JSON and URLs write differently. */
const SECRET = 'k"9/ Ü canary';

describe("an error", () => {
  it("of every class says what, why, its code, Harness's words and what to do next", () => {
    for (const [type, code] of CLASSES) {
      const error = new type({ ...PARTS, answer: ANSWER });
      assert.equal(
        error.message,
        `cannot create connector org/docker_hub: it went wrong. [${code}]\n` +
          "  Harness said: Please enter a unique ID. (HTTP 400, INVALID_REQUEST, correlation id corr-1)\n" +
          "  Next: Do this instead.",
      );
      assert.deepEqual([error.code, error.remedy, error.answer], [code, "Do this instead.", ANSWER]);
      assert.equal(error.name, type.name);
      assert.match(error.stack ?? "", new RegExp(`^${type.name}: cannot create connector`));
    }
  });

  it("has a class for each of the codes, and no class without one", () => {
    const thrown = Object.values(errors).filter((value) => typeof value === "function" && "code" in value);
    assert.deepEqual(CLASSES.map(([type]) => type.name).sort(), thrown.map((type) => type.name).sort());
    assert.deepEqual(
      CLASSES.map(([, code]) => code),
      [...ERROR_CODES],
    );
  });

  it("says of the answer what there was, and makes nothing up", () => {
    const said = (answer?: errors.HarnessAnswer) =>
      new errors.RefusedError({ ...PARTS, answer }).message.split("\n")[1];
    assert.equal(said({ message: "No." }), "  Harness said: No.");
    assert.equal(said({ message: "No.", status: 403 }), "  Harness said: No. (HTTP 403)");
    assert.equal(said({ status: 502, correlationId: "c" }), "  The answer: HTTP 502, correlation id c");
    assert.equal(said({ code: "400" }), "  The answer: 400");
    assert.equal(said({}), "  Next: Do this instead.");
    assert.equal(said(undefined), "  Next: Do this instead.");
  });

  it("keeps its cause, and whether a write may have been applied", () => {
    const cause = new Error("socket hang up");
    const error = new errors.UnreachableError({ ...PARTS, cause, uncertain: true });
    assert.deepEqual([error.cause, error.uncertain, error.answer], [cause, true, {}]);
    assert(!("cause" in new errors.UnreachableError(PARTS)) && !new errors.UnreachableError(PARTS).uncertain);
  });

  it("shows no secret, whichever part brings it and however it is printed", () => {
    rememberSecret(SECRET);
    const texts = [
      SECRET,
      JSON.stringify({ value: SECRET }),
      `?q=${encodeURIComponent(SECRET)}`,
      "pat.acc.id.canary",
      "SAT.acc.canary",
      "x-api-key: canary",
      '"x-api-key":"canary"',
      "https://user:canary@us.icr.io/ns",
      "https://us:can@nary@us.icr.io",
      "oci://canary@us.icr.io",
    ];
    for (const text of texts) {
      const cause = new Error(`caused by ${text}`, { cause: new Error(text) });
      const answer = { ...ANSWER, message: `Harness: ${text}` };
      const error = new errors.RefusedError({ doing: `do ${text}`, what: text, next: text, answer, cause });
      const printed = [error.message, error.stack, error.remedy, String(error), inspect(error), JSON.stringify(error)];
      for (const print of printed) assert(!/canary|nary/.test(print ?? ""), `${text} in ${print}`);
      assert.match(inspect({ nested: error }), /REFUSED[\s\S]*\[cause\]: Error: caused by/);
    }
  });

  it("is known by its code, not by its class: two copies of this package may be loaded", () => {
    const path = require.resolve("../../provider/errors");
    const own = require.cache[path];
    delete require.cache[path];
    const copy: typeof errors = require("../../provider/errors");
    require.cache[path] = own;
    const foreign = new copy.NotFoundError(PARTS);
    assert(!(foreign instanceof errors.HarnessError), "the second copy has classes of its own");
    assert(errors.isHarnessError(foreign) && errors.isHarnessError(foreign, "NOT_FOUND"));
    assert(!errors.isHarnessError(foreign, "REFUSED"));
  });

  it("of others is none of ours", () => {
    const coded = Object.assign(new Error("no file"), { code: "ENOENT" });
    for (const other of [coded, new Error("x"), { code: "NOT_FOUND", remedy: "x" }, "NOT_FOUND", null, undefined]) {
      assert(!errors.isHarnessError(other));
    }
  });
});
