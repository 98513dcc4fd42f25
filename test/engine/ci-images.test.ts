import assert from "node:assert/strict";
import { join } from "node:path";
import type { CiImagesArgs } from "pulumi-harness-images";
import type { Emulator } from "../../emulator";
import { besideWriter, THEIR_FIELD } from "../support/ci-images-writer";
import { withStack } from "../support/engine";
import type { OperationResult, TestStack } from "../support/engine-stack";
import { configFor, withHarness } from "../support/harness";
import { connectorsIn, notices, problems } from "./connection-site";
import { attempted, errorsIn } from "./overridden";
import { listing } from "./programs/ci-images";

const OLD = "harness/ci-addon:1.14.0";
const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";
const CLONE = "harness/drone-git:1.6.9-rootless";
/** Fields that are somebody else's all the time. */
const THEIRS = { s3UploadTag: "plugins/s3:by-somebody" } as const;

const PLACE = { programDir: join(__dirname, "programs"), projectName: "ci-images" } as const;

const pinned = (images: Readonly<Record<string, string>>) => listing({ pinned: { infra: "K8", images, adopt: true } });

/** A Harness of which somebody has overridden one of the fields below and one other, and a stack with all three below. */
function withList(body: (harness: Emulator, stack: TestStack) => Promise<void>): Promise<void> {
  return withHarness(async (harness) => {
    harness.setCiImage("K8", "addonTag", OLD);
    harness.setCiImage("K8", "s3UploadTag", THEIRS.s3UploadTag);
    const program = pinned({ addonTag: ADDON, liteEngineTag: ENGINE, gitCloneTag: CLONE });
    await withStack({ ...PLACE, program, config: configFor(harness) }, (stack) => body(harness, stack));
  });
}

/** What a preview tells of each field, by field. */
function told(preview: OperationResult): Record<string, string> {
  const said = notices(preview, "changes the images of all K8 builds").map(
    (text) => text.split("breaks them: ")[1] ?? "",
  );
  const words = said.flatMap((text) => text.split("; ").map((word) => word.split(/: (?:default )?(.*)/)));
  return Object.fromEntries(words.map(([field = "", text = ""]) => [field, text]));
}

/** The images the state has, as a refresh found them. */
function known(stack: TestStack): unknown[] {
  return stack.resources("CiImages").map(({ outputs }) => outputs["images"]);
}

describe("the account's list of CI images, on the real engine", function () {
  this.timeout(120_000);

  it("is changed in the fields named only, as preview tells of each, and destroy gives each field back what it was", () =>
    withList(async (harness, stack) => {
      const before = harness.ciImages("K8");
      const own = harness.ciImageDefaults("K8");
      const preview = await stack.preview();
      assert.deepEqual(preview.changes, { create: 2 });
      assert.deepEqual(told(preview), {
        addonTag: `${own["addonTag"]}, now ${OLD}, becomes ${ADDON}`,
        liteEngineTag: `stays ${ENGINE}, which Harness will no longer renew`,
        gitCloneTag: `stays ${CLONE}, which Harness will no longer renew`,
      });
      assert.deepEqual(harness.ciImages("K8"), before);
      await stack.up();
      const up = { ...THEIRS, addonTag: ADDON, liteEngineTag: ENGINE, gitCloneTag: CLONE };
      assert.deepEqual(harness.ciImages("K8"), up);
      assert.deepEqual(harness.ciImages("VM"), {});
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
      await stack.refresh();
      assert.deepEqual((await stack.preview()).changes, { same: 2 });

      const program = pinned({ addonTag: "harness/ci-addon:1.17.0", liteEngineTag: ENGINE, gitCloneTag: CLONE });
      assert.deepEqual(told(await stack.preview({ program })), {
        addonTag: `${own["addonTag"]}, now ${ADDON}, becomes harness/ci-addon:1.17.0`,
      });
      await stack.up({ program });
      assert.deepEqual(harness.ciImages("K8"), { ...up, addonTag: "harness/ci-addon:1.17.0" });
      await stack.destroy();
      assert.deepEqual(harness.ciImages("K8"), before);
      assert.deepEqual(harness.connectors(), []);
    }));

  it("gets a field back as it was when the program no longer names it", () =>
    withList(async (harness, stack) => {
      await stack.up();
      await stack.up({ program: pinned({ addonTag: ADDON, gitCloneTag: CLONE }) });
      assert.deepEqual(harness.ciImages("K8"), { ...THEIRS, addonTag: ADDON, gitCloneTag: CLONE });
      await stack.up({ program: pinned({ gitCloneTag: CLONE }) });
      assert.deepEqual(harness.ciImages("K8"), { ...THEIRS, addonTag: OLD, gitCloneTag: CLONE });
      await stack.destroy();
      assert.deepEqual(harness.ciImages("K8"), { ...THEIRS, addonTag: OLD });
    }));

  it("is seen field by field by refresh when somebody changes it, and up puts back ours and nothing else", () =>
    withList(async (harness, stack) => {
      await stack.up();
      harness.setCiImage("K8", "addonTag", "harness/ci-addon:by-hand");
      harness.setCiImage("K8", "liteEngineTag", undefined);
      harness.setCiImage("K8", "s3UploadTag", "plugins/s3:by-hand");
      await stack.refresh();
      assert.deepEqual(known(stack), [{ addonTag: "harness/ci-addon:by-hand", gitCloneTag: CLONE }]);
      assert.deepEqual((await stack.preview()).changes, { same: 1, update: 1 });
      await stack.up();
      const mended = { addonTag: ADDON, liteEngineTag: ENGINE, gitCloneTag: CLONE, s3UploadTag: "plugins/s3:by-hand" };
      assert.deepEqual(harness.ciImages("K8"), mended);
      await stack.destroy();
      assert.deepEqual(harness.ciImages("K8"), { addonTag: OLD, s3UploadTag: "plugins/s3:by-hand" });
    }));

  it("is not touched for a field Harness does not have, or one that two resources name: preview says so", () =>
    withList(async (harness, stack) => {
      const before = harness.ciImages("K8");
      const program = pinned({ adonTag: ADDON });
      const [unknown = ""] = problems(await stack.failing(stack.preview({ program })));
      assert.match(
        unknown,
        /images has a field that Harness does not have for K8: "adonTag" \(did you mean addonTag\?\)/,
      );

      const images = { gitCloneTag: CLONE };
      const twins = listing({ first: { infra: "K8", images }, second: { infra: "K8", images } });
      const [twice = ""] = problems(await stack.failing(stack.preview({ program: twins })));
      assert.match(
        twice,
        /images\.gitCloneTag is already declared by CiImages "(first|second)" of this program; name it in one of them/,
      );
      const cousins = listing({ first: { infra: "K8", images }, second: { infra: "VM", images } });
      assert.deepEqual((await stack.preview({ program: cousins })).changes, { create: 3 });
      assert.deepEqual(harness.ciImages("K8"), before);
    }));
});

