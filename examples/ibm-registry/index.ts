// IBM Cloud Container Registry for one project: an IAM API key as the password, reached through delegates chosen by tags.
import { Config } from "@pulumi/pulumi";
import { DockerConnector, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  const scope = { orgId: config.require("orgId"), projectId: config.require("projectId") };
  // Each region is a registry of its own: us.icr.io is Dallas, uk.icr.io London, de.icr.io Frankfurt, icr.io global.
  const domain = config.get("domain") ?? "us.icr.io";

  // Read where Pulumi runs, while applying. The state keeps a salted digest, by which a rotated key is seen, not the key.
  const apiKey = new SecretText("ibm-cloud-api-key", {
    ...scope,
    valueFromEnv: "IBMCLOUD_API_KEY",
  });

  const registry = new DockerConnector("ibm-container-registry", {
    ...scope,
    url: `https://${domain}/${config.require("namespace")}`,
    providerType: "Other",
    // The same user name for every IAM API key, of a person or of a service ID.
    auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: apiKey.ref },
    connectivityMode: "Delegate",
    // A delegate must carry all of these tags; an empty list means any delegate.
    delegateSelectors: config.getObject<string[]>("delegateTags") ?? [],
  });

  return { connectorRef: registry.ref };
};
