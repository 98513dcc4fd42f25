/** Where Harness CI pulls its own images from, as Pulumi resources. */
export { identifierFromName } from "../provider/domain/identifier";
export type { ErrorCode } from "../provider/error-codes";
export { ERROR_CODES } from "../provider/error-codes";
export type { BuildStage, FindBuildStagesArgs } from "./build-stages";
export { findBuildStages } from "./build-stages";
export type { AnonymousAuth, DockerConnectorArgs, UsernamePasswordAuth } from "./docker-connector";
export { DockerConnector } from "./docker-connector";
export type { ProviderArgs } from "./provider";
export { Provider } from "./provider";
export type { SecretTextArgs } from "./secret-text";
export { SecretText } from "./secret-text";
export type { GitArgs, StageImageOverrideArgs } from "./stage-image-override";
export { StageImageOverride } from "./stage-image-override";
