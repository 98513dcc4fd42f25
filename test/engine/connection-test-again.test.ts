import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { freePort, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { connectorsIn, notices, problems, setPassword, WRONG_PASSWORD, withSite } from "./connection-site";
import { rotating } from "./programs/connection-test";

const REQUIRE = { mode: "require" } as const;

/** The connectors that were tested, in the order of the alphabet. */
const tested = (harness: Emulator) =>
  [...new Set(harness.requests().flatMap(({ path }) => /testConnection\/(\w+)$/.exec(path)?.[1] ?? []))].sort();

describe("a connection tested again, against a real registry", function () {
  this.timeout(300_000);

  it("passes when the registry comes up while it is retried, and says every ten seconds what it waits for", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await withSite(url, rotating({ ...REQUIRE, retryForSeconds: 60 }), async ({ stack, harness, listen }) => {
      const waiting = new Promise<void>((resolve) => {
        listen((text) => {
          if (text.includes("testing the connection, 10 s")) resolve();
        });
      });
      const [made, registry] = await Promise.all([stack.up(), waiting.then(() => startRegistry({ port }))]);
      try {
        const lines = notices(made).filter((line) => line.includes("testing"));
        assert.deepEqual(lines.slice(0, 2), [
          'harness-images: DockerConnector "mirror": testing the connection, 10 s of at most 180 s; so far the registry cannot be reached',
          'harness-images: HarnessImageConnector "default": testing the connection, 10 s of at most 180 s; so far the registry cannot be reached',
        ]);
        assert.deepEqual(tested(harness), ["harnessImage", "harnessImage_pulumi_canary", "mirror"]);
        const { mirror, image } = await stack.outputs();
        assert.deepEqual([mirror?.value.status, image?.value.status], ["SUCCESS", "SUCCESS"]);
        await stack.destroy();
      } finally {
        await registry.stop();
      }
    });
  });

  it("is tested in the same up that rotates its password, because the version of the secret is a trigger", async () => {
    const registry = await startRegistry();
    try {
      await withSite(registry.url, rotating(REQUIRE), async ({ stack, harness }) => {
        await stack.up();
        const before = connectorsIn(harness);
        await setPassword(stack, WRONG_PASSWORD);
        harness.clearRequests();
        const result = await stack.failing(stack.up({ continueOnError: true }));
        assert.deepEqual(problems(result), [
          `cannot update DockerConnector "mirror" (connector mirror): the connection test failed: the registry does not accept the credentials. Nothing was changed in it, and builds pull with it as it is. If a secret was rotated in this run, its new value is the cause: give it the right one, or the former one, and run \`pulumi up\` again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector mirror is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: Check the user name and the secret account.right. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
          `cannot vouch for the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry does not accept the credentials. NOTHING WAS SWITCHED, AND EVERY BUILD WITHOUT AN OVERRIDE PULLS WITH IT AS IT IS. If a secret was rotated in this run, its new value is the cause: give it the right one, or the former one, and run \`pulumi up\` again now. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector harnessImage is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: Check the user name and the secret account.right. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
        ]);
        assert.deepEqual(tested(harness), ["harnessImage", "mirror"]);
        assert.deepEqual(connectorsIn(harness), before, "only the secret has changed");
        assert.equal(harness.secretValue({}, "right"), WRONG_PASSWORD);
        assert.deepEqual((await stack.preview()).changes, { same: 3, update: 2 }, "the next up tests again");
        await setPassword(stack, REGISTRY_LOGIN.password);
        harness.clearRequests();
        assert.deepEqual((await stack.up()).changes, { same: 2, update: 3 });
        assert.deepEqual(tested(harness), ["harnessImage", "mirror"]);
        const { version, mirror, image } = await stack.outputs();
        assert.deepEqual([version?.value, mirror?.value.status, image?.value.status], ["3", "SUCCESS", "SUCCESS"]);
        assert.deepEqual((await stack.preview()).changes, { same: 5 });
      });
    } finally {
      await registry.stop();
    }
  });
});