/** Twelve resources of a field each, six in each list. */
interface Fleet {
  readonly program: (tag: string) => () => Promise<void>;
  /** The names of those whose field has not this tag. */
  readonly wrong: (tag: string) => string[];
}

function fleetOf(harness: Emulator): Fleet {
  const members = (["K8", "VM"] as const).flatMap((infra) => {
    const fields = Object.entries(harness.ciImageDefaults(infra)).slice(0, 6);
    return fields.map(([field, image]) => {
      const at = (tag: string) => `${image.split(":")[0]}:${tag}`;
      return { name: `${infra}-${field}`, infra, field, at };
    });
  });
  const argsOf = (tag: string) =>
    members.map(({ name, infra, field, at }): [string, CiImagesArgs] => [
      name,
      { infra, images: { [field]: at(tag) } },
    ]);
  return {
    program: (tag) => listing(Object.fromEntries(argsOf(tag))),
    wrong: (tag) => {
      const found = members.filter(({ infra, field, at }) => harness.ciImages(infra)[field] !== at(tag));
      return found.map(({ name }) => name);
    },
  };
}

function withFleet(body: (harness: Emulator, stack: TestStack, fleet: Fleet) => Promise<void>): Promise<void> {
  return withHarness(async (harness) => {
    harness.set({ ciImagesGapMs: 20 });
    const fleet = fleetOf(harness);
    const options = { ...PLACE, program: fleet.program("first"), config: configFor(harness) };
    await withStack(options, (stack) => body(harness, stack, fleet));
  });
}

describe("twelve CiImages of different fields in one up, with 20 ms between Harness's reading and saving", function () {
  this.timeout(120_000);

  it("lose nothing when they are made and changed, and destroy leaves the empty list [H175]", () =>
    withFleet(async (harness, stack, fleet) => {
      assert.deepEqual((await stack.up({ parallel: 64 })).changes, { create: 13 });
      assert.deepEqual(fleet.wrong("first"), []);
      assert.deepEqual((await stack.preview()).changes, { same: 13 });
      const program = fleet.program("second");
      assert.deepEqual((await stack.up({ parallel: 64, program })).changes, { same: 1, update: 12 });
      assert.deepEqual(fleet.wrong("second"), []);
      await stack.destroy({ parallel: 64 });
      assert.deepEqual([harness.ciImages("K8"), harness.ciImages("VM")], [{}, {}]);
      assert.deepEqual(connectorsIn(harness), []);
    }));

  it("lose nothing that is not mended or told of beside a program that saves its own field all the time [H175]", () =>
    withFleet(async (harness, stack, fleet) => {
      for (const [round, longestPauseMs] of [60, 20, 0].entries()) {
        const tag = `round-${round}`;
        const program = fleet.program(tag);
        const up = await besideWriter(harness, longestPauseMs, () => attempted(stack.up({ parallel: 64, program })));
        const errors = errorsIn(up);
        for (const { message } of errors) assert.match(message, /\[CHANGED_MEANWHILE\]/);
        const unsaid = fleet.wrong(tag).filter((name) => !errors.some(({ urn }) => urn.endsWith(`::${name}`)));
        assert.deepEqual(unsaid, [], tag);
      }
      await stack.up({ program: fleet.program("quiet") });
      assert.deepEqual(fleet.wrong("quiet"), []);
      await stack.destroy();
      assert.deepEqual([Object.keys(harness.ciImages("K8")), harness.ciImages("VM")], [[THEIR_FIELD], {}]);
      assert.deepEqual(harness.connectors(), []);
    }));
});
