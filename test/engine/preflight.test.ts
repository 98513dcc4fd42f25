import assert from "node:assert/strict";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import { withStack } from "../support/engine";
import type { OperationResult, TestStack } from "../support/engine-stack";
import { CANARY, configFor, withHarness } from "../support/harness";
import { attempted, buildPipeline, pipelineText, SCOPE, timesIn } from "./overridden";
import { connectors, override, together } from "./programs/preflight";

const PROGRAMS = join(__dirname, "programs");
const KEY = { id: "matrix", secret: `${CANARY}matrix` } as const;
const PERMISSIONS = [
  ...["view", "edit", "delete"].map((verb) => `core_connector_${verb}`),
  ...["secret", "delegate", "account", "organization", "project", "pipeline"].map((name) => `core_${name}_view`),
  "core_pipeline_edit",
];

type Args = Parameters<typeof connectors>[0];

/** Something that preview finds wrong with a connector of the account, by itself. */
interface Trouble {
  readonly says: string;
  /** What it does not go with: one hides the other, or both want the same argument. */
  readonly without: readonly string[];
  readonly args?: Args;
  readonly login?: { readonly usernameRef?: string; readonly passwordRef?: string };
  readonly lacking?: string;
  /** Who has the identifier already. */
  readonly taken?: Readonly<Record<string, string>>;
  /** No mistake: told, and the preview goes on. */
  readonly isNotice?: true;
}

const OFF = 'write preflight: "off" on this resource)';
const CREATE_FIRST = `correct it, or create the secret first (of a SecretText of this program pass the ref; if another provider creates it in the same run, ${OFF}`;
const IN_A_PLACE = ["permission", "delegates", "taken", "owned"];

const TROUBLES: Readonly<Record<string, Trouble>> = {
  permission: {
    says: "the API key seems to lack core_connector_delete in the account; give its user or service account a role with it (a role on single objects is not seen here)",
    without: [],
    lacking: "core_connector_delete",
  },
  organisation: {
    says: `organisation "nowhere" does not exist in account ACCOUNT; correct orgId, or create the organisation first (if this program creates it in the same run, ${OFF}`,
    without: IN_A_PLACE,
    args: { orgId: "nowhere" },
  },
  project: {
    says: `project "nowhere" does not exist in organisation "default"; correct projectId, or create the project first (if this program creates it in the same run, ${OFF}`,
    without: [...IN_A_PLACE, "organisation"],
    args: { orgId: "default", projectId: "nowhere" },
  },
  taken: {
    says: "connector registry already exists and nothing says that it is ours; it differs in THESE. To take it over, write adopt: true (destroy puts the present settings back); otherwise choose another identifier. [ALREADY_EXISTS]",
    without: ["owned"],
    taken: { team: "web" },
  },
  owned: {
    says: 'connector registry is managed by the Pulumi resource organization/other/dev/registry. Leave it to that resource and choose another identifier here; if the resource was renamed, give it an alias; to take it away from its owner, write adopt: "takeover". [OWNED_ELSEWHERE]',
    without: [],
    taken: { pulumi_owner: "organization/other/dev/registry" },
  },
  user: {
    says: `auth.usernameRef names secret account.user, which does not exist in the account; ${CREATE_FIRST}`,
    without: [],
    login: { usernameRef: "account.user" },
  },
  password: {
    says: `auth.passwordRef names secret account.nowhere, which does not exist in the account; ${CREATE_FIRST}`,
    without: [],
    login: { passwordRef: "account.nowhere" },
  },
  delegates: {
    says: 'delegateSelectors ask for all of "linux", "mars", which no connected delegate carries: none has "mars". Connected are build-farm (eu, linux), edge-runner (us, linux)',
    without: [],
    args: { delegateSelectors: ["linux", "mars"] },
  },
  network: {
    says: 'harness-images: DockerConnector "registry": connectivityMode is "Platform", which reaches the registry from Harness\'s own network, but registry.lan is a name of a private network; write "Delegate" unless that network reaches it',
    without: ["delegates"],
    args: { connectivityMode: "Platform", url: "https://registry.lan" },
    isNotice: true,
  },
};

/** All sets of three that go together. */
function triples(): string[][] {
  const names = Object.keys(TROUBLES);
  const together = (a: string, b: string) => !TROUBLES[a]?.without.includes(b) && !TROUBLES[b]?.without.includes(a);
  return names.flatMap((first, i) =>
    names.slice(i + 1).flatMap((second, j) =>
      names
        .slice(i + j + 2)
        .filter((third) => together(first, second) && together(first, third) && together(second, third))
        .map((third) => [first, second, third]),
    ),
  );
}

