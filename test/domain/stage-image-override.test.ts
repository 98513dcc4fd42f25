import assert from "node:assert/strict";
import { type Difference, differ, needsCall } from "../../provider/domain/diff";
import { isPlain, type Plain } from "../../provider/domain/plain";
import { problemsOf } from "../../provider/domain/schema-problems";
import {
  reviewOverride,
  stageImageOverrideRules as rules,
  sameReference,
  stageId,
  stageImageOverrideArgs,
  stageIn,
  stageOfId,
} from "../../provider/domain/stage-image-override";
import { UNKNOWN } from "./review";

const LEAST: Plain = {
  orgId: "default",
  projectId: "demo",
  pipelineIdentifier: "checkout",
  stageIdentifier: "build",
  connectorRef: "account.mirror",
};
const FULL: Plain = {
  ...LEAST,
  git: { branch: "main", commitMessage: "Use the mirror" },
  adopt: "takeover",
  onDelete: "retain",
  allowNonAccountScope: true,
  marker: false,
  preflight: "off",
};

const NO_IDENTIFIER = "is not an identifier; copy it from Harness, where it stands below the name";
const NO_BRANCH = "git.branch is no name of a Git branch; write e.g. main";
const NO_MESSAGE = "git.commitMessage is blank; write a message, or leave it out to have one that names the stage";
const NO_REFERENCE = "connectorRef is not a reference to a connector; write a DockerConnector's ref, or account.<id>";
const ELSEWHERE =
  "but Harness asks for one at account scope here; create the connector at account scope (no orgId, no projectId) and write account.<id>, or write allowNonAccountScope: true (whether that works only a build shows)";
const EXPRESSION =
  "connectorRef is an expression, of which nobody can say where it leads; write account.<id>, or allowNonAccountScope: true if you are sure";

/** One mistake each: what differs from valid arguments, and all that is said about it. */
const MISTAKES: readonly (readonly [change: Plain, ...problems: string[]])[] = [
  [{ orgId: "my org" }, `orgId ${NO_IDENTIFIER}`],
  [{ projectId: "über" }, `projectId ${NO_IDENTIFIER}`],
  [{ pipelineIdentifier: "Check out!" }, `pipelineIdentifier ${NO_IDENTIFIER}`],
  [{ stageIdentifier: "" }, `stageIdentifier ${NO_IDENTIFIER}`],
  [
    { stageIdentifier: "default/demo/checkout/build" },
    `stageIdentifier ${NO_IDENTIFIER}; each part of org/project/pipeline/stage has an argument of its own`,
  ],
  [{ git: { branch: "" } }, NO_BRANCH],
  [{ git: { branch: " main" } }, NO_BRANCH],
  [{ git: { branch: "my branch" } }, NO_BRANCH],
  [{ git: { branch: "main", commitMessage: " \n" } }, NO_MESSAGE],
  [{ connectorRef: "" }, "connectorRef is empty; write account.<id>, or remove the resource to have no override"],
  [{ connectorRef: "  " }, "connectorRef is empty; write account.<id>, or remove the resource to have no override"],
  [{ connectorRef: "<+input>" }, EXPRESSION],
  [{ connectorRef: "<+pipeline.variables.mirror>" }, EXPRESSION],
  [{ connectorRef: "https://us.icr.io" }, NO_REFERENCE],
  [{ connectorRef: "account." }, NO_REFERENCE],
  [{ connectorRef: "account.my-mirror" }, NO_REFERENCE],
  [{ connectorRef: "project.mirror" }, NO_REFERENCE],
  [{ connectorRef: "account.mirror\n" }, NO_REFERENCE],
  [{ connectorRef: "mirror" }, `connectorRef (mirror) names a connector of the project, ${ELSEWHERE}`],
  [{ connectorRef: "org.mirror" }, `connectorRef (org.mirror) names a connector of the organisation, ${ELSEWHERE}`],
];

