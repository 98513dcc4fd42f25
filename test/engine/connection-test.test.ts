import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { connectorsIn, FORMS, type Form, notices, problems, TROUBLES, withRegistry, withSite } from "./connection-site";
import { dockerConnectors } from "./programs/connection-test";

const GOOD = Object.fromEntries(Object.keys(TROUBLES).map((name) => [name, {}]));
const REQUIRE = { mode: "require" } as const;
const failing = dockerConnectors(TROUBLES, REQUIRE);
const all = { continueOnError: true };

/** What a person reads of each when it cannot be created. */
const REFUSED: Readonly<Record<Form, readonly string[]>> = {
  "200": [
    `cannot create DockerConnector "anonymous" (connector anonymous): the connection test failed: the registry does not accept the credentials. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector anonymous is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: This registry wants a login: write auth with a user name and a passwordRef.`,
    `cannot create DockerConnector "no delegate" (connector no_delegate): the connection test failed: no delegate could run it. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation (Delegate not available); No eligible delegate could perform the task (correlation id …)\n  Next: Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    `cannot create DockerConnector "not listening" (connector not_listening): the connection test failed: the registry cannot be reached. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host. (Connection refused); Connection to 127.0.0.1:… was refused (correlation id …)\n  Next: Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    `cannot create DockerConnector "platform" (connector platform): the connection test failed: the registry cannot be reached. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that registry host [127.0.0.1:…] is reachable (Unknown or unreachable host 127.0.0.1:…); Unable to reach 127.0.0.1:… (correlation id …)\n  Next: Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    `cannot create DockerConnector "wrong password" (connector wrong_password): the connection test failed: the registry does not accept the credentials. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector wrong_password is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …)\n  Next: Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  ],
  error: [
    `cannot create DockerConnector "anonymous" (connector anonymous): the connection test failed: the registry does not accept the credentials. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector anonymous is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …)\n  Next: This registry wants a login: write auth with a user name and a passwordRef.`,
    `cannot create DockerConnector "no delegate" (connector no_delegate): the connection test failed: no delegate could run it. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation; No eligible delegate could perform the task; Delegate not available (correlation id …)\n  Next: Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    `cannot create DockerConnector "not listening" (connector not_listening): the connection test failed: the registry cannot be reached. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host; Connection to 127.0.0.1:… was refused; Connection refused (correlation id …)\n  Next: Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    `cannot create DockerConnector "platform" (connector platform): the connection test failed: the registry cannot be reached. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that registry host [127.0.0.1:…] is reachable; Unable to reach 127.0.0.1:…; Unknown or unreachable host 127.0.0.1:… (correlation id …)\n  Next: Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    `cannot create DockerConnector "wrong password" (connector wrong_password): the connection test failed: the registry does not accept the credentials. The connector was removed again. [CONNECTION_TEST_FAILED]\n  Harness said: Please ensure that connector wrong_password is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …)\n  Next: Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  ],
};

/** What a person reads of each when a failed test is no error. */
const TOLD: Readonly<Record<Form, readonly string[]>> = {
  "200": [
    `harness-images: DockerConnector "anonymous": the connection test failed: the registry does not accept the credentials. Harness said: Please ensure that connector anonymous is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …). This registry wants a login: write auth with a user name and a passwordRef.`,
    `harness-images: DockerConnector "no delegate": the connection test failed: no delegate could run it. Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation (Delegate not available); No eligible delegate could perform the task (correlation id …). Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    `harness-images: DockerConnector "not listening": the connection test failed: the registry cannot be reached. Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host. (Connection refused); Connection to 127.0.0.1:… was refused (correlation id …). Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    `harness-images: DockerConnector "platform": the connection test failed: the registry cannot be reached. Harness said: Please ensure that registry host [127.0.0.1:…] is reachable (Unknown or unreachable host 127.0.0.1:…); Unable to reach 127.0.0.1:… (correlation id …). Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    `harness-images: DockerConnector "wrong password": the connection test failed: the registry does not accept the credentials. Harness said: Please ensure that connector wrong_password is valid and using the correct Credentials. (Unauthorized: the registry answered 401); The given credentials may be invalid (correlation id …). Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  ],
  error: [
    `harness-images: DockerConnector "anonymous": the connection test failed: the registry does not accept the credentials. Harness said: Please ensure that connector anonymous is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …). This registry wants a login: write auth with a user name and a passwordRef.`,
    `harness-images: DockerConnector "no delegate": the connection test failed: no delegate could run it. Harness said: Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation; No eligible delegate could perform the task; Delegate not available (correlation id …). Start a delegate that carries all of linux, mars, or correct delegateSelectors.`,
    `harness-images: DockerConnector "not listening": the connection test failed: the registry cannot be reached. Harness said: Please ensure if port is opened on host. Check firewall rules between the delegate and host; Connection to 127.0.0.1:… was refused; Connection refused (correlation id …). Check that http://127.0.0.1:… is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
    `harness-images: DockerConnector "platform": the connection test failed: the registry cannot be reached. Harness said: Please ensure that registry host [127.0.0.1:…] is reachable; Unable to reach 127.0.0.1:…; Unknown or unreachable host 127.0.0.1:… (correlation id …). Check that http://127.0.0.1:… is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`,
    `harness-images: DockerConnector "wrong password": the connection test failed: the registry does not accept the credentials. Harness said: Please ensure that connector wrong_password is valid and using the correct Credentials; The given credentials may be invalid; Unauthorized: the registry answered 401 (correlation id …). Check the user name and the secret account.wrong. Harness asks for a token with Read, Write and Delete, also where builds only pull.`,
  ],
};

