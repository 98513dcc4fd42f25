import type { Emulator } from "../../emulator";
import { claim } from "./claim";
import { connectorsIn, secretsIn, writesTo } from "./harness-view";
import type { Scene } from "./theatre";

const url = "https://us.icr.io/my-company";
const token = "second-token-of-the-demo";

/** Other settings for the objects that are there. */
export const updateScene: Scene = {
  title: "An update: another registry",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say(
      "The images move to IBM Cloud: another address, another user, another token. Connector and secret stay the same " +
        "objects, so that whatever refers to them goes on working.",
    );
    const made = birthsIn(harness);
    await theatre.configure({ registryUrl: url, registryUser: "iamapikey" }, { registryToken: token });
    harness.clearRequests();
    const up = await theatre.pulumi("up", { diff: true });
    claim("up updates the secret and the connector.", up.changes, { same: 1, update: 2 });
    const credentials = { username: "iamapikey", passwordRef: "account.registry_token" };
    const connector = { where: "account", identifier: "registry", url, ...credentials };
    claim("Harness has the new settings.", connectorsIn(harness), [connector]);
    claim("Harness has the new token.", secretsIn(harness), [
      { where: "account", identifier: "registry_token", value: token },
    ]);
    claim("Both are the objects that were there before.", birthsIn(harness), made);
    claim("up sent one change for each.", writesTo(harness), [
      "PUT /ng/api/v2/secrets/registry_token",
      "PUT /ng/api/connectors",
    ]);
    theatre.showHarness();
    return "An update changed address, user and token in place, with one request for each object.";
  },
};

/** When the objects were made: a new one in place of an old one has another time. */
function birthsIn(harness: Emulator): number[] {
  return [...harness.connectors(), ...harness.secrets()].map(({ createdAt }) => createdAt);
}