/** What a person reads, without the engine's own words and what depends on the account. */
function read(harness: Emulator, { events, output }: OperationResult): { errors: string[]; notices: string[] } {
  const lines = events.flatMap((event) => event.diagnosticEvent ?? []);
  const [, diagnostics = ""] = output.split("Diagnostics:");
  const of = (wanted: string) =>
    lines
      .filter(({ severity, message }) => severity === wanted && message.trim() !== "")
      .map(({ message }) =>
        message
          .replace(/^.*has a problem: /, "")
          .replace(/\n\(Pulumi stops[^)]*\)/, "")
          .trim(),
      )
      .map((text) => {
        assert.equal(timesIn(diagnostics, text), 1, output);
        return text.replaceAll(harness.accountId, "ACCOUNT").replace(/(?<=it differs in ).+?(?=\. To)/, "THESE");
      })
      .sort();
  return { errors: of("error"), notices: of("info") };
}

/** A stack for previews with a key of few permissions; doubts are errors in it. */
function withPreviews(body: (harness: Emulator, stack: TestStack) => Promise<void>): Promise<void> {
  return withHarness((harness) => {
    const config = configFor(harness, {
      "harness:platformApiKey": `pat.${harness.accountId}.${KEY.id}.${KEY.secret}`,
      "harness:preflight": "strict",
    });
    const options = { program: connectors({}), programDir: PROGRAMS, projectName: "preflight", config };
    return withStack(options, (stack) => body(harness, stack));
  });
}

/** Back to an account in which nothing is wrong. */
function tidy(harness: Emulator, lacking: readonly string[] = []): void {
  harness.reset();
  harness.addToken({ ...KEY, permissions: PERMISSIONS.filter((permission) => !lacking.includes(permission)) });
  harness.putSecret({ identifier: "password", value: `${CANARY}-password` });
}

/** Previews a connector with these troubles in a fresh account. */
async function preview(harness: Emulator, stack: TestStack, names: readonly string[]): Promise<OperationResult> {
  const troubles = names.flatMap((name) => TROUBLES[name] ?? []);
  tidy(
    harness,
    troubles.flatMap(({ lacking }) => lacking ?? []),
  );
  for (const { taken: tags } of troubles) {
    const spec = { dockerRegistryUrl: "https://mirror.example.com", auth: { type: "Anonymous" } };
    if (tags !== undefined) harness.putConnector({ identifier: "registry", tags, spec });
  }
  const [usernameRef] = troubles.flatMap(({ login }) => login?.usernameRef ?? []);
  const [passwordRef = "account.password"] = troubles.flatMap(({ login }) => login?.passwordRef ?? []);
  const user = usernameRef === undefined ? { username: "robot" } : { usernameRef };
  const auth = { type: "UsernamePassword", ...user, passwordRef } as const;
  const args = Object.fromEntries(troubles.flatMap(({ args = {} }) => Object.entries(args)));
  return attempted(stack.preview({ program: connectors({ auth, ...args }) }));
}

/** Exactly these troubles are read, each once. */
async function assertTroubles(harness: Emulator, stack: TestStack, names: readonly string[]): Promise<void> {
  const expected = (wanted: (trouble: Trouble) => boolean) =>
    names
      .flatMap((name) => TROUBLES[name] ?? [])
      .filter(wanted)
      .map(({ says }) => says)
      .sort();
  const found = read(harness, await preview(harness, stack, names));
  const errors = expected(({ isNotice }) => isNotice === undefined);
  assert.deepEqual(found, { errors, notices: expected(({ isNotice }) => isNotice === true) }, names.join(", "));
}

