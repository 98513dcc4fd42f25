import { DockerConnector, type DockerConnectorArgs } from "pulumi-harness-images";

const ARGS: DockerConnectorArgs = {
  url: "https://registry.example.com",
  auth: { type: "Anonymous" },
  connectivityMode: "Platform",
};

/** A program of one connector with the usual arguments and these. */
export function withArgs(args: Partial<DockerConnectorArgs>): () => Promise<Record<string, unknown>> {
  return async () => ({ ref: new DockerConnector("registry", { ...ARGS, ...args }).ref });
}

/** One connector without credentials at account scope. */
export const anonymous = withArgs({});

/** Two connectors that would be the same object in Harness. */
export const twoConnectors = async (): Promise<void> => {
  new DockerConnector("first", { ...ARGS, identifier: "same" });
  new DockerConnector("second", { ...ARGS, identifier: "same" });
};
