import { DockerConnector, HarnessImageConnector, SecretText, StageImageOverride } from "pulumi-harness-images";

/** What a program of connectors is made of. */
export interface ConnectorsPlan {
  readonly size: number;
  readonly orgId: string;
  readonly projectId: string;
  /** A secret that is there. */
  readonly passwordRef: string;
}

/** As many connectors in one project as the plan says, each with all that people commonly give. */
export function connectors({ size, ...plan }: ConnectorsPlan): () => Promise<void> {
  return async () => {
    for (let index = 0; index < size; index += 1) {
      new DockerConnector(`registry-${index}`, argumentsOf(index, plan));
    }
  };
}

/** One resource of each type. */
export async function oneOfEach(): Promise<void> {
  const token = new SecretText("token", { value: "a value for one run" });
  const registry = new DockerConnector("registry", {
    url: "https://registry.example.com",
    auth: { type: "UsernamePassword", username: "ci", passwordRef: token.ref },
    connectivityMode: "Platform",
  });
  new HarnessImageConnector("image", {
    url: "https://registry.example.com",
    auth: { type: "Anonymous" },
    connectivityMode: "Platform",
  });
  new StageImageOverride("stage", {
    orgId: "default",
    projectId: "demo",
    pipelineIdentifier: "pipeline_0",
    stageIdentifier: "stage_0",
    connectorRef: registry.ref,
  });
}

/** The arguments of one connector of the fleet. */
export function argumentsOf(index: number, { orgId, projectId, passwordRef }: Omit<ConnectorsPlan, "size">) {
  return {
    description: "Where the builds of one team pull from",
    tags: { team: `team-${index}`, tier: "build" },
    orgId,
    projectId,
    url: `https://registry-${index}.example.com/images`,
    providerType: "Other" as const,
    auth: { type: "UsernamePassword" as const, username: "ci", passwordRef },
    connectivityMode: "Delegate" as const,
    delegateSelectors: ["linux"],
    testConnection: { mode: "off" as const },
  };
}
