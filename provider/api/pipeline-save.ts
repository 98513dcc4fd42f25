import type { Purpose } from "../client/call";
import type { HarnessClient } from "../client/client";
import { ChangedMeanwhileError, type HarnessError, isHarnessError, NotFoundError } from "../errors";
import { commitMessage } from "./commit-message";
import type { Pipelines, SaveCount } from "./pipelines";
import { outcomeUnknown, unkept } from "./save-errors";
import { SaveLosses } from "./save-losses";
import { noteSent, type Plan, planOf, type Request } from "./stage-change";
import { type PipelineAddress, pipelineName, StoredPipeline } from "./stored-pipeline";

/** How often a save is prepared anew because others saved first. */
const MOST_ATTEMPTS = 30;
const PAUSE_MS = 40;
/** How often a save whose answers get lost is sent. */
const MOST_LOST = 3;
/** How often a save is made again that somebody else seems to have come over at once. */
const MOST_UNKEPT = 3;

/** A pipeline as far as it is known. */
interface Known {
  readonly stored: StoredPipeline;
  /** Whether it was read for this save, and not earlier in the run. */
  readonly justRead: boolean;
}

/** A look at a pipeline just before a save. */
interface Look extends Known {
  /** Whether a save made from it may go out at once. */
  readonly current: boolean;
  /** How often an inline pipeline was saved so far; runs count too. */
  readonly version: number | undefined;
}

/** What a save works with. */
export interface SaveTools {
  readonly client: HarnessClient;
  readonly pipelines: Pipelines;
  /** Told of saves of others that may be lost under ours, when no change is left to report them. */
  readonly tellLoss: (address: PipelineAddress, saves: number) => void;
}

/**
 * Brings gathered changes into one pipeline with one save: plan on what is known, look whether it still is so, save at once, and
 * look again whether the save is in place and what it came over.
 */
export class PipelineSave {
  private readonly client: HarnessClient;
  private readonly pipelines: Pipelines;
  private readonly tellLoss: SaveTools["tellLoss"];
  private readonly address: PipelineAddress;
  private readonly requests: readonly Request[];
  private readonly purpose: Purpose;
  private readonly losses = new SaveLosses();
  /** How often Harness has answered that it saved what was not there then. */
  private unkept = 0;
  /** The last refusal that looked like a conflict. */
  private refusal: HarnessError | undefined;

  constructor(tools: SaveTools, address: PipelineAddress, requests: readonly Request[]) {
    this.client = tools.client;
    this.pipelines = tools.pipelines;
    this.tellLoss = tools.tellLoss;
    this.address = address;
    this.requests = requests;
    const [only] = requests.length === 1 ? requests : [];
    this.purpose = only?.change.purpose ?? {
      doing: `save pipeline ${pipelineName(address)} with the image connectors of ${requests.length} stages`,
    };
  }

  /** Settles each request by itself. @throws HarnessError when the save as a whole fails; requests may be left open then */
  async run(): Promise<void> {
    try {
      await this.saveAll();
    } finally {
      // No request has succeeded that could have reported it.
      const { overwritten } = this.losses.taken();
      if (overwritten !== undefined) this.tellLoss(this.address, overwritten);
    }
  }

