import { z } from "zod";
import { type Content, readPipeline } from "../domain/pipeline-stages";
import type { Plain } from "../domain/plain";

/** A pipeline, on one branch where it is in Git. */
export interface PipelineAddress {
  readonly orgId: string;
  readonly projectId: string;
  readonly pipelineIdentifier: string;
  /** Undefined for an inline pipeline, or for a remote one's own default branch. */
  readonly branch: string | undefined;
}

/** Where a remote pipeline lies, and the ids a save must name. [H153] [H164] */
export interface GitPlace {
  readonly branch: string;
  readonly repoName: string | undefined;
  readonly filePath: string | undefined;
  readonly connectorRef: string | undefined;
  readonly isHarnessCodeRepo: boolean;
  readonly objectId: string | undefined;
  readonly commitId: string | undefined;
}

/** What is told of a pipeline. */
export interface PipelineParts {
  readonly text: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: Plain | undefined;
  /** When it was saved last, in Harness's own time. [H156] */
  readonly updated: number | undefined;
  /** Whether its times are finer than seconds: two saves in one second would look like one. */
  readonly toTheMillisecond: boolean;
  /** Undefined for an inline pipeline. [H162] */
  readonly git: GitPlace | undefined;
}

/** A pipeline as it was read, or as we saved it. */
export class StoredPipeline {
  readonly parts: PipelineParts;
  private read: Content | undefined;

  /** @param content the text, where it was read already */
  constructor(parts: PipelineParts, content?: Content) {
    this.parts = parts;
    this.read = content;
  }

  get text(): string {
    return this.parts.text;
  }

  get git(): GitPlace | undefined {
    return this.parts.git;
  }

  get updated(): number | undefined {
    return this.parts.updated;
  }

  /** The text as a pipeline, or what is wrong with it. Read once. */
  get content(): Content {
    this.read ??= readPipeline(this.text);
    return this.read;
  }
}

/** `org/project/pipeline`, with the branch where one is named. */
export function pipelineName({ orgId, projectId, pipelineIdentifier, branch }: PipelineAddress): string {
  const name = `${orgId}/${projectId}/${pipelineIdentifier}`;
  return branch === undefined ? name : `${name} (branch ${branch})`;
}

const text = z.string().nullish();
const pipelineAnswer = z.looseObject({
  pipeline_yaml: z.string(),
  identifier: z.string(),
  name: text,
  description: text,
  tags: z.looseObject({}).nullish(),
  created: z.number().nullish(),
  updated: z.number().nullish(),
  git_details: z
    .looseObject({
      object_id: text,
      branch_name: text,
      file_path: text,
      repo_name: text,
      commit_id: text,
      connector_ref: text,
      is_harness_code_repo: z.boolean().nullish(),
    })
    .nullish(),
});

/**
 * Reads the answer to a look at a pipeline.
 *
 * @throws Error when it is not one
 */
export function storedPipeline(body: unknown, { pipelineIdentifier }: PipelineAddress): StoredPipeline {
  const identifier = z.literal(pipelineIdentifier, "it speaks of another pipeline");
  const found = pipelineAnswer.extend({ identifier }).parse(body);
  const { branch_name: branch, ...git } = found.git_details ?? {};
  return new StoredPipeline({
    text: found.pipeline_yaml,
    name: found.name ?? found.identifier,
    description: found.description ?? undefined,
    tags: found.tags ?? undefined,
    updated: found.updated ?? undefined,
    toTheMillisecond: [found.created, found.updated].some((time) => typeof time === "number" && time % 1000 !== 0),
    git: !branch
      ? undefined
      : {
          branch,
          repoName: git.repo_name ?? undefined,
          filePath: git.file_path ?? undefined,
          connectorRef: git.connector_ref ?? undefined,
          isHarnessCodeRepo: git.is_harness_code_repo === true,
          objectId: git.object_id ?? undefined,
          commitId: git.commit_id ?? undefined,
        },
  });
}
