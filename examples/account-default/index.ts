// Every build of the account pulls Harness's images from Harness's own Google registry, signed in instead of anonymously.
import { Config } from "@pulumi/pulumi";
import { HarnessImageConnector, registries, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  // Read where Pulumi runs, while applying; the state keeps a salted digest, not the key.
  const key = new SecretText("image-registry-key", { valueFromEnv: "IMAGE_REGISTRY_KEY" });

  const image = new HarnessImageConnector("image-default", {
    ...registries.harnessGar({ jsonKeyRef: key.ref }),
    // The one mode that works with Harness Cloud.
    connectivityMode: config.get("connectivityMode") === "Delegate" ? "Delegate" : "Platform",
    // A rotated key is tested at once.
    triggers: { key: key.version },
  });

  return { connectorRef: image.ref, previous: image.previous };
};