  private async saveAll(): Promise<void> {
    let known = await this.first();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const prepared = planOf(known.stored, this.requests);
      const look = await this.look(known, attempt);
      if (!look.current) {
        known = look;
        continue;
      }
      const plan = look.stored === known.stored ? prepared : planOf(look.stored, this.requests);
      this.settleWithoutSave(plan, look.stored);
      if (plan.writes.length === 0) return;
      if (plan.text === look.stored.text) return void this.finish(plan, look.stored, false);
      const next = await this.save(plan, look, attempt);
      if (next === undefined) return;
      known = { stored: next, justRead: true };
    }
    for (const { change, reject } of this.requests.filter(({ settled }) => !settled)) {
      const what = `others saved pipeline ${pipelineName(this.address)} each of the ${MOST_ATTEMPTS} times we were about to`;
      const next = "Run `pulumi up` again when it is quieter: it takes up what was done.";
      // Harness's words may be of something else than the others' saves.
      const parts = { doing: change.purpose.doing, what, next, answer: this.refusal?.answer, cause: this.refusal };
      reject(new ChangedMeanwhileError(parts));
    }
  }

  /** What this run has read already, even if that failed then. */
  private async first(): Promise<Known> {
    const seen = await this.pipelines.glance(this.address).catch(() => undefined);
    return seen === undefined ? { stored: await this.now(), justRead: true } : { stored: seen, justRead: false };
  }

  private async now(): Promise<StoredPipeline> {
    const found = await this.pipelines.read(this.address, this.purpose);
    if (found !== undefined) return found;
    const next = "Correct orgId, projectId, pipelineIdentifier (and git.branch), or create the pipeline first.";
    const what = `pipeline ${pipelineName(this.address)} is not there`;
    throw new NotFoundError({ doing: this.purpose.doing, what, next });
  }

  /**
   * For an inline pipeline the number and time of its saves tell whether a text is still the present one, and cost less than the
   * text. A remote one is read for its ids, and whatever its text is then, it can be saved against: Git refuses a save that does
   * not name the present ids.
   */
  private async look({ stored: known, justRead }: Known, attempt: number): Promise<Look> {
    if (known.git !== undefined) {
      const stored = justRead ? known : await this.now();
      return { stored, justRead: true, current: true, version: undefined };
    }
    const count = await this.pipelines.saveCount(this.address, this.purpose);
    const { version } = count ?? {};
    const told = count?.updated !== undefined && known.updated !== undefined && known.parts.toTheMillisecond;
    if (told && count.updated === known.updated) return { stored: known, justRead, current: true, version };
    if (attempt > 1) await this.pause(1);
    const stored = await this.now();
    // The two times may not be the same thing after all: then only the text tells. [H156]
    const comparable = told && stored.updated !== known.updated;
    return { stored, justRead: true, current: !comparable && stored.text === known.text, version };
  }

  private settleWithoutSave({ failures, done }: Plan, stored: StoredPipeline): void {
    for (const [request, error] of failures) request.reject(error);
    for (const request of done) this.settle(request, stored, request.sent !== undefined);
  }

  /** @returns undefined when it is in place, else the pipeline to plan anew from */
  private async save(plan: Plan, look: Look, attempt: number): Promise<StoredPipeline | undefined> {
    const { stored, version } = look;
    const after = new StoredPipeline({ ...stored.parts, text: plan.text }, plan.content);
    noteSent(plan, after);
    try {
      const message = commitMessage(plan.writes.map(({ change }) => change));
      await this.pipelines.save({ address: this.address, base: stored, text: plan.text, message }, this.purpose);
    } catch (error) {
      return this.afterFailure(error, plan, look, attempt);
    }
    const count = version === undefined ? undefined : await this.countNow();
    const since = version === undefined || count?.version === undefined ? undefined : count.version - version;
    if (since === 1 && !plan.doubtful) {
      const saved = new StoredPipeline({ ...after.parts, updated: count?.updated }, plan.content);
      void this.pipelines.remember(this.address, Promise.resolve(saved));
      return this.finish(plan, saved);
    }
    // Harness has answered that it is saved: a look that fails must not lose it.
    const live = await this.now().catch(() => unseen(after));
    this.losses.note({ plan, live, version, count });
    const missing = missingOf(plan, live);
    // Where others have saved as well, theirs came over ours: it is made again.
    if (missing.length > 0 && since !== 1) {
      if (since === undefined || since < 1) this.unkept += 1;
      if (this.unkept < MOST_UNKEPT) return live;
    }
    for (const { change, reject } of missing) reject(unkept(change));
    return this.finish(plan, live);
  }

  /** The save is in place: not to know the count must not lose it. */
  private countNow(): Promise<SaveCount | undefined> {
    return this.pipelines.saveCount(this.address, this.purpose).catch(() => undefined);
  }

  private finish({ writes }: Plan, stored: StoredPipeline, saved = true): undefined {
    for (const request of writes.filter(({ settled }) => !settled)) this.settle(request, stored, saved);
  }

  /** A lost answer and a conflict are both judged by what is there, never by the words of the error. [H165] [H166] */
  private async afterFailure(
    error: unknown,
    plan: Plan,
    { stored: before, version }: Look,
    attempt: number,
  ): Promise<StoredPipeline | undefined> {
    if (!isHarnessError(error)) throw error;
    const lost = error.uncertain;
    if (!lost && !(before.git !== undefined && error.code === "REFUSED")) throw error;
    this.refusal = error;
    if (attempt > 1) await this.pause(2);
    const live = await this.now().catch((cause: unknown) => {
      throw lost ? outcomeUnknown(this.purpose, error, cause) : error;
    });
    if (lost && live.text !== before.text) {
      if (missingOf(plan, live).length > 0) return live;
      const count = version === undefined ? undefined : await this.countNow();
      this.losses.note({ plan, live, version, count });
      return this.finish(plan, live);
    }
    const moved = live.git?.objectId !== before.git?.objectId || live.git?.commitId !== before.git?.commitId;
    if ((!lost && !moved) || (lost && attempt >= MOST_LOST)) throw error;
    return live;
  }

  /** Before a read, never after it: what is read must be as new as can be when it is saved against. */
  private pause(times: number): Promise<void> {
    return this.client.sleep(PAUSE_MS * times * Math.random(), this.purpose.doing);
  }

  /** Only the first of them reports what was overwritten: it happened once. */
  private settle(request: Request, stored: StoredPipeline, saved: boolean): void {
    request.resolve({ stored, saved, unmarked: request.unmarked, ...this.losses.taken() });
  }
}

/** What was saved and could not be looked at: which commit it became, nobody knows. */
function unseen({ parts, content }: StoredPipeline): StoredPipeline {
  const git = parts.git && { ...parts.git, objectId: undefined, commitId: undefined };
  return new StoredPipeline({ ...parts, git }, content);
}

/** What a plan wrote and is not there; it may be there under later changes of others. */
function missingOf(plan: Plan, live: StoredPipeline): readonly Request[] {
  const { writes, failures } = planOf(live, plan.writes);
  return [...writes, ...failures.map(([request]) => request)];
}
