// One program for all environments. What differs between them is configuration: Pulumi.dev.yaml and Pulumi.prod.yaml.
import { Config } from "@pulumi/pulumi";
import { DockerConnector, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  // dev names a project, prod does not. A ref follows the scope by itself: "registry_token" or "account.registry_token".
  const scope = { orgId: config.get("orgId"), projectId: config.get("projectId") };

  const token = new SecretText("registry-token", {
    ...scope,
    valueFromEnv: "REGISTRY_TOKEN",
  });

  const registry = new DockerConnector("registry", {
    ...scope,
    url: config.require("registryUrl"),
    auth: {
      type: "UsernamePassword",
      username: config.require("registryUser"),
      passwordRef: token.ref,
    },
    connectivityMode: config.require<"Delegate" | "Platform">("connectivityMode"),
    delegateSelectors: config.getObject<string[]>("delegateSelectors") ?? [],
  });

  return { connectorRef: registry.ref };
};