describe("pulumi preview says everything at once that an update would meet", function () {
  this.timeout(240_000);

  it("each trouble of a connector alone", () =>
    withPreviews(async (harness, stack) => {
      await assertTroubles(harness, stack, []);
      for (const name of Object.keys(TROUBLES)) await assertTroubles(harness, stack, [name]);
    }));

  it("twenty sets of three troubles in one connector", () =>
    withPreviews(async (harness, stack) => {
      const all = triples();
      // Without a common divisor of 20 and their number, these are twenty, and from everywhere among them.
      const chosen = all.filter((_, index) => (index * 20) % all.length < 20);
      assert.equal(chosen.length, 20);
      assert.deepEqual(new Set(chosen.flat()), new Set(Object.keys(TROUBLES)));
      for (const names of chosen) await assertTroubles(harness, stack, names);
    }));

  it("doubts as notices where preflight is not strict, and goes on", () =>
    withPreviews(async (harness, stack) => {
      await stack.automation.setConfig("harness:preflight", { value: "auto" });
      const doubts = ["permission", "delegates"];
      const notices = doubts
        .map((name) => `harness-images: DockerConnector "registry": ${TROUBLES[name]?.says}`)
        .sort();
      const doubtful = await preview(harness, stack, doubts);
      assert.deepEqual(read(harness, doubtful), { errors: [], notices });
      assert.deepEqual(doubtful.changes, { create: 2 });
      const mistaken = await preview(harness, stack, ["user", ...doubts]);
      assert.deepEqual(read(harness, mistaken), { errors: [TROUBLES["user"]?.says], notices });
    }));

  it("what is wrong with the connector of a stage, and with the stage", () =>
    withPreviews(async (harness, stack) => {
      const spec = { url: "https://github.com" };
      const NO_CONNECTOR = `connectorRef names the connector account.nowhere, which does not exist in the account; correct it, or create the connector first (if another provider creates it in the same run, ${OFF}`;
      const NOT_DOCKER =
        "connectorRef names the connector account.git, which is of type Github; Harness pulls its images only through a Docker Registry connector (DockerRegistry): name one of these";
      const NOT_ACCOUNT =
        "connectorRef (org.mirror) names a connector of the organisation, but Harness asks for one at account scope here; create the connector at account scope (no orgId, no projectId) and write account.<id>, or write allowNonAccountScope: true (whether that works only a build shows)";
      const NO_PIPELINE = `pipeline "release" does not exist in project default/demo; correct pipelineIdentifier, or create the pipeline first (if this program creates it in the same run, ${OFF}`;
      for (const [connectorRef, problem] of [
        ["account.nowhere", NO_CONNECTOR],
        ["account.git", NOT_DOCKER],
        ["org.mirror", NOT_ACCOUNT],
      ] as const) {
        for (const pipeline of ["release", "another"]) {
          tidy(harness);
          harness.putConnector({ identifier: "git", type: "Github", spec });
          harness.putPipeline({ scope: SCOPE, yaml: buildPipeline(pipeline, [{ stage: "build" }]) });
          const result = await stack.failing(stack.preview({ program: override(connectorRef) }));
          const errors = pipeline === "release" ? [problem] : [problem, NO_PIPELINE];
          assert.deepEqual(read(harness, result), { errors, notices: [] });
        }
      }
    }));
});

describe("pulumi preview asks little", function () {
  this.timeout(240_000);

  /** The paths asked since the last time. */
  function asked(harness: Emulator): string[] {
    const paths = harness.requests().map(({ path }) => path);
    harness.clearRequests();
    return paths;
  }

  it("at most 6 calls for one new connector and for 500, and none where nothing changes", () =>
    withPreviews(async (harness, stack) => {
      await stack.automation.setConfig("harness:requestsPerMinute", { value: "30000" });
      for (const place of [{}, { orgId: "default" }, SCOPE]) {
        tidy(harness);
        assert.deepEqual((await stack.preview({ program: connectors(place) })).changes, { create: 2 });
        const one = asked(harness);
        assert.ok(one.length <= 6, one.join());
      }
      assert.deepEqual((await stack.preview({ program: connectors({}, 500) })).changes, { create: 501 });
      const many = asked(harness);
      assert.ok(many.length <= 6, many.join());
      const program = connectors({}, 30);
      await stack.up({ program });
      harness.clearRequests();
      assert.deepEqual((await stack.preview({ program })).changes, { same: 31 });
      assert.deepEqual(asked(harness), []);
    }));
});

describe("a program that makes itself what its resources need", function () {
  this.timeout(60_000);

  it("works in preview and up: a secret, a connector that signs in with it, a stage that pulls through that", () =>
    withHarness(async (harness) => {
      harness.putPipeline({ scope: SCOPE, yaml: buildPipeline("release", [{ stage: "build" }]) });
      const config = configFor(harness, { "harness:preflight": "strict", "needed:token": `${CANARY}-token` });
      const options = { program: together, programDir: PROGRAMS, projectName: "needed", config };
      await withStack(options, async (stack) => {
        const result = await stack.preview();
        assert.deepEqual([result.changes, read(harness, result)], [{ create: 4 }, { errors: [], notices: [] }]);
        assert.deepEqual((await stack.up()).changes, { create: 4 });
        assert.match(pipelineText(harness, "release"), /harnessImageConnectorRef: account\.registry/);
        harness.clearRequests();
        assert.deepEqual((await stack.preview()).changes, { same: 4 });
        assert.deepEqual(harness.requests(), []);
      });
    }));
});
