/** A stage that can be overridden. */
interface OverridableStage {
  readonly stage: string;
  /** As `placeOf` names it. */
  readonly infrastructure: "KubernetesDirect" | "VM" | "Docker" | "kubernetes" | "vm" | "shell";
  /** The reference it has already; undefined when it has none, or an empty one. */
  readonly former: string | undefined;
  /** Whether a program has to say `adopt: true`: there is a reference, or a runtime input, which nobody knows to be ours. */
  readonly adopt: boolean;
}

/** A pipeline as people write it: a file of this folder. */
export interface PipelineFile {
  readonly file: string;
  /** Its identifier; organisation and project are `default` and `demo`. */
  readonly pipeline: string;
  readonly dialect: "v0" | "v1";
  /** Its stages that can be overridden, in order; there can be others. */
  readonly stages: readonly OverridableStage[];
}

/** All of them, one for each infrastructure and each way in which stages nest. */
export const PIPELINE_FILES: readonly PipelineFile[] = [
  pipeline("kubernetes-build", [free("build", "KubernetesDirect")]),
  pipeline("vm-pool", [free("android", "VM"), taken("installer", "VM", "account.windows_mirror")]),
  pipeline("docker-runner", [free("site", "Docker")]),
  pipeline("security-tests", [taken("bandit_scan", "KubernetesDirect", "account.security_mirror")]),
  pipeline("iacm-plan", [free("plan", "KubernetesDirect")]),
  pipeline("idp-scaffold", [taken("create_service", "KubernetesDirect", "org.platform_images")]),
  pipeline("parallel-stages", [free("backend", "KubernetesDirect"), taken("frontend", "Docker", "account.eu_mirror")]),
  pipeline("nested-parallel", [
    free("lint", "KubernetesDirect"),
    free("unit", "VM"),
    taken("contract", "KubernetesDirect", "account.mirror_2024"),
  ]),
  pipeline("inserted-stages", [
    free("build", "KubernetesDirect"),
    free("licences", "KubernetesDirect"),
    free("sbom", "KubernetesDirect"),
  ]),
  pipeline("stage-template", [taken("build", "KubernetesDirect", "<+input>")]),
  pipeline("pipeline-template", [
    taken("build", "KubernetesDirect", "<+input>.default(account.harnessImage)"),
    taken("scan", "VM", "<+input>"),
  ]),
  pipeline("windows-line-ends", [
    free("msbuild", "VM"),
    taken("integration", "KubernetesDirect", "account.windows_mirror"),
  ]),
  pipeline("json-like", [free("build", "KubernetesDirect"), taken("publish", "Docker", "account.eu_mirror")]),
  pipeline("quoted-values", [
    taken("build", "KubernetesDirect", "account.harnessImage"),
    taken("tests", "KubernetesDirect", "org.images"),
    free("ship", "VM"),
  ]),
  pipeline("matrix-build", [free("test", "KubernetesDirect")]),
  pipeline("mixed-release", [free("build", "KubernetesDirect"), free("notes", "Docker")]),
  pipeline(
    "unified-build",
    [free("build", "kubernetes"), taken("unit", "vm", "account.eu_mirror"), free("local", "shell")],
    "v1",
  ),
];

function pipeline(
  name: string,
  stages: readonly OverridableStage[],
  dialect: PipelineFile["dialect"] = "v0",
): PipelineFile {
  return { file: `${name}.yaml`, pipeline: name.replaceAll("-", "_"), dialect, stages };
}

function free(stage: string, infrastructure: OverridableStage["infrastructure"]): OverridableStage {
  return { stage, infrastructure, former: undefined, adopt: false };
}

function taken(stage: string, infrastructure: OverridableStage["infrastructure"], former: string): OverridableStage {
  return { stage, infrastructure, former, adopt: true };
}
