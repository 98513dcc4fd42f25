import { z } from "zod";
import type { Pipelines } from "./api/pipelines";
import type { PipelineAddress, StoredPipeline } from "./api/stored-pipeline";
import { pipelineName } from "./api/stored-pipeline";
import { placeOf } from "./domain/override-place";
import { refusalText } from "./domain/override-refusals";
import { uneditable } from "./domain/override-trial";
import type { Pipeline } from "./domain/pipeline-stages";
import type { Plain } from "./domain/plain";
import { suggestion } from "./domain/problem";
import { problemsOf } from "./domain/schema-problems";
import { CannotOverrideError, InvalidInputError, isHarnessError, NotFoundError } from "./errors";
import { sightAt } from "./handlers/stage-override-decide";
import type { Session } from "./session";

const name = z.string("must be a text").min(1, "is empty");
const searchArgs = z.strictObject({
  orgId: name,
  projectId: name,
  pipelineIdentifier: name.optional(),
  branch: name.optional(),
  unreadable: z.enum(["throw", "skip"], "must be throw or skip").optional(),
  match: z
    .union([z.instanceof(RegExp), z.custom<(stage: FoundStage) => boolean>((value) => typeof value === "function")], {
      error: "must be a regular expression or a function",
    })
    .optional(),
});

/** Where to look for stages, and which of them are wanted. */
export type StageSearch = z.infer<typeof searchArgs>;

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
 * Reads what a program asks for.
 *
 * @throws InvalidInputError naming all that is wrong
 */
export function stageSearch(args: Plain): StageSearch {
  const read = searchArgs.safeParse(args);
  if (read.success) return read.data;
  const problems = problemsOf(read.error, args, searchArgs, "findBuildStages");
  const next = `Correct them: ${problems.map(({ path, text }) => `${path} ${text}`).join("; ")}`;
  throw new InvalidInputError({ doing: "find stages", what: "the arguments of findBuildStages are wrong", next });
}

/**
 * Lists the stages of one pipeline, or of all of a project, by the identifiers of the pipelines and in the order they have there.
 *
 * @throws NotFoundError when the project, the pipeline that was named, or the branch is not there
 * @throws CannotOverrideError naming all pipelines that cannot be read: what is left out of a list looks like something to be removed
 */
export async function stagesOf(session: Session, search: StageSearch): Promise<FoundStage[]> {
  const { orgId, projectId, pipelineIdentifier, branch } = search;
  const doing = `find the stages of project ${orgId}/${projectId}`;
  const { pipelines, places } = session.harness(doing);
  // In Harness's order, last saved first, each save of ours would look like another list.
  const names =
    pipelineIdentifier === undefined ? (await pipelines.list(search, { doing })).sort() : [pipelineIdentifier];
  if (names.length === 0 && (await places.missing(search)) !== undefined) throw noProject(search, doing);
  const found: FoundStage[] = [];
  const unread: string[] = [];
  const elsewhere: string[] = [];
  let onBranch = 0;
  for (let from = 0; from < names.length; from += AT_A_TIME) {
    const some = names.slice(from, from + AT_A_TIME).map(async (name) => {
      const address = { orgId, projectId, pipelineIdentifier: name, branch };
      const stored = await readable(pipelines, address);
      if (typeof stored !== "string") {
        if (stored.git !== undefined) onBranch += 1;
        return stagesIn(address, stored);
      }
      if (pipelineIdentifier !== undefined && stored === NOT_THERE) throw await noPipeline(pipelines, address, doing);
      // On a branch that was asked for, not every pipeline need be.
      if (branch === undefined || stored !== NOT_THERE) unread.push(`${name} (${stored})`);
      else elsewhere.push(name);
      return [];
    });
    found.push(...(await Promise.all(some)).flat());
  }
  if (unread.length > 0) leaveOut(session, unread, search, doing);
  if (branch !== undefined && elsewhere.length > 0)
    tellOfBranch(session, onBranch, elsewhere, { ...search, branch }, doing);
  return found.filter(isWanted(search.match));
}

/** A pattern is asked anew for each stage, whatever its flags. */
function isWanted(match: StageSearch["match"]): (stage: FoundStage) => boolean {
  if (match === undefined) return () => true;
  if (!(match instanceof RegExp)) return match;
  const pattern = new RegExp(match.source, match.flags.replace(/[gy]/g, ""));
  return ({ pipelineIdentifier, stageIdentifier }) => pattern.test(`${pipelineIdentifier}/${stageIdentifier}`);
}

/** A branch that no pipeline is on is a mistake: a list made from it would take back the overrides of them all. */
function tellOfBranch(
  session: Session,
  onBranch: number,
  elsewhere: readonly string[],
  { orgId, projectId, branch }: StageSearch,
  doing: string,
): void {
  const project = `project ${orgId}/${projectId}`;
  if (onBranch === 0) {
    const what = `none of its pipelines is on branch "${branch}"; in Git there are ${elsewhere.join(", ")}`;
    throw new NotFoundError({
      doing,
      what,
      next: "Correct branch, or leave it out to read each on its own default branch.",
    });
  }
  session.notices.say(project, `left out, for they are not on branch "${branch}": ${elsewhere.join(", ")}`);
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
    const place = uneditable(content).get(stageIdentifier) ?? placeOf(content, stageIdentifier);
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

async function noPipeline(pipelines: Pipelines, address: PipelineAddress, doing: string): Promise<NotFoundError> {
  const names = await pipelines.list(address, { doing }).catch((): string[] => []);
  const like = suggestion(address.pipelineIdentifier, names);
  const next = `correct orgId, projectId and pipelineIdentifier${like}; what a key may not see can look missing.`;
  return new NotFoundError({ doing, what: `pipeline ${pipelineName(address)} is not there`, next });
}
