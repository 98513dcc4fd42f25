import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { isHarnessError } from "../../provider/errors";
import { CiImagesWriter, THEIR_FIELD } from "../support/ci-images-writer";
import { emulatorForEach } from "../support/harness";
import { Engine, type Phase, type Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";

const ROUNDS = 100;
/** Each so many rounds all is destroyed, and made anew. */
const LIFE = 20;
/** Time between Harness's reading the list and saving it. */
const GAP_MS = 20;
/** Times as fast. The provider's looks must still come later than a save that began before its own. */
const HURRY = 5;
/** What somebody has in the list, of which we know nothing. */
const THEIRS = { securityTag: "harness/sto-plugin:by-somebody" } as const;

/** One resource of the program: a field of its own. */
interface Member {
  readonly owner: string;
  readonly infra: "K8" | "VM";
  readonly field: string;
  readonly repository: string;
}

/** The codes of what failed, by resource. */
type Failures = ReadonlyMap<string, string>;

/** Twelve resources of one program, each with one field, six in each list. */
class Fleet {
  readonly members: readonly Member[];
  private readonly harness: Emulator;
  private readonly stored = new Map<string, Stored>();

  constructor(harness: Emulator) {
    this.harness = harness;
    this.members = (["K8", "VM"] as const).flatMap((infra) => {
      const fields = Object.entries(harness.ciImageDefaults(infra)).slice(0, 6);
      return fields.map(([field, image]) => {
        return { owner: `acme/images/dev/${infra}-${field}`, infra, field, repository: image.split(":")[0] ?? "" };
      });
    });
  }

  /** Brings all to a tag at once, as one `up` does. */
  up(tag: string): Promise<Failures> {
    return this.run(async (phase, member) => {
      const args = { infra: member.infra, images: { [member.field]: `${member.repository}:${tag}` } };
      const before = this.stored.get(member.owner);
      const inputs = await phase.checked(args, before);
      if (before === undefined) return phase.create(inputs);
      const { changes } = await phase.diff(before, inputs);
      return changes ? phase.update(before, inputs) : before;
    });
  }

  /** Destroys all at once. */
  destroy(): Promise<Failures> {
    return this.run(async (phase, { owner }) => {
      const there = this.stored.get(owner);
      if (there !== undefined) await phase.delete(there);
      return undefined;
    });
  }

  /** The resources whose field has not this tag, or without one is still overridden. */
  wrong(tag?: string): string[] {
    const found = this.members.filter(({ infra, field, repository }) => {
      return this.harness.ciImages(infra)[field] !== (tag === undefined ? undefined : `${repository}:${tag}`);
    });
    return found.map(({ owner }) => owner);
  }

  /** One process for all, as the engine has it. What fails keeps the state it had. */
  private async run(work: (phase: Phase, member: Member) => Promise<Stored | undefined>): Promise<Failures> {
    const config = { "harness:requestsPerMinute": "30000", "harness:preflight": "off" };
    const engine = new Engine(this.harness, "CiImages", { clock: hurriedClock(HURRY), config });
    const failures = new Map<string, string>();
    const one = async (phase: Phase, member: Member) => {
      const { owner } = member;
      try {
        const stored = await work(phase.as(owner), member);
        if (stored === undefined) this.stored.delete(owner);
        else this.stored.set(owner, stored);
      } catch (error) {
        if (!isHarnessError(error)) throw error;
        failures.set(owner, error.code);
      }
    };
    await engine.phase((phase) => Promise.all(this.members.map((member) => one(phase, member))));
    return failures;
  }
}

function savesSeen(harness: Emulator): number {
  return harness.requests().filter(({ path }) => /(update|reset)-config$/.test(path)).length;
}

describe("twelve CiImages of different fields at once, with 20 ms between Harness's reading and saving", function () {
  this.timeout(180_000);
  const harness = emulatorForEach();
  beforeEach(() => {
    harness().set({ ciImagesGapMs: GAP_MS });
    for (const [field, image] of Object.entries(THEIRS)) harness().setCiImage("VM", field, image);
  });

  it(`lose nothing in ${ROUNDS} rounds [H175]`, async () => {
    const fleet = new Fleet(harness());
    assert.equal(fleet.members.length, 12);
    const lost: string[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      assert.deepEqual(await fleet.up(`round-${round}`), new Map());
      lost.push(...fleet.wrong(`round-${round}`).map((owner) => `${owner} in round ${round}`));
      if (round % LIFE !== 0) continue;
      assert.deepEqual(await fleet.destroy(), new Map());
      assert.deepEqual([harness().ciImages("K8"), harness().ciImages("VM")], [{}, THEIRS]);
      assert.deepEqual(harness().connectors(), []);
    }
    assert.deepEqual(lost, []);
  });

  it(`lose nothing that is not mended or told of beside a program that saves its own field, in ${ROUNDS} rounds [H175]`, async () => {
    const fleet = new Fleet(harness());
    const silent: string[] = [];
    const codes = new Set<string>();
    let saves = 0;
    /** Does something beside the other program; the less that pauses, the fewer saves of ours outlast it. */
    const beside = async (round: number, what: () => Promise<Failures>, tag?: string) => {
      harness().clearRequests();
      const writer = new CiImagesWriter(harness(), 30 * (round % 4));
      const failures = await what();
      assert.ok(writer.saves > 0, "the other program was at work");
      await writer.stop();
      saves += savesSeen(harness()) - writer.saves;
      for (const code of failures.values()) codes.add(code);
      const unsaid = fleet.wrong(tag).filter((owner) => !failures.has(owner));
      silent.push(...unsaid.map((owner) => `${owner} in round ${round}`));
    };
    for (let round = 1; round <= ROUNDS; round += 1) {
      await beside(round, () => fleet.up(`round-${round}`), `round-${round}`);
      if (round % LIFE === 0) await beside(round, () => fleet.destroy());
    }
    assert.deepEqual(silent, []);
    assert.ok(saves > 12 * (ROUNDS + ROUNDS / LIFE), "some saves were lost, and made again");
    assert.deepEqual(
      [...codes].filter((code) => code !== "CHANGED_MEANWHILE"),
      [],
    );

    assert.deepEqual(await fleet.up("quiet"), new Map(), "with nobody else at work all comes into place");
    assert.deepEqual(fleet.wrong("quiet"), []);
    assert.deepEqual(await fleet.destroy(), new Map());
    assert.deepEqual(Object.keys(harness().ciImages("K8")), [THEIR_FIELD]);
    assert.deepEqual(harness().ciImages("VM"), THEIRS);
    assert.deepEqual(harness().connectors(), []);
  });
});
