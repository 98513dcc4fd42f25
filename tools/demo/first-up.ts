import { claim } from "./claim";
import { connectorsIn, secretsIn } from "./harness-view";
import type { Scene } from "./theatre";

const url = "https://ghcr.io/my-company";

/** From nothing to a secret and a connector, exactly as previewed. */
export const firstUpScene: Scene = {
  title: "Preview, then up",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say(
      "With a registry's address, preview shows all there will be, with the identifiers Harness will have. The token is " +
        "shown as [secret].",
    );
    await theatre.configure({ registryUrl: url });
    const preview = await theatre.pulumi("preview", { diff: true });
    claim("Preview counts the stack, a secret and a connector to create.", preview.changes, { create: 3 });
    claim("Preview already knows the reference.", preview.output.includes('connectorRef: "account.registry"'), true);
    claim("Preview shows the token as [secret].", /value +: \[secret\]/.test(preview.output), true);
    claim("Preview created nothing.", [connectorsIn(harness), secretsIn(harness)], [[], []]);
    const up = await theatre.pulumi("up");
    claim("up created as many as preview said.", up.changes, preview.changes);
    theatre.showHarness();
    const secret = { where: "account", identifier: "registry_token", value: "first-token-of-the-demo" };
    const credentials = { username: "ci-bot", passwordRef: "account.registry_token" };
    claim("Harness has the secret with the value given.", secretsIn(harness), [secret]);
    const connector = { where: "account", identifier: "registry", url, ...credentials };
    claim("Harness has the connector as declared.", connectorsIn(harness), [connector]);
    theatre.say("Once more: there is nothing to do, and Harness is not even asked.");
    harness.clearRequests();
    const again = await theatre.pulumi("preview");
    claim("The second preview finds nothing to do.", again.changes, { same: 3 });
    claim("The second preview sent no request to Harness.", harness.requests(), []);
    return "up made what preview had shown. A preview without changes sent no request to Harness.";
  },
};
