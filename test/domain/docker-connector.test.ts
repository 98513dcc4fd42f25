import assert from "node:assert/strict";
import fc from "fast-check";
import { dockerConnectorDomain as domain } from "../../provider/domain/docker-connector";
import type { Plain } from "../../provider/domain/plain";
import { partlyUnknown, problemsIn, UNKNOWN } from "./review";

const PASSWORD = { type: "UsernamePassword", username: "iamapikey", passwordRef: "account.key" };
const LEAST: Plain = { url: "https://us.icr.io", auth: { type: "Anonymous" }, connectivityMode: "Platform" };
const FULL: Plain = {
  name: "IBM registry",
  identifier: "ibm_registry",
  description: "Where builds pull from",
  tags: { team: "ci", stage: "" },
  orgId: "default",
  projectId: "images",
  url: "https://us.icr.io/my-namespace",
  providerType: "Other",
  auth: { type: "UsernamePassword", usernameRef: "org.user", passwordRef: "key" },
  connectivityMode: "Delegate",
  delegateSelectors: ["eu", "gpu"],
  onDelete: "restore",
  adopt: "takeover",
  forceDelete: false,
  preflight: "off",
};

const MODES =
  'connectivityMode must be "Delegate" (Harness reaches the registry through a delegate) or "Platform" (directly; the only one that works with Harness Cloud)';
const NO_REFERENCE =
  "is not a reference to a Harness secret; write account.<id>, org.<id>, or <id> for a secret of the same project " +
  "(the password itself never goes here: put it into a SecretText and pass its ref)";
const MARK = "is a tag this provider writes itself to know its objects again; choose another key";
const NO_SCOPE = "is not the identifier of a Harness scope; copy it from the page of the organisation or project";
const ACCOUNT_DEFAULT =
  'identifier "harnessImage" is the connector all builds of the account pull Harness\'s images through, and one mistake in it stops them all; write HarnessImageConnector, which tests a change before it counts and puts it back after, or choose another identifier here';

/** One mistake each: what differs from valid arguments, and all that is said about it. */
const MISTAKES: readonly (readonly [change: Plain, ...problems: string[]])[] = [
  [{ name: " " }, "name is blank; write a name, or leave it out to use the Pulumi name"],
  [{ name: "n".repeat(129) }, "name has 129 characters; write at most 128"],
  [
    { identifier: "docker-hub" },
    "identifier \"docker-hub\" must start with a letter or '_' and hold only letters, digits, '_', '$'; write \"docker_hub\"",
  ],
  [{ identifier: "account" }, 'identifier "account" is a word Harness reserves; write "account_"'],
  [{ identifier: "harnessImage" }, ACCOUNT_DEFAULT],
  [{ name: "harnessImage" }, ACCOUNT_DEFAULT],
  [{ tags: { pulumi_owner: "me" } }, `tags.pulumi_owner ${MARK}`],
  [{ tags: { pulumi_former: "{}" } }, `tags.pulumi_former ${MARK}`],
  [{ orgId: "my org" }, `orgId ${NO_SCOPE}`],
  [{ orgId: "o", projectId: "https://app.harness.io" }, `projectId ${NO_SCOPE}`],
  [{ projectId: "p" }, "projectId needs orgId too: a project belongs to an organisation; add orgId"],
  [{ url: "not a url" }, "url is not a URL; write e.g. https://us.icr.io/my-namespace"],
  [{ providerType: "DockerHub" }, "providerType is DockerHub, but us.icr.io is IBM's registry; write Other"],
  [
    { auth: { type: "UsernamePassword", passwordRef: "account.key" } },
    "auth needs a user name; write username, or usernameRef for one kept in a secret",
  ],
  [
    { auth: { ...PASSWORD, usernameRef: "account.user" } },
    "auth has both username and usernameRef; Harness takes exactly one of them, remove the other",
  ],
  [{ auth: { ...PASSWORD, username: "" } }, "auth.username is empty; write the user name (IBM: iamapikey)"],
  [{ auth: { ...PASSWORD, passwordRef: "hunter2 hunter2" } }, `auth.passwordRef ${NO_REFERENCE}`],
  [
    { auth: { ...PASSWORD, passwordRef: "key" } },
    "auth.passwordRef is a project-level secret, which something at account scope cannot use; create the secret at account scope and write account.<id>",
  ],
  [
    { orgId: "o", auth: { type: "UsernamePassword", usernameRef: "user", passwordRef: "org.key" } },
    "auth.usernameRef is a project-level secret, which something at organisation scope cannot use; write org.<id> or account.<id>",
  ],
  [
    { delegateSelectors: ["eu"] },
    'delegateSelectors mean nothing with connectivityMode "Platform": no delegate takes part. Remove them, or write connectivityMode: "Delegate"',
  ],
  [{ connectivityMode: "Delegate", delegateSelectors: ["eu", ""] }, "delegateSelectors holds an empty tag; remove it"],
];

