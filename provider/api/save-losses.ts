import type { SaveCount } from "./pipelines";
import type { Plan } from "./stage-change";
import type { StoredPipeline } from "./stored-pipeline";

/** What is known when one of our saves is in place: what it wrote, what is there, and the saves counted before and after. */
export interface Aftermath {
  readonly plan: Plan;
  readonly live: StoredPipeline;
  readonly version: number | undefined;
  readonly count: SaveCount | undefined;
}

/** What our saves of one pipeline came over. */
export interface Losses {
  readonly overwritten: number | undefined;
  /** Whether a save could not be watched: nobody can say what it came over. */
  readonly unwatched: boolean;
}

/** Counts what saves of an inline pipeline came over, until somebody reports it. */
export class SaveLosses {
  private overwritten: number | undefined;
  private unwatched = false;

  /** Of the saves since `version` one is ours; one that stands on top of ours has lost nothing by it. [H157] */
  note({ plan, live, version, count }: Aftermath): void {
    if (live.git !== undefined) return;
    // A number that our save has not changed counts nothing.
    if (version === undefined || count?.version === undefined || count.version <= version) {
      this.unwatched = true;
      return;
    }
    const onTop = live.text !== plan.text && live.updated === count.updated ? 1 : 0;
    const others = count.version - version - 1 - onTop;
    if (others > 0) this.overwritten = (this.overwritten ?? 0) + others;
  }

  /** Hands over what was noted, once. */
  taken(): Losses {
    const { overwritten, unwatched } = this;
    this.overwritten = undefined;
    this.unwatched = false;
    return { overwritten, unwatched };
  }
}