/** Values of the wrong type, or missing: what the schema says. */
const WRONG_TYPES: readonly (readonly [change: Plain, ...problems: string[]])[] = [
  [{ orgId: undefined }, "orgId is missing; write the identifier of the pipeline's organisation"],
  [{ projectId: undefined }, "projectId is missing; write the identifier of the pipeline's project"],
  [
    { pipelineIdentifier: undefined },
    "pipelineIdentifier is missing; write the identifier of the pipeline (Harness shows it below the name)",
  ],
  [
    { stageIdentifier: undefined },
    "stageIdentifier is missing; write the identifier of the stage (findBuildStages lists them)",
  ],
  [{ connectorRef: undefined }, "connectorRef is missing; write a DockerConnector's ref, or account.<id>"],
  [{ connectorRef: 5 }, "connectorRef must be a string"],
  [{ git: {} }, "git.branch is missing; write the branch whose pipeline is to change"],
  [{ git: { branch: "main", commitMessage: 5 } }, "git.commitMessage must be a string"],
  [{ git: "main" }, "git must be an object of branch, commitMessage"],
  [
    { git: { branch: "main", commitMesage: "x" } },
    "git.commitMesage is not an argument of this resource; did you mean commitMessage?",
  ],
  [{ git: { branch: "main", commit: "x" } }, "git.commit is not an argument of this resource; remove it"],
  [{ adopt: "yes" }, 'adopt must be true, false or "takeover"'],
  [{ onDelete: "delete" }, "onDelete must be restore, remove or retain"],
  [{ allowNonAccountScope: "true" }, "allowNonAccountScope must be true or false"],
  [{ marker: "off" }, "marker must be true or false"],
  [{ preflight: "on" }, 'preflight can only be "off"; leave it out otherwise'],
  [{ stage: "build" }, "stage is not an argument of this resource; remove it"],
  [{ connectorref: "x" }, "connectorref is not an argument of this resource; did you mean connectorRef?"],
];

/** What may be written with `allowNonAccountScope`, and is said then. */
const REMARKS: readonly (readonly [reference: string, ...remarks: string[]])[] = [
  ["account.mirror"],
  [
    "mirror",
    "connectorRef (mirror) names a connector of the project, but Harness asks for one at account scope here; builds decide whether it works",
  ],
  [
    "org.mirror",
    "connectorRef (org.mirror) names a connector of the organisation, but Harness asks for one at account scope here; builds decide whether it works",
  ],
  ["<+input>", "connectorRef is an expression, of which nobody can say where it leads; it is written as it is"],
];

describe("the offline review of a StageImageOverride", () => {
  it("has nothing against valid arguments, few or all, and computes nothing", () => {
    for (const args of [LEAST, FULL, { ...LEAST, stageIdentifier: "a.b-c$" }]) {
      assert.deepEqual([problems(args), reviewOverride(args)], [[], { problems: [], remarks: [], computed: {} }]);
    }
  });

  it("says of each mistake what, why and what to write instead [H141]", () => {
    for (const [change, ...said] of MISTAKES) {
      assert.deepEqual([change, problems({ ...LEAST, ...change })], [change, said]);
    }
  });

  it("says of each value of the wrong type what it must be", () => {
    for (const [change, ...said] of WRONG_TYPES) {
      assert.deepEqual([change, problems({ ...LEAST, ...change })], [change, said]);
    }
  });

  it("lets references of other scopes pass where the program says so, and remarks on them [H141] [H144]", () => {
    for (const [connectorRef, ...said] of REMARKS) {
      const { problems: none, remarks } = reviewOverride({ ...LEAST, connectorRef, allowNonAccountScope: true });
      assert.deepEqual([none, remarks.map(({ path, text }) => `${path} ${text}`)], [[], said]);
    }
    const empty = problems({ ...LEAST, connectorRef: "", allowNonAccountScope: true });
    assert.equal(empty.length, 1);
  });

  it("lets values that are not yet known pass", () => {
    for (const key of Object.keys(FULL)) assert.deepEqual(problems({ ...FULL, [key]: UNKNOWN }), [], key);
    assert.deepEqual(problems({ ...FULL, git: { branch: UNKNOWN, commitMessage: UNKNOWN } }), []);
  });
});