describe("DockerConnectors tested against a real registry", function () {
  this.timeout(300_000);

  /** The identifiers of what was made, by the outcome that Harness stores of them. */
  const stored = (harness: Emulator) =>
    Object.fromEntries(harness.connectors().map(({ identifier, status }) => [identifier, status]));

  it("pass with the right password through delegate and platform, also where the path of the URL does not exist: only /v2/ is asked [H169]", () =>
    withRegistry((url) => {
      const wishes = {
        "right password": {},
        selectors: { delegateSelectors: ["linux", "eu"] },
        platform: { connectivityMode: "Platform" },
        "missing repository": { address: "missingRepository" },
      } as const;
      return withSite(url, dockerConnectors(wishes, REQUIRE), async ({ stack, harness }) => {
        const made = await stack.up();
        assert.deepEqual(
          notices(made).filter((line) => line.includes("test")),
          [],
        );
        const tests = Object.entries(await stack.outputs()).map(([name, { value }]) => {
          return [name, value.status, value.summary, typeof value.delegateId] as const;
        });
        assert.deepEqual(tests.sort(), [
          ["missing_repository", "SUCCESS", "the registry answered", "string"],
          ["platform", "SUCCESS", "the registry answered", "undefined"],
          ["right_password", "SUCCESS", "the registry answered", "string"],
          ["selectors", "SUCCESS", "the registry answered", "string"],
        ]);
        assert.equal(stored(harness)["missing_repository"], "SUCCESS");
        assert.deepEqual((await stack.preview()).changes, { same: 7 });
      });
    }));

  it("that are required and fail after create leave nothing in Harness or in the state, in both forms of Harness's answer [H94] [H95]", () =>
    withRegistry((url) =>
      withSite(url, failing, async ({ stack, harness }) => {
        harness.set({ platformReaches: false });
        const before = connectorsIn(harness);
        for (const testFailure of FORMS) {
          harness.set({ testFailure });
          const result = await stack.failing(stack.up(all));
          assert.deepEqual(problems(result), REFUSED[testFailure]);
          assert.deepEqual(connectorsIn(harness), before);
          assert.deepEqual(stack.resources("DockerConnector"), []);
          assert.deepEqual(stack.deployment().pending_operations, []);
        }
      }),
    ));

  it("that are required and fail after an update have their former settings, in Harness and in the state", () =>
    withRegistry((url) =>
      withSite(url, dockerConnectors(GOOD, REQUIRE), async ({ stack, harness }) => {
        harness.set({ platformReaches: false });
        await stack.up();
        const before = connectorsIn(harness);
        for (const testFailure of FORMS) {
          harness.set({ testFailure });
          const result = await stack.failing(stack.up({ ...all, program: failing }));
          const expected = REFUSED[testFailure].map((text) =>
            text
              .replace("cannot create", "cannot update")
              .replace("The connector was removed again.", "The former settings were put back."),
          );
          assert.deepEqual(problems(result), expected);
          assert.deepEqual(connectorsIn(harness), before);
          assert.deepEqual((await stack.preview()).changes, { same: 8 });
        }
      }),
    ));

  it("that fail are told of where nothing is required, and stay [H95] [H168]", () =>
    withRegistry((url) =>
      withSite(url, dockerConnectors(TROUBLES, { mode: "warn" }), async ({ stack, harness }) => {
        harness.set({ platformReaches: false });
        for (const testFailure of FORMS) {
          harness.set({ testFailure });
          const made = await stack.up();
          assert.deepEqual(
            notices(made).filter((line) => line.includes("connection test")),
            TOLD[testFailure],
          );
          assert.deepEqual(stored(harness), {
            harnessImage: "SUCCESS",
            anonymous: "FAILURE",
            no_delegate: "FAILURE",
            not_listening: "FAILURE",
            platform: "FAILURE",
            wrong_password: "FAILURE",
          });
          const { wrong_password: test } = await stack.outputs();
          assert.equal(test?.value.status, "FAILURE");
          assert.match(
            test?.value.summary,
            /^Please ensure that connector wrong_password is valid and using the correct Credentials/,
          );
          await stack.destroy();
        }
      }),
    ));
});
