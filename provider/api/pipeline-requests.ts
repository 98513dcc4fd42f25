import { z } from "zod";
import type { Call, Purpose } from "../client/call";
import { endpoints } from "../client/endpoints";
import { isDenied } from "../domain/governance";
import { scopeQuery } from "../domain/scope";
import { CannotOverrideError } from "../errors";
import { SUCCESS, unsaved } from "./saved";
import type { PipelineAddress, StoredPipeline } from "./stored-pipeline";

/** A text to be saved over a pipeline as it was read. */
export interface PipelineText {
  readonly address: PipelineAddress;
  readonly base: StoredPipeline;
  readonly text: string;
  /** For a remote pipeline. */
  readonly message: string;
}

/** Where a pipeline stands in the v1 API. */
export function pathOf({ orgId, projectId, pipelineIdentifier }: PipelineAddress): Record<string, string> {
  return { org: orgId, project: projectId, pipeline: pipelineIdentifier };
}

/**
 * The request that saves a text, through the API of its dialect.
 *
 * @throws CannotOverrideError when the save could not be told from one over others' commits
 */
export function saveRequest(given: PipelineText, purpose: Purpose): Call<void> {
  requireIds(given.base, purpose);
  const { content } = given.base;
  return "dialect" in content && content.dialect === "v1" ? unifiedSave(given, purpose) : save(given, purpose);
}

const savedEnvelope = z.looseObject({
  status: SUCCESS,
  data: z.looseObject({ identifier: z.string().nullish(), governanceMetadata: z.unknown().optional() }).nullish(),
  correlationId: z.string().nullish(),
});

/** Without an id of what was read, Git could not tell that somebody else has saved since. [H164] */
function requireIds({ git }: StoredPipeline, { doing }: Purpose): void {
  if (git === undefined || git.objectId !== undefined || git.commitId !== undefined) return;
  const what =
    "Harness does not say which commit of the pipeline it answered, so that a save could come over others' commits";
  const next = "Look at the pipeline's Git connection in Harness, then run again. Nothing was sent.";
  throw new CannotOverrideError({ doing, what, next });
}

/** What Git needs to know of a save, under the names of the v1 API and those of the v0 query; nothing for an inline pipeline. */
function gitOf({
  base,
  message,
}: PipelineText): Record<"unified" | "query", Record<string, string | boolean | undefined>> {
  const { git } = base;
  if (git === undefined) return { unified: { store_type: "INLINE" }, query: {} };
  const connectorRef = git.isHarnessCodeRepo ? undefined : git.connectorRef;
  const isHarnessCodeRepo = git.isHarnessCodeRepo ? true : undefined;
  const { repoName, branch, filePath, objectId, commitId } = git;
  const storeType = "REMOTE";
  return {
    query: {
      ...{ storeType, connectorRef, isHarnessCodeRepo, repoName, branch, filePath },
      ...{ commitMsg: message, lastObjectId: objectId, lastCommitId: commitId },
    },
    unified: {
      ...{ store_type: storeType, connector_ref: connectorRef, is_harness_code_repo: isHarnessCodeRepo },
      ...{ repo_name: repoName, branch_name: branch },
      ...{ commit_message: message, last_object_id: objectId, last_commit_id: commitId },
    },
  };
}

/** [H145] [H146] [H150] [H163] */
function save(given: PipelineText, purpose: Purpose): Call<void> {
  const { address, text } = given;
  return {
    endpoint: endpoints.updatePipeline,
    ...purpose,
    path: { pipeline: address.pipelineIdentifier },
    query: { ...scopeQuery(address), ...gitOf(given).query },
    body: text,
    parse: (body) => {
      const { data, correlationId } = savedEnvelope.parse(body);
      const governance = data?.governanceMetadata;
      if (data?.identifier && !isDenied(governance)) return;
      throw unsaved(purpose, governance, correlationId ?? undefined);
    },
  };
}

/** [H154] */
function unifiedSave(given: PipelineText, purpose: Purpose): Call<void> {
  const { address, base, text } = given;
  const { name, description, tags } = base.parts;
  const identifier = address.pipelineIdentifier;
  return {
    endpoint: endpoints.updateUnifiedPipeline,
    ...purpose,
    path: pathOf(address),
    body: { pipeline_yaml: text, identifier, name, description, tags, version: "1", git_details: gitOf(given).unified },
    parse: (body) => void z.looseObject({ identifier: z.literal(identifier) }).parse(body),
  };
}
