import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Plain } from "../../provider/domain/plain";
import { emulatorForEach } from "../support/harness";
import { failure, mistakes } from "./contract/life";
import { Engine, type Phase, type RunOptions } from "./engine";
import { hurriedClock } from "./hurried-clock";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";

/** The account's list of CI images, of which a resource owns some fields. */
describe("the CI images of the account", () => {
  const harness = emulatorForEach();
  const args = (more: Plain = {}) => ({ infra: "K8", images: { addonTag: ADDON, liteEngineTag: ENGINE }, ...more });
  const engine = (options: RunOptions = {}) =>
    new Engine(harness(), "CiImages", {
      clock: hurriedClock(20),
      config: { "harness:requestsPerMinute": "30000" },
      ...options,
    });
  const sets = () =>
    harness()
      .requests()
      .filter(({ path }) => /update-config$|reset-config$/.test(path)).length;

  it("are set in one call, only the fields named, and destroy takes them back [H174]", async () => {
    harness().setCiImage("K8", "gitCloneTag", "harness/drone-git:by-somebody");
    const before = harness().ciImages("K8");
    const made = await engine().up(args());
    assert.equal(made.id, "K8");
    assert.equal(sets(), 1);
    assert.deepEqual(harness().ciImages("K8"), { ...before, addonTag: ADDON, liteEngineTag: ENGINE });
    assert.deepEqual(harness().ciImages("VM"), {});
    await engine().destroy(made);
    assert.deepEqual(harness().ciImages("K8"), before);
    assert.deepEqual(harness().connectors(), []);
  });

  it("that are overridden already need adopt, and get their former values back", async () => {
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:old");
    const error = await mistakes(engine().preview(args()));
    assert.match(
      error.message,
      /images overrides what is overridden already.*addonTag \(there harness\/ci-addon:old, wanted harness\/ci-addon:1\.16\.92\)/,
    );
    const blind = engine({ config: { "harness:preflight": "off" } });
    await failure(blind.up(args()), "ALREADY_EXISTS");
    assert.equal(sets(), 0);
    const made = await engine().up(args({ adopt: true }));
    await engine().destroy(made);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: "harness/ci-addon:old" });
  });

  it("of a field Harness does not have are an error in preview, with the nearest one", async () => {
    const error = await mistakes(engine().preview(args({ images: { adonTag: ADDON } })));
    assert.match(
      error.message,
      /images has a field that Harness does not have for K8: "adonTag" \(did you mean addonTag\?\)/,
    );
    const vm = await mistakes(engine().preview(args({ infra: "VM" })));
    assert.match(vm.message, /does not have for VM: "addonTag"/);
  });

  it("are told in preview: default, present override, new value", async () => {
    const run = engine();
    await run.preview(args());
    const line = run.said.join("\n");
    assert.match(
      line,
      /: pins the images of all K8 builds of the account, and a tag that is not in the registry breaks them/,
    );
    assert.ok(line.includes(`addonTag: stays ${ADDON}, which Harness will no longer renew`));
    const other = engine();
    await other.preview(args({ images: { addonTag: "harness/ci-addon:1.16.90" } }));
    assert.match(other.said.join(), /: changes the images of all K8 builds of the account/);
    assert.ok(
      other.said.join().includes(`addonTag: default ${ADDON}, now not overridden, becomes harness/ci-addon:1.16.90`),
    );
  });

  it("are named without registry and with a tag; the tag latest is a notice", async () => {
    const run = engine();
    const images = {
      addonTag: "ghcr.io/acme/ci-addon:1",
      liteEngineTag: "harness/ci-lite-engine",
      gitCloneTag: "not an image",
    };
    const error = await mistakes(run.preview(args({ images })));
    assert.match(
      error.message,
      /images\.addonTag names a registry; Harness puts that of the connector before it\. Write acme\/ci-addon:1/,
    );
    assert.match(error.message, /images\.liteEngineTag has no tag; write e\.g\. harness\/ci-lite-engine:1\.16\.92/);
    assert.match(error.message, /images\.gitCloneTag is not the name of an image/);
    await run.preview(args({ images: { addonTag: "harness/ci-addon:latest" } }));
    assert.match(run.said.join("\n"), /images\.addonTag is the tag latest/);
  });

  it("may be named by one resource of a program only", async () => {
    await engine().phase(async (phase) => {
      await phase.checked(args());
      const { failures } = await phase.as("acme/images/dev/twin").check(args());
      assert.match(
        failures[0]?.reason ?? "",
        /images\.addonTag is already declared by CiImages "thing" of this program/,
      );
      assert.equal(
        (await phase.as("acme/images/dev/vm").check(args({ infra: "VM", images: { gitCloneTag: ADDON } }))).failures
          .length,
        0,
      );
    });
  });

  it("that are dropped from the list are put back, and only where they are still ours", async () => {
    harness().setCiImage("K8", "liteEngineTag", "harness/ci-lite-engine:old");
    const made = await engine().up(args({ adopt: true }));
    const less = await engine().up(args({ images: { addonTag: ADDON } }), made);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: ADDON, liteEngineTag: "harness/ci-lite-engine:old" });
    const more = await engine().up(args({ adopt: true }), less);
    harness().setCiImage("K8", "liteEngineTag", "harness/ci-lite-engine:theirs");
    const run = engine();
    await run.up(args({ images: { addonTag: ADDON } }), more);
    assert.equal(harness().ciImages("K8")["liteEngineTag"], "harness/ci-lite-engine:theirs");
    assert.match(run.said.join("\n"), /left as somebody has changed them since: liteEngineTag/);
  });

  it("changed behind our back are seen by refresh, field by field, and mended by up", async () => {
    const made = await engine().up(args());
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:drifted");
    harness().setCiImage("K8", "liteEngineTag", undefined);
    harness().setCiImage("K8", "gitCloneTag", "harness/drone-git:by-somebody");
    const seen = await engine().refresh(made);
    assert.deepEqual(seen?.outs["images"], { addonTag: "harness/ci-addon:drifted" });
    assert.equal((await engine().preview(args(), seen)).diff?.changes, true);
    const mended = await engine().up(args(), seen);
    assert.deepEqual(harness().ciImages("K8"), {
      addonTag: ADDON,
      liteEngineTag: ENGINE,
      gitCloneTag: "harness/drone-git:by-somebody",
    });
    await engine().destroy(mended);
    assert.deepEqual(harness().ciImages("K8"), { gitCloneTag: "harness/drone-git:by-somebody" });
  });

  it("send nothing and ask nothing when nothing changes", async () => {
    const made = await engine().up(args());
    harness().clearRequests();
    assert.equal((await engine().preview(args(), made)).diff?.changes, false);
    await engine().up(args({ onDelete: "retain" }), made);
    assert.deepEqual(harness().requests(), []);
  });

  it("of a run that lost its state are taken up, and destroy still knows what was there", async () => {
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:old");
    await engine().up(args({ adopt: true }));
    const again = await engine().up(args());
    await engine().destroy(again);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: "harness/ci-addon:old" });
    assert.deepEqual(harness().connectors(), []);
  });

  it("are reset or left where onDelete says so", async () => {
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:old");
    const made = await engine().up(args({ adopt: true, onDelete: "reset" }));
    await engine().destroy(made);
    assert.deepEqual(harness().ciImages("K8"), {});
    const kept = await engine().up(args({ onDelete: "retain" }));
    await engine().destroy(kept);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: ADDON, liteEngineTag: ENGINE });
  });

  it("of twelve resources at once, of both kinds, lose none of their fields [H175]", async () => {
    harness().set({ ciImagesGapMs: 20 });
    const fields = (infra: "K8" | "VM") => Object.entries(harness().ciImageDefaults(infra)).slice(0, 6);
    const members = (["K8", "VM"] as const).flatMap((infra) =>
      fields(infra).map(([field, image]) => ({ infra, images: { [field]: `${image.split(":")[0]}:pinned` } })),
    );
    const made = await engine().phase(async (phase) => {
      const creates = [];
      for (const [index, member] of members.entries()) {
        const one = phase.as(`acme/images/dev/images-${index}`);
        creates.push(one.create(await one.checked(member)));
      }
      return Promise.all(creates);
    });
    for (const { infra, images } of members) {
      for (const [field, image] of Object.entries(images)) assert.equal(harness().ciImages(infra)[field], image);
    }
    await engine().phase((phase) =>
      Promise.all(made.map((one, index) => phase.as(`acme/images/dev/images-${index}`).delete(one))),
    );
    assert.deepEqual([harness().ciImages("K8"), harness().ciImages("VM")], [{}, {}]);
  });

  it("lost under somebody else's save are set again [H175]", async () => {
    let times = 2;
    harness().inject({ match: { path: /update-config$/ }, delayMs: 60, times: 2 });
    const stop = setInterval(() => {
      if (times > 0 && harness().ciImages("K8")["addonTag"] === ADDON) {
        times -= 1;
        harness().setCiImage("K8", "addonTag", undefined);
      }
    }, 5);
    const made = await engine().up(args());
    clearInterval(stop);
    assert.equal(times, 0);
    assert.equal(harness().ciImages("K8")["addonTag"], ADDON);
    await engine().destroy(made);
  });

  it("that somebody else sets at the same time are an error with both values", async () => {
    harness().inject({ match: { path: /update-config$/ }, delayMs: 60, times: 1 });
    const stop = setInterval(() => {
      if (harness().ciImages("K8")["addonTag"] === ADDON)
        harness().setCiImage("K8", "addonTag", "harness/ci-addon:theirs");
    }, 5);
    const error = await failure(engine().up(args()), "CHANGED_MEANWHILE");
    clearInterval(stop);
    assert.match(error.message, /addonTag \(there harness\/ci-addon:theirs, wanted harness\/ci-addon:1\.16\.92\)/);
  });

  it("that a save drops which had begun before the last of ours are set again, those that were looked at already too [H175]", async () => {
    harness().set({ ciImagesGapMs: 200 });
    const dropped = async () => {
      while (!("addonTag" in harness().ciImages("K8") && "gitCloneTag" in harness().ciImages("K8"))) await pause(2);
      // Somebody's save, on its way since before ours.
      await pause(140);
      for (const field of ["addonTag", "gitCloneTag"]) harness().setCiImage("K8", field, undefined);
    };
    const together = (phase: Phase) =>
      Promise.all(
        ["addonTag", "gitCloneTag"].map(async (field) => {
          const one = phase.as(`acme/images/dev/${field}`);
          return one.create(await one.checked({ infra: "K8", images: { [field]: `acme/${field.toLowerCase()}:1` } }));
        }),
      );
    const slowly = engine({ clock: hurriedClock(1) });
    await Promise.all([slowly.phase(together), dropped()]);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: "acme/addontag:1", gitCloneTag: "acme/gitclonetag:1" });
  });

  it("that somebody drops each time are an error that names them", async () => {
    const stop = setInterval(() => harness().setCiImage("K8", "addonTag", undefined), 1);
    const error = await failure(engine().up(args()), "CHANGED_MEANWHILE");
    clearInterval(stop);
    assert.match(
      error.message,
      /others changed the list at the same time, each of the 12 times; not as wanted: addonTag\./,
    );
    await engine().destroy(await engine().up(args()));
    assert.deepEqual(harness().ciImages("K8"), {});
  });

  it("that somebody has put right again are unchanged after another refresh", async () => {
    const made = await engine().up(args());
    harness().setCiImage("K8", "liteEngineTag", undefined);
    const without = await engine().refresh(made);
    assert.ok(without !== undefined);
    harness().setCiImage("K8", "liteEngineTag", ENGINE);
    const again = await engine().refresh(without);
    assert.deepEqual(again?.inputs, made.inputs);
    assert.equal((await engine().preview(args(), again)).diff?.changes, false);
  });

  it("that are dropped from the list are left as they are where onDelete says so", async () => {
    harness().setCiImage("K8", "liteEngineTag", "harness/ci-lite-engine:old");
    const made = await engine().up(args({ adopt: true, onDelete: "retain" }));
    const less = await engine().up(args({ images: { addonTag: ADDON }, onDelete: "retain" }), made);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: ADDON, liteEngineTag: ENGINE });
    await engine().up(args({ images: { addonTag: ADDON } }), less);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: ADDON, liteEngineTag: ENGINE });
  });

  it("of a resource with another name by now are given back as well, and nothing noted of them is left", async () => {
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:old");
    const made = await engine().up(args({ adopt: true }));
    const renamed = engine({ owner: "acme/images/dev/renamed" });
    const changed = await renamed.up(args({ images: { addonTag: "harness/ci-addon:1.17.0" } }), made);
    assert.equal(harness().connectors().length, 1);
    await renamed.destroy(changed);
    assert.deepEqual(harness().ciImages("K8"), { addonTag: "harness/ci-addon:old" });
    assert.deepEqual(harness().connectors(), []);
  });

  describe("of a run that was killed when Harness had them, and its state had not", () => {
    const NEWER = "harness/ci-addon:1.17.0";
    const OLD = "harness/ci-addon:old";

    it("are given back by destroy when they were changed", async () => {
      harness().setCiImage("K8", "addonTag", OLD);
      const made = await engine().up(args({ adopt: true }));
      await engine().up(args({ images: { addonTag: NEWER, liteEngineTag: ENGINE } }), made);
      await engine().destroy(made);
      assert.deepEqual(harness().ciImages("K8"), { addonTag: OLD });
    });

    it("are given back by destroy when they were new to the resource", async () => {
      harness().setCiImage("K8", "addonTag", OLD);
      const made = await engine().up(args({ images: { liteEngineTag: ENGINE } }));
      await engine().up(args({ adopt: true }), made);
      await engine().destroy(made);
      assert.deepEqual(harness().ciImages("K8"), { addonTag: OLD });
    });

    it("are given back when the program names them no more", async () => {
      harness().setCiImage("K8", "addonTag", OLD);
      await engine().up(args({ adopt: true }));
      const made = await engine().up(args({ images: { liteEngineTag: ENGINE } }));
      assert.deepEqual(harness().ciImages("K8"), { addonTag: OLD, liteEngineTag: ENGINE });
      await engine().up(args({ adopt: true }), made);
      await engine().up(args({ images: { gitCloneTag: ADDON } }), made);
      assert.deepEqual(harness().ciImages("K8"), { addonTag: OLD, gitCloneTag: ADDON });
    });

    it("are left when somebody has changed them since", async () => {
      const made = await engine().up(args());
      await engine().up(args({ images: { addonTag: NEWER, liteEngineTag: ENGINE } }), made);
      harness().setCiImage("K8", "addonTag", "harness/ci-addon:theirs");
      await engine().destroy(made);
      assert.deepEqual(harness().ciImages("K8"), { addonTag: "harness/ci-addon:theirs" });
    });
  });
});
