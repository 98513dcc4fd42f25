import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Fault } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { isHarnessError } from "../../provider/errors";
import { CheckFailed, type Engine, type Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { LEAF, pipelineText, type Site, STORES, siteOf, withoutSetting } from "./pipelines";

/** What can go wrong with a single request, without being slow about it. */
const FAULTS: readonly Fault[] = [
  { drop: "before" },
  { drop: "after" },
  { html: 502 },
  { html: 502, apply: true },
  { truncate: true },
  { truncate: true, apply: false },
  { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR" }, apply: true },
];
/** Programs that somebody may run one after the other. */
const PROGRAMS: readonly Plain[] = [{}, { connectorRef: "account.second" }, { onDelete: "restore" }];

type Drift = "set" | "set beside the mark" | "take out";
type Step =
  | {
      readonly does: "up" | "killed up";
      readonly program: number;
      readonly fault?: Fault;
      readonly times: number;
      readonly at: string;
    }
  | { readonly does: "destroy" | "killed destroy"; readonly fault?: Fault; readonly times: number; readonly at: string }
  | { readonly does: "refresh" | "edit" | "edit under the next save" | Drift };

const faulty = {
  fault: fc.constantFrom(...FAULTS),
  times: fc.constantFrom(1, Number.POSITIVE_INFINITY),
  at: fc.constantFrom("PUT", "GET"),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { does: fc.constantFrom("up" as const, "killed up" as const), program: fc.nat(PROGRAMS.length - 1), ...faulty },
      { requiredKeys: ["does", "program", "times", "at"] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { does: fc.constantFrom("destroy" as const, "killed destroy" as const), ...faulty },
      { requiredKeys: ["does", "times", "at"] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom<Exclude<Step, { readonly at: string }>["does"]>(
        "refresh",
        "edit",
        "edit under the next save",
        "set",
        "set beside the mark",
        "take out",
      ),
    }),
  },
);

/** A text with a setting where ours would be put. */
function having(line: string | undefined): string {
  return line === undefined ? pipelineText("checkout") : inserted(pipelineText("checkout"), line);
}

function inserted(text: string, line: string): string {
  return text.replace(/( *)namespace: .*\n/, `$&$1${line}\n`);
}

for (const store of STORES) {
  for (const former of [undefined, `${LEAF}: 'account.old'`]) {
    describe(`any life of a StageImageOverride, ${store}, ${former === undefined ? "of a free stage" : "adopted"}`, () => {
      const site = siteOf(store);

      it("ends with what others wrote, to the byte, and without a mark", async function () {
        this.timeout(120_000);
        const property = fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
          site.harness.clearFaults();
          site.harness.set({ opaDeny: null });
          site.put(having(former));
          await new Course(site, having(former)).run(steps);
        });
        await fc.assert(property, { numRuns: 40, seed: 11 });
      });
    });
  }
}

/** One life under way. */
class Course {
  private readonly site: Site;
  private readonly engine: Engine;
  private stored: Stored | undefined;
  /** What the text must be again in the end. */
  private theirs: string;
  private edits = 0;

  constructor(site: Site, theirs: string) {
    this.site = site;
    this.theirs = theirs;
    this.engine = site.engine({ clock: hurriedClock(40) });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const each of steps) await this.take(each);
    const { engine, site } = this;
    if (this.stored !== undefined) this.stored = await engine.refresh(this.stored);
    const last = await engine.up(this.args(1), this.stored);
    assert.equal(site.text().match(new RegExp(`${LEAF}: account\\.second # pulumi \\S+: was `, "g"))?.length, 1);
    const read = await engine.refresh(last);
    assert.deepEqual(read, last);
    assert.equal((await engine.preview(this.args(1), read)).diff?.changes, false);
    await engine.destroy(last);
    assert.equal(site.text(), this.theirs);
    assert.ok(!site.text().includes("pulumi"));
  }

  private args(program: number): Plain {
    return this.site.args({ adopt: true, ...PROGRAMS[program] });
  }

  private async take(each: Step): Promise<void> {
    const { harness } = this.site;
    const isFaulty = "fault" in each && each.fault !== undefined;
    if ("fault" in each && each.fault !== undefined) {
      const { fault, times, at } = each;
      harness.inject({ ...fault, times, match: { method: at, path: "/pipelines" } });
    }
    if (each.does === "up" || each.does === "killed up") {
      const after = await allowed(this.engine.up(this.args(each.program), this.stored), isFaulty);
      if (each.does === "up" && after !== "failed") this.stored = after;
    } else if (each.does === "destroy" || each.does === "killed destroy")
      await this.destroy(each.does === "destroy", isFaulty);
    else if (each.does === "refresh") {
      if (this.stored !== undefined) this.stored = await this.engine.refresh(this.stored);
    } else if (each.does === "edit") this.edit();
    else if (each.does === "edit under the next save") this.editLater();
    else this.drift(each.does);
    harness.clearFaults();
  }

  private async destroy(remembered: boolean, isFaulty: boolean): Promise<void> {
    const { stored, site } = this;
    if (stored === undefined) return;
    const isOurs = site.text().includes(`${LEAF}: ${String(stored.outs["__written"])} #`);
    const after = await allowed(this.engine.destroy(stored), isFaulty);
    if (after === "failed") return;
    if (isOurs) assert.equal(site.text(), this.theirs);
    if (!remembered) return;
    this.stored = undefined;
    // What is left then without our mark is theirs, whatever it was before us.
    if (!this.isMarked()) this.theirs = site.text();
  }

  private isMarked(): boolean {
    return this.site.text().includes("# pulumi");
  }

  /** Somebody changes something that is not our setting. */
  private edit(): void {
    const number = ++this.edits;
    const change = (text: string) =>
      number % 2 === 0
        ? `${text}# note ${number}\n`
        : text.replace(/description: .*|quota: .*/g, (line) => `${line.split(":")[0]}: edit ${number}`);
    this.site.edit(change);
    this.theirs = change(this.theirs);
  }

  /** Of an inline pipeline the last writer wins [H157], so that only Git can be asked to keep both. */
  private editLater(): void {
    if (this.site.store === "remote") this.site.beforeSave(() => this.edit());
  }

  /** Somebody changes our setting. */
  private drift(does: Drift): void {
    const { site, stored } = this;
    const there = site.text().includes(LEAF);
    const kept = does === "set beside the mark" && this.isMarked();
    if (kept) site.edit((text) => text.replace(new RegExp(`${LEAF}: \\S+`), `${LEAF}: account.third`));
    else if (does === "take out") site.edit(withoutSetting);
    else {
      const line = `${LEAF}: account.third`;
      site.edit((text) => (there ? text.replace(new RegExp(`${LEAF}:.*`), line) : inserted(text, line)));
    }
    // Without state and mark nobody knows what was there before.
    if (stored === undefined && !kept) this.theirs = site.text();
  }
}

/** Without a fault only somebody else's change of our setting may stop a run. */
async function allowed<T>(run: Promise<T>, isFaulty: boolean): Promise<T | "failed"> {
  try {
    return await run;
  } catch (error) {
    assert.ok(isHarnessError(error) || error instanceof CheckFailed, String(error));
    assert.ok(!isHarnessError(error, "OVERWRITTEN"), error.message);
    assert.ok(isFaulty || error.message.includes("[CHANGED_MEANWHILE]"), error.message);
    return "failed";
  }
}
