import { Config, type Input } from "@pulumi/pulumi";
import { DockerConnector, StageImageOverride } from "pulumi-harness-images";

/** A stage as the configuration lists it. */
interface ListedStage {
  readonly pipeline: string;
  readonly stage: string;
  readonly adopt?: boolean;
}

/** Two connectors of the account, and the stages that the configuration lists, which pull through the one it names. */
export const program = async () => {
  const refs = ["mirror", "spare"].map((name) => {
    const url = `https://${name}.example.com`;
    const connector = new DockerConnector(name, {
      url,
      auth: { type: "Anonymous" },
      connectivityMode: "Delegate",
      testConnection: { mode: "off" },
    });
    return [name, connector.ref] as const;
  });
  override(new Map(refs).get(new Config().get("connector") ?? "mirror") ?? "account.nowhere");
};

/** The stages that the configuration lists, which pull through a connector that is there already. */
export const existing = async () => override("account.mirror");

function override(connectorRef: Input<string>): void {
  const config = new Config();
  const branch = config.get("branch");
  for (const { pipeline, stage, adopt } of config.requireObject<ListedStage[]>("stages")) {
    new StageImageOverride(`${pipeline}-${stage}`, {
      orgId: "default",
      projectId: "demo",
      pipelineIdentifier: pipeline,
      stageIdentifier: stage,
      connectorRef,
      ...(branch === undefined ? {} : { git: { branch } }),
      ...(adopt === true ? { adopt } : {}),
    });
  }
}
