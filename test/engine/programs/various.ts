import { ComponentResource } from "@pulumi/pulumi";
import { DockerConnector, type DockerConnectorArgs, Provider, SecretText } from "pulumi-harness-images";

const ARGS: DockerConnectorArgs = {
  url: "https://registry.example.com",
  auth: { type: "Anonymous" },
  connectivityMode: "Platform",
};

/** A secret whose text is in an environment variable. */
export const fromEnvironment = async () => {
  const token = new SecretText("token", { valueFromEnv: "LIFE_TEST_TOKEN" });
  return { ref: token.ref };
};

/** Looks up a connector that somebody else made. */
export function lookUp(id: string) {
  return async () => {
    const found = DockerConnector.get("found", id);
    return { url: found.url, ref: found.ref, mode: found.connectivityMode };
  };
}

/** One connector in the account of the stack and one in another account. */
export function twoAccounts(platformApiKey: string, endpoint: string) {
  return async () => {
    const provider = new Provider("other", { platformApiKey, endpoint });
    const here = new DockerConnector("here", ARGS);
    const there = new DockerConnector("there", ARGS, { provider });
    return { here: here.accountId, there: there.accountId };
  };
}

/** A connector, and one of the same Pulumi name inside a component; both would be the same object in Harness. */
export const sameNameInside = async (): Promise<void> => {
  new DockerConnector("registry", ARGS);
  const parent = new ComponentResource("my:index:Images", "images");
  new DockerConnector("registry", ARGS, { parent });
};

/** A connector inside a component. */
export const inside = async (): Promise<void> => {
  const parent = new ComponentResource("my:index:Images", "images");
  new DockerConnector("registry", ARGS, { parent });
};
