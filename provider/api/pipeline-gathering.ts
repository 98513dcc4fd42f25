import { isHarnessError } from "../errors";
import { PipelineSave, type SaveTools } from "./pipeline-save";
import { ofPipeline } from "./save-errors";
import { type Request, requestOf, type StageChange, type StageOutcome } from "./stage-change";
import { type PipelineAddress, pipelineName } from "./stored-pipeline";

/** The engine hands resources over one after the other; when none has come for this long, there are no more for now. */
const QUIET_MS = 250;
const SLICE_MS = 50;
/** Where the engine itself pauses between resources, quiet is a multiple of its longest pause. */
const PAUSES = 3;
/** A program may go on declaring for long; changes that are there do not wait for it for ever. */
const LONGEST_WAIT_MS = 5_000;
/** Failures that can be the fault of one change among those gathered. */
const BLAMEABLE: ReadonlySet<string> = new Set(["REFUSED", "POLICY_DENIED"]);

/** Changes of one pipeline that wait to be saved together. */
interface Gathering {
  readonly address: PipelineAddress;
  readonly requests: Request[];
}

/** Gathers the changes of each pipeline, so that many stages cost one save, and lets only one save at a time into a place. */
export class PipelineGathering {
  private readonly tools: SaveTools;
  private readonly stirs: () => number;
  private readonly gatherings = new Map<string, Gathering>();
  private readonly turns = new Map<string, Promise<unknown>>();
  private arrivals = 0;

  /** @param stirs how many resources of any type the engine has handed over so far */
  constructor(tools: SaveTools, stirs: () => number) {
    this.tools = tools;
    this.stirs = stirs;
  }

  /** Brings a change into a pipeline, with others that come at about the same time. */
  submit(address: PipelineAddress, change: StageChange): Promise<StageOutcome> {
    const { request, outcome } = requestOf(change);
    const key = pipelineName(address);
    this.arrivals += 1;
    const gathering = this.gatherings.get(key);
    if (gathering !== undefined) gathering.requests.push(request);
    else this.open(key, { address, requests: [request] });
    return outcome;
  }

  private open(key: string, gathering: Gathering): void {
    this.gatherings.set(key, gathering);
    const saved = this.inTurn(`pipeline ${key}`, async () => {
      await this.quiet(gathering);
      await this.inTurn(await this.placeOf(gathering), () => {
        // Whoever comes while others have the place is still in time.
        this.gatherings.delete(key);
        return this.settle(gathering.address, gathering.requests);
      });
    });
    void saved.catch((error: unknown) => {
      if (this.gatherings.get(key) === gathering) this.gatherings.delete(key);
      for (const request of gathering.requests) request.reject(error);
    });
  }

  /** Two saves into one branch of a repository would make each other's ids stale, whatever pipelines they are about. [H165] */
  private async placeOf({ address, requests }: Gathering): Promise<string> {
    const [first] = requests;
    const known = first && (await this.tools.pipelines.glance(address).catch(() => undefined));
    const { git } = known ?? {};
    return git === undefined ? `inline ${pipelineName(address)}` : `branch ${git.repoName} ${git.branch}`;
  }

  /** A slice that lasts much longer than it should tells of a busy machine, where the engine is late too: quiet begins anew. */
  private async quiet({ requests }: Gathering): Promise<void> {
    const { client } = this.tools;
    const doing = requests[0]?.change.purpose.doing ?? "wait";
    const end = client.now() + LONGEST_WAIT_MS;
    let [seen, since, longest] = [this.arrivals + this.stirs(), client.now(), 0];
    while (client.now() < end) {
      const before = client.now();
      await client.sleep(SLICE_MS, doing);
      const now = client.now();
      const count = this.arrivals + this.stirs();
      const isLate = now - before > 2 * SLICE_MS;
      if (count !== seen) longest = Math.max(longest, before - since);
      if (count !== seen || isLate) [seen, since] = [count, now];
      else if (now - since >= Math.max(QUIET_MS, PAUSES * longest)) return;
    }
  }

  /**
   * One save for all; when it is refused, the halves by themselves, until only the ones to blame are left. That costs twice as many
   * saves as there are changes when Harness takes none of them, and is the only way to be sure of each.
   */
  private async settle(address: PipelineAddress, requests: readonly Request[]): Promise<void> {
    try {
      await new PipelineSave(this.tools, address, requests).run();
    } catch (error) {
      const open = requests.filter(({ settled }) => !settled);
      if (open.length < 2 || !isHarnessError(error) || !BLAMEABLE.has(error.code)) {
        for (const request of open) request.reject(ofPipeline(error, request.change));
        return;
      }
      const half = open.length >> 1;
      await this.settle(address, open.slice(0, half));
      await this.settle(address, open.slice(half));
    }
  }

  /** Runs after all that was asked for the same place before. */
  private inTurn<T>(place: string, run: () => Promise<T>): Promise<T> {
    const before = this.turns.get(place) ?? Promise.resolve();
    const result = before.then(run, run);
    this.turns.set(place, result);
    return result;
  }
}
