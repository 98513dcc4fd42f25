import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import {
  connectorsIn,
  FORMS,
  type Form,
  notices,
  problems,
  TROUBLES,
  type Trouble,
  withRegistry,
  withSite,
} from "./connection-site";
import { accountDefault } from "./programs/connection-test";

/** What a person reads when the account's default cannot be switched. */
const REFUSED: Readonly<Record<Form, Readonly<Record<Trouble, string>>>> = {
  "200": {
    anonymous: `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry does not accept the credentials. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector harnessImage_pulumi_canary is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: This registry wants a login: write auth with a user name and a passwordRef.`,
    "no delegate": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: no delegate could run it. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation (Delegate not available); No eligible delegate could perform the task (correlation id …)\n  Next: Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    "not listening": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry cannot be reached. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host. (Connection refused); Connection to 127.0.0.1:… was refused (correlation id …)\n  Next: Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    platform: `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry cannot be reached. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that registry host [127.0.0.1:…] is reachable (Unknown or unreachable host 127.0.0.1:…); Unable to reach 127.0.0.1:… (correlation id …)\n  Next: Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    "wrong password": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry does not accept the credentials. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector harnessImage_pulumi_canary is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  },
  error: {
    anonymous: `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry does not accept the credentials. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector harnessImage_pulumi_canary is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …)\n  Next: This registry wants a login: write auth with a user name and a passwordRef.`,
    "no delegate": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: no delegate could run it. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation; No eligible delegate could perform the task; Delegate not available (correlation id …)\n  Next: Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    "not listening": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry cannot be reached. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host; Connection to 127.0.0.1:… was refused; Connection refused (correlation id …)\n  Next: Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    platform: `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry cannot be reached. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that registry host [127.0.0.1:…] is reachable; Unable to reach 127.0.0.1:…; Unknown or unreachable host 127.0.0.1:… (correlation id …)\n  Next: Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    "wrong password": `cannot switch the account's image connector, harnessImage (HarnessImageConnector "default"): the connection test failed: the registry does not accept the credentials. The account's default was not touched: the test was made on the connector harnessImage_pulumi_canary, which is removed. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector harnessImage_pulumi_canary is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …)\n  Next: Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  },
};

describe("the account's default tested against a real registry", function () {
  this.timeout(300_000);
  const troubles = Object.entries(TROUBLES);
  /** What the connector of the account tells of its place and its login. */
  const settingsIn = (harness: Emulator) => {
    const { spec = {} } = harness.connectors().find(({ identifier }) => identifier === "harnessImage") ?? {};
    return [spec["dockerRegistryUrl"], Object(spec["auth"]).type, spec["executeOnDelegate"]];
  };

  it("is switched by whatever passes: through delegate and platform, and where the path of the URL does not exist [H169]", () =>
    withRegistry((url) =>
      withSite(url, accountDefault({}), async ({ stack, harness }) => {
        const original = connectorsIn(harness);
        for (const [wish, at, viaDelegate] of [
          [{}, url, true],
          [{ address: "missingRepository" }, `${url}/no/such/project`, true],
          [{ connectivityMode: "Platform" }, url, false],
        ] as const) {
          const made = await stack.up({ program: accountDefault(wish) });
          assert.deepEqual(
            notices(made).filter((line) => line.includes("connection test")),
            [],
          );
          assert.deepEqual(settingsIn(harness), [at, "UsernamePassword", viaDelegate]);
          const { lastTest } = await stack.outputs();
          const { status, summary, delegateId } = lastTest?.value ?? {};
          assert.deepEqual([status, summary], ["SUCCESS", "the registry answered"]);
          assert.equal(typeof delegateId, viaDelegate ? "string" : "undefined");
        }
        await stack.destroy();
        assert.deepEqual(connectorsIn(harness), original);
      }),
    ));

  for (const form of FORMS) {
    it(`is not touched by what fails on its canary, and neither Harness nor the state keeps anything, in the form "${form}" [H94] [H95]`, () =>
      withRegistry((url) =>
        withSite(url, accountDefault({}), async ({ stack, harness }) => {
          harness.set({ platformReaches: false, testFailure: form });
          const original = connectorsIn(harness);
          const read: Record<string, string[]> = {};
          for (const [name, wish] of troubles) {
            read[name] = problems(await stack.failing(stack.up({ program: accountDefault(wish) })));
            assert.deepEqual(connectorsIn(harness), original, name);
            assert.deepEqual(stack.resources("HarnessImageConnector"), [], name);
            assert.deepEqual(stack.deployment().pending_operations, [], name);
          }
          const expected = Object.entries(REFUSED[form]).map(([name, text]) => [name, [text]]);
          assert.deepEqual(read, Object.fromEntries(expected));
        }),
      ));
  }

  it("keeps its former settings where a later switch fails, in Harness and in the state, and destroy restores the original", () =>
    withRegistry((url) =>
      withSite(url, accountDefault({}), async ({ stack, harness }) => {
        harness.set({ platformReaches: false });
        const original = connectorsIn(harness);
        await stack.up();
        const before = connectorsIn(harness);
        for (const name of ["wrong password", "not listening"] as const) {
          const result = await stack.failing(stack.up({ program: accountDefault(TROUBLES[name]) }));
          assert.deepEqual(problems(result), [REFUSED["200"][name]]);
          assert.deepEqual(connectorsIn(harness), before, name);
        }
        assert.deepEqual((await stack.preview()).changes, { same: 4 });
        await stack.destroy();
        assert.deepEqual(connectorsIn(harness), original);
      }),
    ));
});
