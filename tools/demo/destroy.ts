import { claim } from "./claim";
import { connectorsIn, secretsIn, writesTo } from "./harness-view";
import type { Scene } from "./theatre";

/** Everything goes, in the right order. */
export const destroyScene: Scene = {
  title: "Destroy",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say("The connector goes first: Harness does not delete a secret that is in use.");
    harness.clearRequests();
    const destroy = await theatre.pulumi("destroy");
    claim("destroy deletes all three.", destroy.changes, { delete: 3 });
    claim("The connector went before the secret.", writesTo(harness), [
      "DELETE /ng/api/connectors/registry",
      "DELETE /ng/api/v2/secrets/registry_token",
    ]);
    claim("Nothing is left in Harness.", [connectorsIn(harness), secretsIn(harness)], [[], []]);
    theatre.showHarness();
    return "destroy left nothing behind in Harness.";
  },
};
