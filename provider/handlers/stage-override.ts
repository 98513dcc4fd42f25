import { LOOK_INTO_HISTORY, overwrittenWords, unwatchedWords } from "../api/overwritten";
import type { StageOutcome } from "../api/stage-change";
import type { PipelineAddress, StoredPipeline } from "../api/stored-pipeline";
import type { Purpose } from "../client/call";
import { knownText } from "../domain/object-args";
import { placeOf } from "../domain/override-place";
import { unreadable } from "../domain/override-refusals";
import type { Pipeline } from "../domain/pipeline-stages";
import { isPlain, omit, type Plain, withoutUndefined } from "../domain/plain";
import { type StageAddress, stageId, stageIn } from "../domain/stage-image-override";
import { CannotOverrideError, InvalidInputError, OverwrittenError } from "../errors";
import type { Session } from "../session";
import { FORMER_KEY, sightAt, WRITTEN_KEY, yamlPathOf } from "./stage-override-decide";

/** What is kept of an override that does not follow from the pipeline. */
export interface Memory {
  readonly former: string | undefined;
  readonly previous: string | undefined;
  /** The reference we wrote last. */
  readonly written: string | undefined;
  /** The commit of our last save. */
  readonly lastCommitId: string | undefined;
}

/** The pipeline of a stage. */
export function pipelineOf({ orgId, projectId, pipelineIdentifier, branch }: StageAddress): PipelineAddress {
  return { orgId, projectId, pipelineIdentifier, branch };
}

/** The stage of a resource that is to be written. @throws InvalidInputError when the engine names none, which would be a bug */
export function requireStage(inputs: Plain, label: string): StageAddress {
  const stage = stageIn(inputs);
  if (stage !== undefined) return stage;
  const next = "please report this as a bug of pulumi-harness-images.";
  throw new InvalidInputError({ doing: `write ${label}`, what: "its inputs name no stage", next });
}

/** `override the image connector of stage default/demo/checkout/build (StageImageOverride "build")` */
export function doingTo(verb: string, label: string, stage: StageAddress): string {
  const where = stage.branch === undefined ? "" : `, branch ${stage.branch}`;
  return `${verb} the image connector of stage ${stageId(stage)}${where} (${label})`;
}

/** @throws CannotOverrideError when the program says Git and Harness does not, or the other way round */
export function requireStore({ git }: StoredPipeline, { branch }: StageAddress, { doing }: Purpose): void {
  const problem = storeProblem(git, branch);
  if (problem !== undefined) throw new CannotOverrideError({ doing, ...problem });
}

function storeProblem(git: StoredPipeline["git"], branch: string | undefined) {
  if (git !== undefined && branch === undefined) {
    const file = [git.repoName, git.filePath].filter((part) => part !== undefined).join(", file ");
    const what = `the pipeline lives in Git${file === "" ? "" : ` (repository ${file})`}, where every change is a commit`;
    return { what, next: `Say on which branch: git: { branch: "${git.branch}" }.` };
  }
  if (git === undefined && branch !== undefined) {
    return { what: "the pipeline is stored inline in Harness, not in Git", next: "Remove git." };
  }
  return undefined;
}

/** The pipeline's content. @throws CannotOverrideError when it cannot be read */
export function requireContent({ content }: StoredPipeline, { doing }: Purpose): Pipeline {
  if (!("problem" in content)) return content;
  throw new CannotOverrideError({ doing, ...unreadable(content.problem) });
}

/** One stage on one branch, as a key of what this run knows. */
export function changeKey(stage: StageAddress): string {
  return `stage ${stageId(stage)} ${stage.branch ?? ""}`;
}

/** What is stored of an override after a write or a read. */
export function overrideOutputs(session: Session, stored: StoredPipeline, props: Plain, memory: Memory): Plain {
  const { content } = stored;
  const place = "problem" in content ? undefined : placeOf(content, String(props["stageIdentifier"]));
  const sight = "problem" in content || place === undefined || "what" in place ? undefined : sightAt(content, place);
  return withoutUndefined({
    ...omit(props, ["__provider", FORMER_KEY, WRITTEN_KEY, "previousConnectorRef", "lastCommitId"]),
    connectorRef: sight?.value ?? "",
    infrastructure: sight?.place.infrastructure ?? "",
    yamlPath: sight === undefined ? "" : yamlPathOf(sight),
    storeType: stored.git === undefined ? "INLINE" : "REMOTE",
    previousConnectorRef: memory.previous,
    lastCommitId: memory.lastCommitId,
    accountId: session.harness("read a pipeline").accountId,
    [FORMER_KEY]: memory.former,
    [WRITTEN_KEY]: memory.written,
  });
}

/** The memory in outputs. */
export function memoryIn(props: Plain): Memory {
  return {
    former: knownText(props[FORMER_KEY]),
    previous: knownText(props["previousConnectorRef"]),
    written: knownText(props[WRITTEN_KEY]),
    lastCommitId: knownText(props["lastCommitId"]),
  };
}

/** The commit message the program gave. */
export function messageIn({ git }: Plain): string | undefined {
  return isPlain(git) ? knownText(git["commitMessage"]) : undefined;
}

/** An operation that has come to its end. */
export interface Ended {
  readonly label: string;
  readonly doing: string;
  readonly id: string;
  readonly outs: Plain;
  /** The inputs it worked with, which hold the text of the provider that the state needs. */
  readonly inputs: Plain;
}

/** Tells what a save brought with it. @throws OverwrittenError when somebody else's save may be lost under ours */
export function tellOf(session: Session, { unmarked, overwritten, unwatched }: StageOutcome, ended: Ended): void {
  const { label, doing, id, inputs } = ended;
  if (unmarked) {
    const text =
      "written without its mark, because the line in the pipeline can hold no comment; a run that loses its state will ask for adopt: true";
    session.notices.say(label, text);
  }
  if (unwatched) session.notices.sayForAll(label, unwatchedWords(id));
  if (overwritten === undefined) return;
  const outs = { ...ended.outs, __provider: inputs["__provider"] };
  const opening = `${label} is in place (stage ${id}), but`;
  const next = `${LOOK_INTO_HISTORY} This override is in the state; the next \`pulumi up\` has nothing to do for it.`;
  throw new OverwrittenError({ doing, opening, what: overwrittenWords(overwritten), next }, { id, outs });
}