/** Values of the wrong type, or missing: what the schema says. */
const WRONG_TYPES: readonly (readonly [change: Plain, ...problems: string[]])[] = [
  [{ url: undefined }, "url is missing; write the registry's address, e.g. https://us.icr.io/my-namespace"],
  [{ url: 5 }, "url must be a string"],
  [{ auth: undefined }, 'auth must be { type: "Anonymous" } or { type: "UsernamePassword", username, passwordRef }'],
  [{ auth: "Anonymous" }, 'auth must be { type: "Anonymous" } or { type: "UsernamePassword", username, passwordRef }'],
  [{ auth: { type: "Basic" } }, 'auth.type must be "Anonymous" or "UsernamePassword"'],
  [{ auth: {} }, 'auth.type must be "Anonymous" or "UsernamePassword"'],
  [
    { auth: { type: "UsernamePassword", username: "u" } },
    "auth.passwordRef is missing; write the ref of a SecretText that holds the password or token",
  ],
  [{ auth: { ...PASSWORD, passwordRef: 5 } }, "auth.passwordRef must be a string"],
  [{ auth: { ...PASSWORD, username: 5 } }, "auth.username must be a string"],
  [{ auth: { ...PASSWORD, username: undefined, usernameRef: 5 } }, "auth.usernameRef must be a string"],
  [{ auth: { ...PASSWORD, password: "hunter2" } }, "auth.password is not an argument of this resource; remove it"],
  [{ auth: { type: "Anonymous", username: "u" } }, "auth.username is not an argument of this resource; remove it"],
  [{ connectivityMode: undefined }, MODES],
  [{ connectivityMode: "delegate" }, MODES],
  [{ providerType: "Gcr" }, "providerType must be DockerHub, Harbor, Quay or Other"],
  [{ delegateSelectors: "eu" }, "delegateSelectors must be a list of delegate tags"],
  [{ delegateSelectors: [5] }, "delegateSelectors.0 must be a string", "delegateSelectors mean nothing"],
  [{ onDelete: "keep" }, "onDelete must be delete, restore or retain"],
  [{ adopt: "yes" }, 'adopt must be true, false or "takeover"'],
  [{ forceDelete: "true" }, "forceDelete must be true or false"],
  [{ preflight: "auto" }, 'preflight can only be "off"; leave it out otherwise'],
  [{ name: 5 }, "name must be a string"],
  [{ identifier: null }, "identifier must be a string"],
  [{ tags: ["a"] }, "tags must be a map of strings"],
  [{ tags: { team: 5 } }, "tags.team must be a string"],
  [{ orgId: 5 }, "orgId must be a string"],
  [{ orgId: "o", projectId: 5 }, "projectId must be a string"],
  [{ description: 5 }, "description must be a string"],
  [
    { delegateSelector: ["eu"] },
    "delegateSelector is not an argument of this resource; did you mean delegateSelectors?",
  ],
  [{ usernamePassword: {} }, "usernamePassword is not an argument of this resource; remove it"],
];

