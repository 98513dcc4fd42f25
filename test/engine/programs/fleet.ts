import { Config } from "@pulumi/pulumi";
import { DockerConnector, SecretText } from "pulumi-harness-images";

/** As many secrets, each with a connector that uses it, as the configuration says. */
export const program = async () => {
  const size = new Config().requireNumber("size");
  for (let index = 0; index < size; index += 1) {
    const token = new SecretText(`token-${index}`, { value: new Config().requireSecret("token") });
    new DockerConnector(`registry-${index}`, {
      url: `https://registry-${index}.example.com`,
      auth: { type: "UsernamePassword", username: "ci", passwordRef: token.ref },
      connectivityMode: "Platform",
      testConnection: { mode: "off" },
    });
  }
};
