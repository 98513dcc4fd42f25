import assert from "node:assert/strict";
import { join } from "node:path";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import { createWorkspace, withStack } from "../support/engine";
import type { OperationResult } from "../support/engine-stack";
import { configFor, countOf, withHarness } from "../support/harness";
import { anonymous, twoConnectors, withArgs } from "./programs/single";

const PROGRAMS = join(__dirname, "programs");

/** What the person at the terminal reads of our errors, without the engine's own words and the ids that vary. */
function problems(result: OperationResult): string[] {
  const errors = result.events
    .flatMap((event) => event.diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error");
  return errors
    .map(({ message }) =>
      message.replace(/^.*has a problem: /, "").replace(/correlation id [\w-]+/g, "correlation id …"),
    )
    .map((message) => message.replace(/\n\(Pulumi stops[^)]*\)/, "").trim())
    .filter((message) => message !== "update failed" && message !== "");
}

/** Previews a program that is expected to be refused; nothing may be written. */
async function refused(harness: Emulator, program: PulumiFn, config: ConfigMap, env = {}): Promise<string[]> {
  return withStack({ program, programDir: PROGRAMS, projectName: "refusals", config, env }, async (stack) => {
    const result = await stack.failing(stack.preview());
    assert.equal(countOf(harness, "PUT") + countOf(harness, "DELETE"), 0);
    assert.deepEqual([harness.connectors(), harness.secrets()], [[], []]);
    return problems(result);
  });
}

describe("pulumi preview shows the mistake and the next step", function () {
  this.timeout(60_000);

  it("a token Harness does not know [H15]", () =>
    withHarness(async (harness) => {
      const config = configFor(harness, { "harness:platformApiKey": `pat.${harness.accountId}.nobody.wrong` });
      assert.deepEqual(await refused(harness, anonymous, config), [
        `cannot look up the permissions of the API key in the account: the API key was rejected. [CREDENTIALS_REJECTED]\n  Harness said: Invalid API token nobody: Token not found (HTTP 401, INVALID_TOKEN, correlation id …)\n  Next: Check harness:platformApiKey (HARNESS_PLATFORM_API_KEY): the key may be mistyped, expired or revoked, or belong to another account than harness:accountId (${harness.accountId}).`,
      ]);
    }));

  it("an account that is not the key's [H7]", () =>
    withHarness(async (harness) => {
      const config = configFor(harness, { "harness:accountId": "another" });
      const [problem, ...more] = await refused(harness, anonymous, config);
      assert.deepEqual(more, []);
      assert.equal(
        problem,
        `harness:accountId is another, but the API key belongs to account ${harness.accountId}; correct harness:accountId, leave it out, or use a key of account another [CONFIGURATION]`,
      );
    }));

  it("a FirstGen key in place of a NextGen key [H13]", () =>
    withHarness(async (harness) => {
      const { "harness:endpoint": endpoint } = configFor(harness);
      const config = {
        ...(endpoint && { "harness:endpoint": endpoint }),
        "harness:apiKey": { value: "first-gen", secret: true },
      };
      assert.deepEqual(await refused(harness, anonymous, config), [
        "only harness:apiKey is set, which the official provider uses for keys of Harness FirstGen; set harness:platformApiKey (or HARNESS_PLATFORM_API_KEY) to a NextGen token, pat.… or sat.… [CONFIGURATION]",
      ]);
    }));

  it("a missing key, where preflight is strict", () =>
    withHarness(async (harness) => {
      const { "harness:platformApiKey": _key, ...config } = configFor(harness, { "harness:preflight": "strict" });
      const [problem] = await refused(harness, anonymous, config);
      assert.match(
        problem ?? "",
        /^no Harness API key is configured; run `pulumi config set --secret harness:platformApiKey`/,
      );
    }));

  it("a page of a proxy in place of Harness [H25]", () =>
    withHarness(async (harness) => {
      harness.inject({ html: 200, times: Number.POSITIVE_INFINITY });
      const [problem] = await refused(harness, anonymous, configFor(harness));
      assert.match(problem ?? "", /\[NOT_HARNESS\][\s\S]*Next: .*harness:endpoint/);
    }));

  it("an unreachable host, where preflight is strict", () =>
    withHarness(async (harness) => {
      const config = configFor(harness, { "harness:endpoint": "http://127.0.0.1:9", "harness:preflight": "strict" });
      const [problem] = await refused(harness, anonymous, config);
      assert.match(
        problem ?? "",
        /no connection to 127\.0\.0\.1:9 \(ECONNREFUSED\)[\s\S]*Next: Check harness:endpoint/,
      );
    }));

  it("an organisation that does not exist [H121]", () =>
    withHarness(async (harness) => {
      const program = withArgs({ orgId: "nowhere", projectId: "images" });
      assert.deepEqual(await refused(harness, program, configFor(harness)), [
        `organisation "nowhere" does not exist in account ${harness.accountId}; correct orgId, or create the organisation first (if this program creates it in the same run, write preflight: "off" on this resource)`,
      ]);
    }));

  it("several offline mistakes of one resource at once", () =>
    withHarness(async (harness) => {
      const program = withArgs({
        identifier: "org",
        url: "https://hub.docker.com/r/me/app",
        auth: { type: "UsernamePassword", username: "me", passwordRef: "project_secret" },
        delegateSelectors: ["eu"],
      });
      assert.deepEqual(await refused(harness, program, configFor(harness)), [
        'identifier "org" is a word Harness reserves; write "org_"',
        "url is the address of Docker Hub's web site, not of a registry; write https://index.docker.io/v2/ (public) or https://registry.hub.docker.com (for Harness's own images)",
        "auth.passwordRef is a project-level secret, which something at account scope cannot use; create the secret at account scope and write account.<id>",
        'delegateSelectors mean nothing with connectivityMode "Platform": no delegate takes part. Remove them, or write connectivityMode: "Delegate"',
      ]);
    }));

  it("one identifier for two connectors of a program", () =>
    withHarness(async (harness) => {
      assert.deepEqual(await refused(harness, twoConnectors, configFor(harness)), [
        'identifier "same" in the account is already declared by DockerConnector "first" of this program; give one of them another identifier',
      ]);
    }));
});

