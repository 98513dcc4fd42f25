import assert from "node:assert/strict";
import { type Environment, readSettings, requireCredentials } from "../../provider/config";
import { ConfigurationError } from "../../provider/errors";

/** The message of the error a call ends with under this configuration. */
function refusal(config: Readonly<Record<string, string>>, environment: Environment = {}): string {
  const settings = readSettings((key) => config[key], environment);
  try {
    requireCredentials(settings, "create connector docker_hub");
  } catch (error) {
    assert(error instanceof ConfigurationError);
    return error.message;
  }
  assert.fail("the credentials were accepted");
}

describe("the credentials for a call", () => {
  it("are the key and the account", () => {
    const settings = readSettings((key) => (key === "harness:platformApiKey" ? "pat.acc.id.5ecret" : undefined), {});
    const credentials = { apiKey: "pat.acc.id.5ecret", accountId: "acc" };
    assert.deepEqual(requireCredentials(settings, "read"), credentials);
  });

  it("are asked for when there is no key", () => {
    assert.equal(
      refusal({}),
      "cannot create connector docker_hub: no Harness API key is configured. [CONFIGURATION]\n" +
        "  Next: run `pulumi config set --secret harness:platformApiKey` with a personal or service account token (pat.… or sat.…), " +
        "or set HARNESS_PLATFORM_API_KEY.",
    );
  });

  it("are refused for a key of the old product alone [H13]", () => {
    assert.equal(
      refusal({}, { HARNESS_API_KEY: "k" }),
      "cannot create connector docker_hub: only HARNESS_API_KEY is set, which the official provider uses for keys of Harness FirstGen. [CONFIGURATION]\n" +
        "  Next: set harness:platformApiKey (or HARNESS_PLATFORM_API_KEY) to a NextGen token, pat.… or sat.….",
    );
  });

  it("are refused when the account is known from nowhere [H8]", () => {
    assert.equal(
      refusal({ "harness:platformApiKey": "pat.id.5ecret" }),
      "cannot create connector docker_hub: the Harness account is not known, for the API key does not carry it. [CONFIGURATION]\n" +
        "  Next: run `pulumi config set harness:accountId` or set HARNESS_ACCOUNT_ID.",
    );
  });

  it("are refused with everything that is wrong, the first as the reason", () => {
    const config = {
      "harness:platformApiKey": "pat.accA.id.5ecret",
      "harness:accountId": "accB",
      "harness:endpoint": "http://harness.acme.com",
      "harness:preflight": "on",
    };
    assert.equal(
      refusal(config),
      "cannot create connector docker_hub: harness:endpoint is plain http, which would send the API key unencrypted. [CONFIGURATION]\n" +
        "  Next: write https://, or set harness:allowHttp to true if the network is yours.\n" +
        "  And: harness:accountId is accB, but the API key belongs to account accA; correct harness:accountId, leave it out, or use a key of account accB.\n" +
        "  And: harness:preflight is neither auto, strict nor off; choose one of them, or leave it out for auto.",
    );
  });
});
