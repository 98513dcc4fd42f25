import { Config } from "@pulumi/pulumi";
import { DockerConnector, SecretText } from "pulumi-harness-images";

/** One secret and the connector that uses it; the configuration can change both. */
export const program = async () => {
  const config = new Config();
  const token = new SecretText("token", {
    value: config.requireSecret("token"),
    description: config.get("description") ?? "",
  });
  const registry = new DockerConnector("registry", {
    url: "https://registry.example.com",
    description: config.get("description") ?? "",
    auth: { type: "UsernamePassword", username: "ci", passwordRef: token.ref },
    connectivityMode: "Platform",
    testConnection: { mode: "off" },
  });
  return { ref: registry.ref };
};