describe("pulumi up says what stopped it and leaves nothing half-made", function () {
  this.timeout(60_000);

  it("a policy that denies the save [H40]", () =>
    withHarness(async (harness) => {
      harness.set({ opaDeny: { message: "anonymous pulls are not allowed" } });
      const options = { program: anonymous, programDir: PROGRAMS, projectName: "policy", config: configFor(harness) };
      await withStack(options, async (stack) => {
        const [problem] = problems(await stack.failing(stack.up()));
        assert.match(problem ?? "", /denied by policy .* anonymous pulls are not allowed\. \[POLICY_DENIED\]/);
        assert.deepEqual([harness.connectors(), stack.resources()], [[], []]);
      });
    }));

  it("a missing key: told in preview, refused in up", () =>
    withHarness(async (harness) => {
      const { "harness:platformApiKey": _key, ...config } = configFor(harness);
      await withStack({ program: anonymous, programDir: PROGRAMS, projectName: "keyless", config }, async (stack) => {
        assert.match((await stack.preview()).output, /only checked offline: no Harness API key is configured/);
        assert.match(
          (await stack.failing(stack.up())).output,
          /\[CONFIGURATION\]\s+Next: run `pulumi config set --secret/,
        );
        assert.deepEqual([harness.requests(), stack.resources()], [[], []]);
      });
    }));
});

describe("what belongs to another stays untouched", function () {
  this.timeout(60_000);

  it("a second stack that declares the same connector is refused in preview, naming the first", () =>
    withHarness(async (harness) => {
      const config = configFor(harness);
      const options = { program: anonymous, programDir: PROGRAMS, config };
      await withStack({ ...options, projectName: "first" }, async (first) => {
        await first.up();
        await withStack({ ...options, projectName: "second" }, async (second) => {
          const [problem] = problems(await second.failing(second.preview()));
          assert.match(
            problem ?? "",
            /^connector registry is managed by the Pulumi resource organization\/first\/dev\/registry\. /,
          );
        });
        assert.equal(harness.connectors().length, 1);
        assert.deepEqual((await first.preview()).changes, { same: 2 });
      });
    }));

  it("a changed account is refused by up, refresh and destroy, and nothing is touched", () =>
    withHarness((harness) =>
      withHarness(async (other) => {
        const workspace = await createWorkspace({
          programDir: PROGRAMS,
          projectName: "moved",
          config: configFor(harness),
        });
        try {
          const stack = await workspace.stack(anonymous);
          await stack.up();
          const before = harness.connectors();
          await stack.automation.setAllConfig(configFor(other));
          const expected = new RegExp(
            `this state belongs to Harness account ${harness.accountId}, but account ${other.accountId} is configured`,
          );
          assert.match((await stack.failing(stack.preview())).output, expected);
          assert.match((await stack.failing(stack.up())).output, expected);
          assert.match((await stack.failing(stack.refresh({ runProgram: true }))).output, expected);
          assert.match((await stack.failing(stack.destroy({ runProgram: true }))).output, expected);
          assert.deepEqual([harness.connectors(), other.connectors()], [before, []]);
        } finally {
          await workspace.close();
        }
      }),
    ));
});
