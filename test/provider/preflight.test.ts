import assert from "node:assert/strict";
import * as errors from "../../provider/errors";
import { type Findings, preflight, type Question } from "../../provider/preflight";

const PARTS: errors.ErrorParts = { doing: "look up project o/p", what: "it failed", next: "Try again." };
const SKIP =
  'not checked against Harness (set preflight: "off" on the resource, or harness:preflight to off, to skip this): ';

/** Questions that answer, or throw, in turn; and which of them were asked. */
function questions(...answers: readonly (string | Error | undefined)[]): { list: Question[]; asked: string[] } {
  const asked: string[] = [];
  const list = answers.map((answer, index) => {
    const path = `q${index}`;
    const ask = async () => {
      asked.push(path);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { path, needs: [], ask };
  });
  return { list, asked };
}

async function found(mode: "auto" | "strict", error: Error): Promise<Findings & { asked: string[] }> {
  const { list, asked } = questions("first no", error, "last no");
  return { ...(await preflight(mode, list)), asked };
}

describe("preflight", () => {
  it("finds nothing when all is well, and nothing when nothing is asked", async () => {
    for (const { list } of [questions(), questions(undefined, undefined)]) {
      assert.deepEqual(await preflight("strict", list), { problems: [], remarks: [] });
    }
  });

  it("makes a problem of each definite no, under the argument it is about", async () => {
    const { list, asked } = questions("is not there", undefined, "is taken");
    assert.deepEqual(await preflight("auto", list), {
      problems: [
        { path: "q0", text: "is not there" },
        { path: "q2", text: "is taken" },
      ],
      remarks: [],
    });
    assert.deepEqual(asked, ["q0", "q1", "q2"]);
  });

  it("goes on after a question that cannot be asked: a notice in auto, an error in strict, each with the way out", async () => {
    const error = new errors.PermissionDeniedError(PARTS);
    const [first, unasked, last] = [
      { path: "q0", text: "first no" },
      { path: "", text: SKIP + error.message },
      { path: "q2", text: "last no" },
    ];
    const asked = ["q0", "q1", "q2"];
    assert.deepEqual(await found("auto", error), { problems: [first, last], remarks: [unasked], asked });
    assert.deepEqual(await found("strict", error), { problems: [first, unasked, last], remarks: [], asked });
  });

  it("stops asking where every further question would fail as well", async () => {
    const widespread = [
      errors.UnreachableError,
      errors.TimedOutError,
      errors.ServerFailedError,
      errors.RateLimitedError,
      errors.CancelledError,
    ];
    for (const type of widespread) {
      const { problems, remarks, asked } = await found("auto", new type(PARTS));
      assert.deepEqual([problems.length, remarks.length, asked], [1, 1, ["q0", "q1"]], type.name);
      const strict = await found("strict", new type(PARTS));
      assert.deepEqual([strict.problems.length, strict.remarks.length, strict.asked], [2, 0, ["q0", "q1"]], type.name);
    }
  });

  it("takes rejected credentials and a wrong configuration for an answer, in every mode", async () => {
    for (const type of [errors.CredentialsRejectedError, errors.ConfigurationError]) {
      const error = new type(PARTS);
      const problems = [
        { path: "q0", text: "first no" },
        { path: "", text: error.message },
      ];
      for (const mode of ["auto", "strict"] as const) {
        assert.deepEqual(await found(mode, error), { problems, remarks: [], asked: ["q0", "q1"] });
      }
    }
  });

  it("takes a page that is not Harness's for a wrong endpoint, unless it came as a passing failure [H25] [H43]", async () => {
    for (const status of [200, 302, 404]) {
      const { problems, remarks } = await found("auto", new errors.NotHarnessError({ ...PARTS, answer: { status } }));
      assert.deepEqual([problems.length, remarks.length], [2, 0], `HTTP ${status}`);
    }
    for (const answer of [{ status: 500 }, { status: 503 }, {}]) {
      const { problems, remarks, asked } = await found("auto", new errors.NotHarnessError({ ...PARTS, answer }));
      assert.deepEqual([problems.length, remarks.length, asked], [1, 1, ["q0", "q1"]]);
    }
  });

  it("hides no bug: what is no error of ours is thrown", async () => {
    const bug = new TypeError("cannot read properties of undefined");
    await assert.rejects(found("auto", bug), bug);
  });
});
