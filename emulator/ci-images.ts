import type { Switches } from "./switches";

/** The kinds of infrastructure there is a list for. [H174] */
export type CiInfra = "K8" | "VM";
/** Images by field. */
export type CiImageMap = Readonly<Record<string, string>>;

/** What all lists have. The tags are examples: real ones change weekly. */
const COMMON: CiImageMap = {
  gitCloneTag: "harness/drone-git:1.6.9-rootless",
  gcsUploadTag: "plugins/gcs:1.6.3",
  s3UploadTag: "plugins/s3:1.5.3",
  artifactoryUploadTag: "plugins/artifactory:1.7.6",
  cacheGCSTag: "plugins/cache:1.9.8",
  cacheS3Tag: "plugins/cache:1.9.8",
  securityTag: "harness/sto-plugin:latest",
  sscaOrchestrationTag: "harness/ssca-plugin:0.39.0",
  sscaEnforcementTag: "harness/ssca-plugin:0.39.0",
};
/** Harness's own images, by infrastructure. [H177] [H178] */
const DEFAULTS: { readonly [infra in CiInfra]: CiImageMap } = {
  K8: {
    ...COMMON,
    addonTag: "harness/ci-addon:1.16.92",
    liteEngineTag: "harness/ci-lite-engine:1.16.92",
    addonTagRootless: "harness/ci-addon:rootless-1.16.92",
    liteEngineTagRootless: "harness/ci-lite-engine:rootless-1.16.92",
    buildAndPushDockerRegistryTag: "plugins/kaniko:1.10.6",
    buildAndPushECRTag: "plugins/kaniko-ecr:1.11.0",
    buildAndPushACRTag: "plugins/kaniko-acr:1.11.2",
    buildAndPushGCRTag: "plugins/kaniko-gcr:1.10.1",
    buildAndPushGARTag: "plugins/kaniko-gar:1.11.1",
    buildAndPushBuildxDockerRegistryTag: "plugins/buildx:1.3.3",
    buildAndPushBuildxECRTag: "plugins/buildx-ecr:1.3.1",
    buildAndPushBuildxGARTag: "plugins/buildx-gar:1.3.1",
    buildAndPushBuildxACRTag: "plugins/buildx-acr:1.3.1",
    cacheProxyImage: "harness/harness-cache-server:1.7.4",
    provenanceTag: "harness/slsa-plugin:0.39.0",
    slsaVerificationTag: "harness/slsa-plugin:0.39.0",
    sscaArtifactSigningTag: "harness/ssca-artifact-signing-plugin:0.39.0",
    sscaArtifactVerificationTag: "harness/ssca-artifact-signing-plugin:0.39.0",
    sscaCdxgenOrchestrationTag: "harness/ssca-cdxgen-plugin:0.39.0",
    sscaComplianceTag: "harness/ssca-compliance-plugin:0.39.0",
    iacmTerraform: "plugins/harness_terraform:dev",
    iacmCheckov: "plugins/harness_checkov:dev",
    cookieCutter: "harness/cookiecutter:latest",
    registerCatalog: "harness/registercatalog:latest",
  },
  VM: {
    ...COMMON,
    buildAndPushDockerRegistryTag: "plugins/docker:20.18.4",
    buildAndPushECRTag: "plugins/ecr:20.18.4",
    buildAndPushACRTag: "plugins/acr:20.18.4",
    buildAndPushGCRTag: "plugins/gcr:20.18.4",
  },
};
const OTHER_INFRA = ["DLITE_VM", "DOCKER", "UNDEFINED"];

/** Harness's own images. */
export function ciDefaults(infra: CiInfra): CiImageMap {
  return DEFAULTS[infra];
}

/** The overrides of one account: one record for all infrastructures. [H175] */
export type CiRecord = { readonly [infra in CiInfra]?: CiImageMap };

/** The infrastructure a parameter names; else Harness's words about it. */
export function infraOf(text: string, rule: Switches["ciInfraCase"]): CiInfra | { readonly problem: string } {
  const word = rule === "any" ? text.toUpperCase() : text;
  if (word === "K8" || word === "VM") return word;
  return {
    problem: OTHER_INFRA.includes(word) ? `Config not supported for infra type: ${word}` : `Unexpected value: ${text}`,
  };
}
