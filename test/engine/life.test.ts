import assert from "node:assert/strict";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { ConnectorView, Emulator } from "../../emulator";
import { withStack } from "../support/engine";
import type { TestStack } from "../support/engine-stack";
import { configFor, countOf, withHarness } from "../support/harness";
import { withArgs } from "./programs/single";
import { fromEnvironment, lookUp, twoAccounts } from "./programs/various";

const PROGRAMS = join(__dirname, "programs");

/** Runs a body with an emulated Harness and a stack of a program. */
function living(program: PulumiFn, body: (harness: Emulator, stack: TestStack) => Promise<void>): Promise<void> {
  return withHarness((harness) =>
    withStack({ program, programDir: PROGRAMS, projectName: "life", config: configFor(harness) }, (stack) =>
      body(harness, stack),
    ),
  );
}

/** What a person could have changed of a connector, without the server's times. */
function content(connector: ConnectorView | undefined): unknown {
  const { name, identifier, description, tags, type, spec } = connector ?? {};
  return { name, identifier, description, tags, type, spec };
}

describe("a connector on the real engine", function () {
  this.timeout(60_000);

  it("asks nothing when nothing changes, and one listing at most for a refresh", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      harness.clearRequests();
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
      assert.deepEqual(harness.requests(), []);
      assert.deepEqual((await stack.refresh()).changes, { same: 2 });
      assert.equal(harness.requests().length, 1);
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    }));

  it("shows a change made behind Pulumi's back in refresh, and the next up mends it", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      harness.editConnector({}, "registry", (connector) => {
        connector.spec["dockerRegistryUrl"] = "https://elsewhere.example.com";
      });
      assert.deepEqual((await stack.refresh()).changes, { same: 1, update: 1 });
      const preview = await stack.preview({ diff: true });
      assert.match(preview.output, /url *: "https:\/\/elsewhere\.example\.com" => "https:\/\/registry\.example\.com"/);
      await stack.up();
      assert.equal(harness.connectors()[0]?.spec["dockerRegistryUrl"], "https://registry.example.com");
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
    }));

  it("is created again after it was deleted behind Pulumi's back", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      harness.deleteConnector({}, "registry");
      assert.deepEqual((await stack.refresh()).changes, { delete: 1, same: 1 });
      assert.deepEqual((await stack.up()).changes, { create: 1, same: 1 });
      assert.equal(harness.connectors().length, 1);
    }));

  it("is replaced, new one first, when its identifier changes [H34]", () =>
    living(withArgs({ identifier: "one" }), async (harness, stack) => {
      await stack.up();
      harness.clearRequests();
      const { changes } = await stack.up({ program: withArgs({ identifier: "two" }) });
      assert.deepEqual(changes, { replace: 1, same: 1 });
      const writes = harness.requests().filter(({ path }) => /connectors(\/one)?$/.test(path));
      assert.deepEqual(
        writes.map(({ method }) => method).filter((method) => method !== "GET"),
        ["POST", "DELETE"],
      );
      assert.deepEqual(
        harness.connectors().map(({ identifier }) => identifier),
        ["two"],
      );
    }));

  it("keeps its generated identifier when its name changes", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      assert.deepEqual((await stack.up({ program: withArgs({ name: "Renamed" }) })).changes, { same: 1, update: 1 });
      const [connector] = harness.connectors();
      assert.deepEqual([connector?.identifier, connector?.name], ["registry", "Renamed"]);
    }));

  it("survives being told to replace itself under the same identifier", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      const urn = stack.resources("DockerConnector")[0]?.urn ?? "";
      await stack.up({ replace: [urn] });
      assert.equal(harness.connectors().length, 1);
      assert.deepEqual((await stack.refresh()).changes, { same: 2 });
    }));

  it("is refused over an existing one, in preview, with the differences", () =>
    living(withArgs({ identifier: "theirs" }), async (harness, stack) => {
      harness.putConnector(theirs);
      const { output } = await stack.failing(stack.preview());
      assert.match(output, /connector theirs already exists and nothing says that it is ours; it differs in /);
      assert.match(output, /url \(there "https:\/\/theirs\.example\.com", wanted "https:\/\/registry\.example\.com"\)/);
      assert.match(output, /To take it over, write adopt: true/);
    }));

  it("is adopted when told to, and put back by destroy exactly as it was", () =>
    living(withArgs({ identifier: "theirs", adopt: true }), async (harness, stack) => {
      harness.putConnector(theirs);
      const before = content(harness.connectors()[0]);
      await stack.up();
      assert.equal(harness.connectors()[0]?.spec["dockerRegistryUrl"], "https://registry.example.com");
      assert.equal(harness.connectors()[0]?.spec["proxy"], true, "settings we do not know stay [H67]");
      await stack.destroy();
      assert.deepEqual(content(harness.connectors()[0]), before);
    }));

  it("stays, without our mark, when onDelete says retain", () =>
    living(withArgs({ onDelete: "retain" }), async (harness, stack) => {
      await stack.up();
      assert.deepEqual(harness.connectors()[0]?.tags, { pulumi_owner: "organization/life/dev/registry" });
      await stack.destroy();
      assert.deepEqual(harness.connectors()[0]?.tags, {});
    }));

  it("can be looked up without being managed", () =>
    living(lookUp("theirs"), async (harness, stack) => {
      harness.putConnector(theirs);
      await stack.up();
      const outputs = await stack.outputs();
      const values = Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
      assert.deepEqual(values, { url: "https://theirs.example.com", ref: "account.theirs", mode: "Delegate" });
      await stack.destroy();
      assert.equal(countOf(harness, "DELETE") + countOf(harness, "PUT"), 0);
      assert.equal(harness.connectors().length, 1);
    }));

  it("says so when what is looked up does not exist", () =>
    living(lookUp("nobody"), async (_harness, stack) => {
      const { output } = await stack.failing(stack.preview());
      assert.match(output, /Harness has no connector with the id nobody\. \[NOT_FOUND\]\s+Next: correct the id/);
    }));
});