describe("a difference between stored and wanted override", () => {
  const effects = {
    orgId: "replace",
    projectId: "replace",
    pipelineIdentifier: "replace",
    stageIdentifier: "replace",
    "git.branch": "replace",
    connectorRef: "update",
    marker: "update",
    "git.commitMessage": "note",
    adopt: "note",
    onDelete: "note",
    allowNonAccountScope: "note",
    preflight: "ignore",
    accountId: "ignore",
  };

  it("has the effect its rule says, for each argument alone", () => {
    assert.deepEqual(Object.fromEntries(Object.entries(rules).map(([path, { effect }]) => [path, effect])), effects);
    for (const [path, effect] of Object.entries(effects)) {
      const found = change(path, "changed");
      assert.deepEqual([path, found.changed], [path, effect === "ignore" ? [] : [path]]);
      assert.deepEqual(found.replaces, effect === "replace" ? [path] : []);
      assert.equal(needsCall(rules, found), effect === "replace" || effect === "update", path);
    }
  });

  it("is another stage on another branch, and nothing but a note with another message", () => {
    const branch = { ...LEAST, git: { branch: "main", commitMessage: "a" } };
    assert.deepEqual(differ(rules, branch, { ...LEAST, git: { branch: "dev", commitMessage: "a" } }).replaces, [
      "git.branch",
    ]);
    const message = differ(rules, branch, { ...LEAST, git: { branch: "main", commitMessage: "b" } });
    assert.deepEqual(
      [message.changed, message.replaces, needsCall(rules, message)],
      [["git.commitMessage"], [], false],
    );
    assert.deepEqual(differ(rules, LEAST, branch).replaces, ["git.branch"], "it was not in Git");
    const unknown = differ(rules, branch, { ...LEAST, git: UNKNOWN });
    assert.deepEqual(unknown.changed, ["git.branch", "git.commitMessage"]);
  });

  it("is none between a marker left out and one that is true", () => {
    assert(!differ(rules, LEAST, { ...LEAST, marker: true }).changes);
    assert(!differ(rules, { ...LEAST, marker: true }, LEAST).changes);
    assert.deepEqual(differ(rules, LEAST, { ...LEAST, marker: false }).changed, ["marker"]);
  });

  it("is none for what the engine stored itself", () => {
    const wanted = { ...LEAST, __provider: "text", __owner: "o/p/s/n" };
    assert(!differ(rules, { ...LEAST, accountId: "A", yamlPath: "x", infrastructure: "VM" }, wanted).changes);
  });
});

describe("the id of a StageImageOverride", () => {
  it("is organisation, project, pipeline and stage", () => {
    const stage = stageIn({ ...LEAST, git: { branch: "main" } });
    assert(stage !== undefined);
    assert.equal(stageId(stage), "default/demo/checkout/build");
    assert.deepEqual(stageOfId("default/demo/checkout/build"), { ...stage, branch: undefined });
  });

  it("has exactly four parts", () => {
    for (const id of ["", "build", "demo/checkout/build", "a/b/c/", "/b/c/d", "a//c/d", "a/b/c/d/e"]) {
      assert.equal(stageOfId(id), undefined, id);
    }
  });

  it("is not known before all of its parts and the branch are", () => {
    for (const key of ["orgId", "projectId", "pipelineIdentifier", "stageIdentifier"]) {
      for (const value of [undefined, "", UNKNOWN]) assert.equal(stageIn({ ...LEAST, [key]: value }), undefined, key);
    }
    for (const git of [UNKNOWN, {}, { branch: UNKNOWN }]) assert.equal(stageIn({ ...LEAST, git }), undefined);
    assert.equal(stageIn(LEAST)?.branch, undefined);
    assert.equal(stageIn({ ...LEAST, git: { branch: "main" } })?.branch, "main");
  });
});

describe("a reference", () => {
  it("is the same as another when both are none [H132]", () => {
    assert(sameReference(undefined, "") && sameReference("account.x", "account.x"));
    assert(!sameReference(undefined, "account.x") && !sameReference("account.x", "account.y"));
  });
});

function problems(args: Plain): string[] {
  const parsed = stageImageOverrideArgs.safeParse(args);
  const shape = parsed.success ? [] : problemsOf(parsed.error, args, stageImageOverrideArgs);
  return [...shape, ...reviewOverride(args).problems].map(({ path, text }) => `${path} ${text}`);
}

/** The difference that one argument makes, at its dotted path. */
function change(path: string, value: unknown): Difference {
  const [key = "", inner] = path.split(".");
  const git = isPlain(FULL[key]) ? FULL[key] : {};
  return differ(rules, FULL, { ...FULL, [key]: inner === undefined ? value : { ...git, [inner]: value } });
}
