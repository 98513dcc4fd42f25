// Two stages of a pipeline that somebody else owns pull Harness's images through a connector of their own.
import { Config } from "@pulumi/pulumi";
import { DockerConnector, StageImageOverride } from "pulumi-harness-images";

export = async () => {
  const config = new Config();
  const pipelineIdentifier = config.get("pipeline") ?? "checkout";

  // Harness asks for account scope here, so there is no orgId and no projectId.
  const mirror = new DockerConnector("mirror", {
    url: config.get("registryUrl") ?? "https://us-docker.pkg.dev/gar-prod-setup/harness-public",
    auth: { type: "Anonymous" },
    connectivityMode: "Delegate",
  });

  const stages = config.getObject<string[]>("stages") ?? ["build", "integration"];
  for (const stageIdentifier of stages) {
    new StageImageOverride(`${pipelineIdentifier}-${stageIdentifier}`, {
      orgId: config.get("orgId") ?? "default",
      projectId: config.get("projectId") ?? "demo",
      pipelineIdentifier,
      stageIdentifier,
      connectorRef: mirror.ref,
    });
  }

  return { connectorRef: mirror.ref };
};