describe("accounts and keys on the real engine", function () {
  this.timeout(60_000);

  it("manages a second account through an explicit provider, whatever account the environment names", () =>
    withHarness((other) =>
      withHarness(async (harness) => {
        const program = twoAccounts(other.platformApiKey, other.endpoint);
        const env = { HARNESS_ACCOUNT_ID: harness.accountId };
        const options = { program, programDir: PROGRAMS, projectName: "two", config: configFor(harness), env };
        await withStack(options, async (stack) => {
          await stack.up();
          const { here, there } = await stack.outputs();
          assert.deepEqual([here?.value, there?.value], [harness.accountId, other.accountId]);
          assert.deepEqual([harness.connectors().length, other.connectors().length], [1, 1]);
          assert.deepEqual((await stack.preview()).changes, { same: 4 });
        });
        assert.deepEqual([harness.connectors(), other.connectors()], [[], []]);
      }),
    ));

  it("tells on refresh and destroy that a rejected key may come from old state", () =>
    living(withArgs({}), async (harness, stack) => {
      await stack.up();
      const key = harness.addToken({});
      harness.revokeToken(harness.platformApiKey);
      await stack.automation.setAllConfig({ "harness:platformApiKey": { value: key, secret: true } });
      for (const operation of [() => stack.refresh(), () => stack.destroy()]) {
        const { output } = await stack.failing(operation());
        assert.match(output, /\[CREDENTIALS_REJECTED\]/);
        assert.match(output, /uses the configuration stored in the state; add --run-program/);
      }
      await stack.destroy({ runProgram: true });
      assert.deepEqual(harness.connectors(), []);
    }));
});

describe("a secret from an environment variable on the real engine", function () {
  this.timeout(60_000);
  const before = process.env["LIFE_TEST_TOKEN"];
  after(() => {
    if (before === undefined) delete process.env["LIFE_TEST_TOKEN"];
    else process.env["LIFE_TEST_TOKEN"] = before;
  });

  it("is sent to Harness, stored nowhere else, and a rotation is seen", () =>
    living(fromEnvironment, async (harness, stack) => {
      process.env["LIFE_TEST_TOKEN"] = "life-canary-1";
      await stack.up();
      assert.equal(harness.secretValue({}, "token"), "life-canary-1");
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
      process.env["LIFE_TEST_TOKEN"] = "life-canary-2";
      assert.deepEqual((await stack.preview()).changes, { same: 1, update: 1 });
      await stack.up();
      assert.equal(harness.secretValue({}, "token"), "life-canary-2");
      const [secret] = stack.resources("SecretText");
      assert.ok("ciphertext" in Object(secret?.outputs["valueDigest"]), "even the digest is encrypted");
      assert.equal(secret?.outputs["value"], undefined);
    }));
});

const theirs = {
  identifier: "theirs",
  name: "Theirs",
  description: "made by hand",
  tags: { team: "platform" },
  type: "DockerRegistry",
  spec: {
    dockerRegistryUrl: "https://theirs.example.com",
    providerType: "Other",
    auth: { type: "Anonymous" },
    executeOnDelegate: true,
    proxy: true,
  },
};
