import { Config } from "@pulumi/pulumi";
import { DockerConnector, type DockerConnectorArgs, SecretText, StageImageOverride } from "pulumi-harness-images";

/** Where the pipeline of these programs is. */
const STAGE = {
  orgId: "default",
  projectId: "demo",
  pipelineIdentifier: "release",
  stageIdentifier: "build",
} as const;

/** A login whose password is kept in a secret of the account. */
const LOGIN = { type: "UsernamePassword", username: "robot", passwordRef: "account.password" } as const;

/** A connector that goes through the delegates of one region; on request several. */
export function connectors(args: Partial<DockerConnectorArgs>, count = 1): () => Promise<void> {
  return async () => {
    for (let index = 0; index < count; index += 1) {
      new DockerConnector(count === 1 ? "registry" : `registry-${index}`, {
        url: "https://registry.example.com",
        auth: LOGIN,
        connectivityMode: "Delegate",
        testConnection: { mode: "off" },
        ...args,
      });
    }
  };
}

/** A stage that pulls through a connector. */
export function override(connectorRef: string): () => Promise<void> {
  return async () => {
    new StageImageOverride("build", { ...STAGE, connectorRef });
  };
}

/** A secret, a connector that signs in with it, and a stage that pulls through that: one makes the next possible. */
export const together = async (): Promise<void> => {
  const token = new SecretText("token", { value: new Config().requireSecret("token") });
  const registry = new DockerConnector("registry", {
    url: "https://registry.example.com",
    auth: { type: "UsernamePassword", username: "robot", passwordRef: token.ref },
    connectivityMode: "Platform",
    testConnection: { mode: "off" },
  });
  new StageImageOverride("build", { ...STAGE, connectorRef: registry.ref });
};
