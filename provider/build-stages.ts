import type { Pipelines } from "./api/pipelines";
import type { PipelineAddress, StoredPipeline } from "./api/stored-pipeline";
import { pipelineName } from "./api/stored-pipeline";
import { placeOf } from "./domain/override-place";
import { refusalText } from "./domain/override-refusals";
import type { Pipeline } from "./domain/pipeline-stages";
import { CannotOverrideError, isHarnessError, NotFoundError } from "./errors";
import { sightAt } from "./handlers/stage-override-decide";
import type { Session } from "./session";

/** Where to look for stages. */
export interface StageSearch {
  readonly orgId: string;
  readonly projectId: string;
  readonly pipelineIdentifier?: string | undefined;
  readonly branch?: string | undefined;
  readonly unreadable?: "throw" | "skip" | undefined;
}

/** A stage and its image connector, as `findBuildStages` gives it. */
export interface FoundStage {
  readonly orgId: string;
  readonly projectId: string;
  readonly pipelineIdentifier: string;
  readonly stageIdentifier: string;
  readonly overridable: boolean;
  readonly reason?: string;
  readonly infrastructure?: string;
  readonly connectorRef?: string;
  readonly managedBy?: string;
  readonly branch?: string;
}

/** Pipelines that are read at a time. */
const AT_A_TIME = 8;

/**
 * Lists the stages of one pipeline, or of all of a project, in the order of the pipelines.
 *
 * @throws NotFoundError when the project, or the pipeline that was named, is not there
 * @throws CannotOverrideError naming all pipelines that cannot be read: what is left out of a list looks like something to be removed
 */
export async function stagesOf(session: Session, search: StageSearch): Promise<FoundStage[]> {
  const { orgId, projectId, pipelineIdentifier, branch } = search;
  const doing = `find the stages of project ${orgId}/${projectId}`;
  const { pipelines, places } = session.harness(doing);
  const names = pipelineIdentifier === undefined ? await pipelines.list(search, { doing }) : [pipelineIdentifier];
  if (names.length === 0 && (await places.missing(search)) !== undefined) throw noProject(search, doing);
  const found: FoundStage[] = [];
  const unread: string[] = [];
  for (let from = 0; from < names.length; from += AT_A_TIME) {
    const some = names.slice(from, from + AT_A_TIME).map(async (name) => {
      const address = { orgId, projectId, pipelineIdentifier: name, branch };
      const stored = await readable(pipelines, address);
      if (typeof stored !== "string") return stagesIn(address, stored);
      if (pipelineIdentifier !== undefined && stored === NOT_THERE) throw noPipeline(address, doing);
      // On a branch that was asked for, not every pipeline need be.
      if (branch === undefined || stored !== NOT_THERE) unread.push(`${name} (${stored})`);
      return [];
    });
    found.push(...(await Promise.all(some)).flat());
  }
  if (unread.length > 0) leaveOut(session, unread, search, doing);
  return found;
}

const NOT_THERE = "it is not there";

/** A pipeline that can be looked through, or in words why not. Failures that are about more than this pipeline are thrown. */
async function readable(pipelines: Pipelines, address: PipelineAddress): Promise<ReadPipeline | string> {
  try {
    const stored = await pipelines.glance(address);
    if (stored === undefined) return NOT_THERE;
    const { content, git } = stored;
    return "problem" in content ? content.problem : { content, git };
  } catch (error) {
    if (isHarnessError(error, "REFUSED")) return `Harness said: ${error.answer.message ?? error.message}`;
    throw error;
  }
}

interface ReadPipeline {
  readonly content: Pipeline;
  readonly git: StoredPipeline["git"];
}

function leaveOut(session: Session, unread: readonly string[], search: StageSearch, doing: string): void {
  const what = `${unread.length === 1 ? "a pipeline" : `${unread.length} pipelines`} cannot be read: ${unread.join("; ")}`;
  if (search.unreadable === "skip") {
    session.notices.say(`project ${search.orgId}/${search.projectId}`, `${what}; left out`);
    return;
  }
  const next =
    'Correct them in Harness, or write unreadable: "skip". Mind that stages which are left out of a list that makes overrides have theirs taken back.';
  throw new CannotOverrideError({ doing, what, next });
}

function stagesIn(address: PipelineAddress, { content, git }: ReadPipeline): FoundStage[] {
  const { orgId, projectId, pipelineIdentifier } = address;
  return content.stages.map(({ identifier: stageIdentifier }) => {
    const names = { orgId, projectId, pipelineIdentifier, stageIdentifier };
    const branch = git === undefined ? {} : { branch: git.branch };
    const place = placeOf(content, stageIdentifier);
    if ("what" in place) return { ...names, overridable: false, reason: refusalText(place), ...branch };
    const { value, mark } = sightAt(content, place);
    return {
      ...names,
      overridable: true,
      infrastructure: place.infrastructure,
      ...(value === undefined ? {} : { connectorRef: value }),
      ...(mark === undefined ? {} : { managedBy: mark.owner }),
      ...branch,
    };
  });
}

/** An empty list of a project that is not there would take all overrides back. */
function noProject({ orgId, projectId }: StageSearch, doing: string): NotFoundError {
  const next = "correct orgId and projectId; what a key may not see can look missing.";
  return new NotFoundError({ doing, what: `project ${orgId}/${projectId} is not there`, next });
}

function noPipeline(address: PipelineAddress, doing: string): NotFoundError {
  const next = "correct orgId, projectId and pipelineIdentifier; what a key may not see can look missing.";
  return new NotFoundError({ doing, what: `pipeline ${pipelineName(address)} is not there`, next });
}
