import { DockerConnector, StageImageOverride } from "pulumi-harness-images";

/** One connector of the account, and an override of every stage of some pipelines. */
export function overrides(pipelines: number, stages: number): () => Promise<void> {
  return async () => {
    const mirror = new DockerConnector("mirror", {
      url: "https://registry.example.com/images",
      auth: { type: "Anonymous" },
      connectivityMode: "Delegate",
      testConnection: { mode: "off" },
    });
    for (let pipeline = 0; pipeline < pipelines; pipeline += 1) {
      for (let stage = 0; stage < stages; stage += 1) {
        new StageImageOverride(`pipeline-${pipeline}-stage-${stage}`, {
          orgId: "default",
          projectId: "demo",
          pipelineIdentifier: `pipeline_${pipeline}`,
          stageIdentifier: `stage_${stage}`,
          connectorRef: mirror.ref,
        });
      }
    }
  };
}
