// The smallest useful program: a registry password as a Harness secret, and the connector that uses it.
import { Config } from "@pulumi/pulumi";
import { DockerConnector, SecretText } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  // Without both, secret and connector belong to the account and serve every project.
  const scope = { orgId: config.get("orgId"), projectId: config.get("projectId") };

  const token = new SecretText("registry-token", {
    ...scope,
    value: config.requireSecret("registryToken"),
  });

  const registry = new DockerConnector("registry", {
    ...scope,
    url: config.get("registryUrl") ?? "https://ghcr.io/my-company",
    auth: {
      type: "UsernamePassword",
      username: config.get("registryUser") ?? "ci-bot",
      passwordRef: token.ref,
    },
    connectivityMode: "Platform",
  });

  return { connectorRef: registry.ref };
};
