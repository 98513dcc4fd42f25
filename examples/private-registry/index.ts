// Every build of the account pulls Harness's images from a registry in your own network, to which they have been copied.
import { Config } from "@pulumi/pulumi";
import { HarnessImageConnector, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  const token = new SecretText("mirror-token", { value: config.requireSecret("registryToken") });

  const image = new HarnessImageConnector("image-default", {
    // The names of the images follow it: https://registry.example.com/harness-mirror/harness/ci-addon:1.16.92
    url: config.require("registryUrl"),
    auth: { type: "UsernamePassword", username: config.get("registryUser") ?? "harness-ci", passwordRef: token.ref },
    // Delegates are in the network that reaches the registry; Harness's own machines are not.
    connectivityMode: "Delegate",
    delegateSelectors: config.getObject<string[]>("delegateTags") ?? [],
    triggers: { token: token.version },
  });

  return { connectorRef: image.ref, previous: image.previous };
};
