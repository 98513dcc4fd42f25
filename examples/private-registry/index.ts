// Every build of the account pulls Harness's images from a registry in your own network, to which they have been copied.
import { Config } from "@pulumi/pulumi";
import { CiImages, HarnessImageConnector, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  const url = config.require("registryUrl");
  const username = config.get("registryUser") ?? "harness-ci";
  const registryToken = config.requireSecret("registryToken");
  const token = new SecretText("mirror-token", { value: registryToken });

  // What has been copied is what Harness is to pull: its own tags change every week.
  const images = config.getObject<{ [field: string]: string }>("images") ?? {
    addonTag: "harness/ci-addon:1.16.92",
    liteEngineTag: "harness/ci-lite-engine:1.16.92",
  };
  // Whoever runs Pulumi asks the registry for the images, with a token of their own or with Harness's.
  const verify = { url, username, password: config.getSecret("lookupToken") ?? registryToken };
  const pinned = new CiImages("pinned", { infra: "K8", images, verify });

  const image = new HarnessImageConnector(
    "image-default",
    {
      // The names of the images follow it: https://registry.example.com/mirror/harness/ci-addon:1.16.92
      url,
      auth: { type: "UsernamePassword", username, passwordRef: token.ref },
      // Delegates are in the network that reaches the registry; Harness's own machines are not.
      connectivityMode: "Delegate",
      delegateSelectors: config.getObject<string[]>("delegateTags") ?? [],
      triggers: { token: token.version },
      verify: { ...verify, fields: Object.keys(images) },
    },
    { dependsOn: pinned },
  );

  return { connectorRef: image.ref, previous: image.previous };
};
