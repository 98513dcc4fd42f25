import { type BuildStage, DockerConnector, findBuildStages, StageImageOverride } from "pulumi-harness-images";

/** Every stage of a project that can be overridden pulls through one connector. */
export const program = () => overrideAll(({ overridable }) => overridable, true);

/** The same, but stages that have a connector of somebody else are left out. */
export const polite = () =>
  overrideAll(
    ({ overridable, connectorRef, managedBy }) =>
      overridable && (connectorRef === undefined || managedBy !== undefined),
    false,
  );

async function overrideAll(match: (stage: BuildStage) => boolean, adopt: boolean) {
  const { ref: connectorRef } = new DockerConnector("mirror", {
    url: "https://mirror.example.com",
    auth: { type: "Anonymous" },
    connectivityMode: "Delegate",
  });
  const stages = await findBuildStages({ orgId: "default", projectId: "demo", match });
  for (const { orgId, projectId, pipelineIdentifier, stageIdentifier, branch } of stages) {
    new StageImageOverride(`${pipelineIdentifier}-${stageIdentifier}`, {
      ...{ orgId, projectId, pipelineIdentifier, stageIdentifier, connectorRef, adopt },
      ...(branch === undefined ? {} : { git: { branch } }),
    });
  }
  return { found: stages.length };
}

/** Looks for the stages of a pipeline that is not there. */
export const nowhere = async () => ({
  found: await findBuildStages({ orgId: "default", projectId: "demo", pipelineIdentifier: "nowhere" }),
});
