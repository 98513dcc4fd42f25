import assert from "node:assert/strict";
import { join } from "node:path";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import { BasicRegistry } from "../../tools/basic-registry";
import { withStack } from "../support/engine";
import { CANARY, configFor, withHarness } from "../support/harness";

const EXAMPLES = join(__dirname, "..", "..", "examples");
const PASSWORD = `${CANARY}-example-6f0d`;

function programOf(example: string): PulumiFn {
  const program: unknown = require(join(EXAMPLES, example));
  if (typeof program !== "function") throw new Error(`examples/${example} exports no program`);
  return async () => program();
}

/** The settings of each connector of the account. */
function specs(harness: Emulator): Record<string, unknown> {
  return Object.fromEntries(harness.connectors({}).map(({ identifier, spec }) => [identifier, spec]));
}

describe("the examples of the account's default on the real engine", function () {
  this.timeout(120_000);
  const registry = new BasicRegistry();
  before(() => registry.start());
  beforeEach(() => {
    registry.reset();
    registry.login = { username: "harness-ci", password: PASSWORD };
  });
  after(() => registry.stop());

  async function lives(example: string, more: ConfigMap, env: Record<string, string>, expected: unknown, size = 3) {
    await withHarness(
      async (harness) => {
        const original = specs(harness);
        const config = { ...configFor(harness), ...more };
        const options = {
          program: programOf(example),
          programDir: join(EXAMPLES, example),
          projectName: example,
          config,
          env,
        };
        await withStack(options, async (stack) => {
          const preview = await stack.preview();
          assert.deepEqual(preview.changes, { create: size });
          assert.match(preview.output, /switches the\s+account's image connector from/);
          assert.deepEqual(specs(harness), original, "preview changes nothing");
          await stack.up();
          assert.deepEqual(specs(harness)["harnessImage"], expected);
          assert.equal((await stack.outputs())["connectorRef"]?.value, "account.harnessImage");
          assert.deepEqual((await stack.refresh()).changes, { same: size });
          assert.deepEqual((await stack.preview()).changes, { same: size });
          await stack.destroy();
          assert.deepEqual(specs(harness), original, "destroy restores");
          assert.deepEqual(harness.ciImages("K8"), {});
        });
      },
      { harnessImage: "docker-hub" },
    );
  }

  it("account-default: preview says what it means, up switches, destroy restores", () =>
    lives(
      "account-default",
      {},
      { IMAGE_REGISTRY_KEY: PASSWORD },
      {
        dockerRegistryUrl: "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "_json_key", passwordRef: "account.image_registry_key" } },
        delegateSelectors: [],
        executeOnDelegate: false,
      },
    ));

  it("private-registry: the same with a registry that wants a password", () =>
    lives(
      "private-registry",
      { registryUrl: { value: registry.url }, registryToken: { value: PASSWORD, secret: true } },
      {},
      {
        dockerRegistryUrl: registry.url,
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "harness-ci", passwordRef: "account.mirror_token" } },
        delegateSelectors: [],
        executeOnDelegate: true,
      },
      4,
    ));
});
