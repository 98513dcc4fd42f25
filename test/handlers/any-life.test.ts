import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Fault } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { isHarnessError } from "../../provider/errors";
import { type Life, lifeOf } from "./contract/life";
import { CheckFailed, type Engine, type Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { connector, SCOPES, secret, writeOf } from "./resources";

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
const PROGRAMS: readonly Plain[] = [
  {},
  { description: "second" },
  { tags: { third: "yes" }, onDelete: undefined },
  { name: "Fourth", description: "fourth", forceDelete: false },
];

/** One thing that happens to a resource. */
type Step =
  | {
      readonly does: "up" | "killed up";
      readonly program: number;
      readonly fault: Fault | undefined;
      readonly at: Verb;
    }
  | { readonly does: "refresh" | "drift" | "removal" | "stripping" }
  | { readonly does: "destroy" | "killed destroy"; readonly fault: Fault | undefined; readonly at: Verb };
type Verb = "POST" | "PUT" | "DELETE" | "GET";

const faulty = {
  fault: fc.option(fc.constantFrom(...FAULTS), { nil: undefined }),
  at: fc.constantFrom<Verb>("POST", "PUT", "DELETE", "GET"),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("up" as const, "killed up" as const),
      program: fc.nat(PROGRAMS.length - 1),
      ...faulty,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom("refresh" as const, "drift" as const, "removal" as const, "stripping" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constantFrom("destroy" as const, "killed destroy" as const), ...faulty }),
  },
);

for (const resource of [connector, secret]) {
  for (const adopted of [false, true]) {
    describe(`any life of a ${resource.noun}${adopted ? " that was there before" : ""}`, () => {
      const life = lifeOf(resource, SCOPES.organisation);

      it("can be brought to what the program says, and leaves nothing of ours", async function () {
        this.timeout(120_000);
        const property = fc.asyncProperty(fc.array(step, { maxLength: 7 }), async (steps) => {
          life.harness.reset();
          life.harness.putSecret({ identifier: "registry_password", value: "a-password-of-the-registry" });
          await new Course(life, adopted).run(steps);
        });
        await fc.assert(property, { numRuns: 25, seed: 7 });
      });
    });
  }
}

/** One life under way. */
class Course {
  private readonly life: Life;
  private readonly engine: Engine;
  private readonly identifier: string;
  private readonly adopted: boolean;
  private stored: Stored | undefined;
  /** What the object must be again in the end; undefined when nothing was there. */
  private former: Plain | undefined;

  constructor(life: Life, adopted: boolean) {
    const config = { "harness:requestsPerMinute": "30000", "harness:requestTimeoutSeconds": "200" };
    this.life = life;
    this.adopted = adopted;
    this.engine = life.engine({ clock: hurriedClock(200), config });
    this.identifier = String(life.resource.args["identifier"]);
  }

  async run(steps: readonly Step[]): Promise<void> {
    const { life, engine } = this;
    if (this.adopted) {
      life.resource.other(life.harness, { scope: life.scope, identifier: this.identifier });
      this.former = life.kept();
    }
    for (const each of steps) await this.take(each);
    if (this.stored !== undefined) this.stored = await engine.refresh(this.stored);
    const last = await engine.up(this.args(1), this.stored);
    const read = await engine.refresh(last);
    assert.deepEqual(read?.outs, last.outs);
    assert.equal((await engine.preview(this.args(1), read)).diff?.changes, false);
    assert.equal(life.count(), 1);
    assert.equal(life.kept()["description"], "second");
    await engine.destroy(last);
    if (this.former === undefined) assert.equal(life.count(), 0);
    else if (life.resource === connector) assert.deepEqual(life.kept(), this.former);
    else assert.equal(life.count(), 1);
  }

  private args(program: number): Plain {
    return this.life.args({ ...PROGRAMS[program], ...(this.adopted ? { adopt: true } : {}) });
  }

  private async take(each: Step): Promise<void> {
    const { life } = this;
    const { harness, resource } = life;
    if ("fault" in each && each.fault !== undefined) {
      harness.inject({ ...each.fault, match: writeOf(resource.noun, each.at) });
    }
    if (each.does === "up" || each.does === "killed up") {
      const after = await this.allowed(this.engine.up(this.args(each.program), this.stored));
      if (each.does === "up" && after !== "failed") this.stored = after;
    } else if (each.does === "destroy" || each.does === "killed destroy") {
      const after = this.stored === undefined ? "failed" : await this.allowed(this.engine.destroy(this.stored));
      if (each.does === "destroy" && after !== "failed") this.stored = undefined;
    } else if (each.does === "refresh") {
      if (this.stored !== undefined) this.stored = await this.engine.refresh(this.stored);
    } else if (life.count() === 1) this.disturb(each.does);
    harness.clearFaults();
  }

  /** Somebody does something in the console. */
  private disturb(does: "drift" | "removal" | "stripping"): void {
    const { harness, resource, scope } = this.life;
    if (does === "removal") {
      resource.remove(harness, scope, this.identifier);
      this.former = undefined;
    } else if (does === "drift") {
      const owned = this.stored !== undefined || "pulumi_owner" in Object(this.life.kept()["tags"] ?? {});
      resource.drift(harness, scope, this.identifier);
      if (!owned) this.former = this.life.kept();
    } else if (this.stored !== undefined) {
      // Without a state the tags are all there is: who takes them away then takes the object away from us.
      const { name, description } = this.life.kept();
      const put = { scope, identifier: this.identifier, name: String(name), description: String(description ?? "") };
      if (resource.noun === "secret") harness.putSecret(put);
      else harness.editConnector(scope, this.identifier, (found) => delete found.tags);
    }
  }

  private async allowed<T>(run: Promise<T>): Promise<T | "failed"> {
    try {
      return await run;
    } catch (error) {
      assert.ok(isHarnessError(error) || error instanceof CheckFailed, String(error));
      return "failed";
    }
  }
}