describe("the offline review of a DockerConnector", () => {
  it("has nothing against valid arguments, few or all", () => {
    for (const args of [LEAST, FULL, { ...LEAST, delegateSelectors: [], name: "n".repeat(128) }]) {
      assert.deepEqual(problemsIn(domain, args), []);
    }
  });

  it("takes each word of Harness where one is to be chosen [H61] [H66]", () => {
    const words = {
      providerType: ["Harbor", "Quay", "Other"],
      connectivityMode: ["Delegate", "Platform"],
      onDelete: ["delete", "restore", "retain"],
      adopt: [true, false, "takeover"],
      forceDelete: [true, false],
    };
    for (const [key, choices] of Object.entries(words)) {
      for (const choice of choices)
        assert.deepEqual(
          problemsIn(domain, { ...LEAST, url: "https://r.acme.com", [key]: choice }),
          [],
          String(choice),
        );
    }
    const hub = { ...LEAST, url: "https://docker.io", providerType: "DockerHub" };
    assert.deepEqual(problemsIn(domain, hub), []);
  });

  it("says of each mistake what, why and what to write instead", () => {
    for (const [change, ...problems] of MISTAKES) {
      assert.deepEqual([change, problemsIn(domain, { ...LEAST, ...change })], [change, problems]);
    }
  });

  it("says of each value of the wrong type what it must be, and never quotes the value", () => {
    for (const [change, ...problems] of WRONG_TYPES) {
      const found = problemsIn(domain, { ...LEAST, ...change });
      assert.deepEqual(
        found.map((problem, index) => problem.slice(0, problems[index]?.length)),
        problems,
      );
      assert(!found.join("\n").includes("hunter2"));
    }
  });

  it("reports many mistakes at once", () => {
    const args = {
      name: "",
      identifier: "1st",
      tags: { pulumi_owner: "me", team: 5 },
      projectId: "p",
      url: "https://u:hunter2@us.icr.io",
      auth: { type: "UsernamePassword", username: "u", usernameRef: "account.user", passwordRef: "org.key" },
      connectivityMode: "Platform",
      delegateSelectors: ["", "eu"],
      retries: 3,
    };
    assert.deepEqual(
      problemsIn(domain, args).map((problem) => problem.split(" ")[0]),
      [
        "tags.team",
        "retries",
        "name",
        "tags.pulumi_owner",
        "projectId",
        "identifier",
        "url",
        "auth",
        "auth.passwordRef",
        "delegateSelectors",
        "delegateSelectors",
      ],
    );
  });

  it("lets values that are not yet known pass anywhere", () => {
    const bases = [LEAST, FULL, { ...LEAST, auth: PASSWORD, identifier: "x" }];
    fc.assert(
      fc.property(fc.constantFrom(...bases).chain(partlyUnknown), (args) => {
        assert.deepEqual(problemsIn(domain, args), []);
      }),
      { numRuns: 1000 },
    );
  });

  it("allows the identifier harnessImage below the account, where no build depends on it [H113]", () => {
    assert.deepEqual(problemsIn(domain, { ...LEAST, identifier: "harnessImage", orgId: "o" }), []);
    assert.deepEqual(problemsIn(domain, { ...LEAST, identifier: "harnessImage", orgId: UNKNOWN }), []);
  });

  it("notices names some Harness versions refuse, and what the URL is known for [H76] [H122]", () => {
    const { remarks } = domain.review({ ...LEAST, name: "n".repeat(65), url: "us.icr.io" }, {});
    assert.deepEqual(remarks, [
      { path: "name", text: "has 65 characters; some Harness versions allow 64" },
      { path: "url", text: 'has no scheme, which breaks builds ("Malformed registryUrl"); using https://us.icr.io' },
    ]);
  });

  it("computes the URL to send and the provider type, as far as they are known", () => {
    const computed = (change: Plain) => domain.review({ ...LEAST, ...change }, {}).computed;
    assert.deepEqual(computed({ url: "us.icr.io" }), { url: "https://us.icr.io", providerType: "Other" });
    assert.deepEqual(computed({ url: "https://docker.io" }), { url: "https://docker.io", providerType: "DockerHub" });
    assert.deepEqual(computed({ providerType: "Harbor" }), { url: "https://us.icr.io", providerType: "Harbor" });
    assert.deepEqual(computed({ url: UNKNOWN }), { url: UNKNOWN, providerType: UNKNOWN });
    assert.deepEqual(computed({ url: UNKNOWN, providerType: "Quay" }), { url: UNKNOWN, providerType: "Quay" });
  });
});
