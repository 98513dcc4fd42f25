import assert from "node:assert/strict";
import { omit } from "../../../provider/domain/plain";
import { writes } from "../resources";
import type { Life } from "./life";

/** What must not look like a change. */
export function unchangedContract(life: Life): void {
  const { resource } = life;

  it("create then read shows no difference and returns exactly the checked inputs", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args(resource.changed));
    const read = await engine.refresh(made);
    assert.deepEqual(read, made);
    assert.deepEqual((await engine.preview(life.args(resource.changed), read)).diff, {
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it("a program that has not changed costs no call at all", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.clearRequests();
    const again = await engine.up(life.args(), made);
    assert.deepEqual(again, made);
    assert.deepEqual(life.harness.requests(), []);
  });

  it("an update to what is already stored sends nothing", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.clearRequests();
    const again = await engine.phase((phase) => phase.update(made, made.inputs));
    assert.deepEqual(again, made);
    assert.deepEqual(life.harness.requests(), []);
  });

  it("an update that finds its work done looks and sends nothing", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const drifted = await engine.refresh(await engine.up(life.args({ description: "later" }), made));
    assert.ok(drifted !== undefined);
    life.harness.clearRequests();
    const settled = await engine.phase((phase) => phase.update(made, drifted.inputs));
    assert.deepEqual(settled, drifted);
    assert.deepEqual(writes(life.harness), []);
  });

  for (const change of [{ adopt: true }, { onDelete: "retain" }, { forceDelete: true }]) {
    const [name = ""] = Object.keys(change);
    it(`a change of ${name} alone is an update without a call, and back again`, async () => {
      const engine = life.engine();
      const made = await engine.up(life.args());
      life.harness.clearRequests();
      const { diff, inputs } = await engine.preview(life.args(change), made);
      assert.deepEqual([diff?.changes, diff?.replaces], [true, []]);
      const updated = await engine.phase((phase) => phase.update(made, inputs));
      assert.deepEqual(updated.outs, {
        ...made.outs,
        ...change,
        __inputs: [...Object.keys(life.args()), name, ...Object.keys(omit(inputs, Object.keys(life.args(change))))],
      });
      const back = await engine.phase((phase) => phase.update(updated, made.inputs));
      assert.deepEqual(life.harness.requests(), []);
      assert.deepEqual(back.outs, made.outs);
    });
  }

  for (const unset of ["null", "absent", "empty"] as const) {
    it(`what Harness answers as ${unset} where nothing was set is no difference [H36] [H70] [H71]`, async () => {
      life.harness.set({ unset });
      const engine = life.engine();
      const args = life.args({ delegateSelectors: undefined });
      const made = await engine.up(args);
      const alone = await engine.refresh(made);
      assert.deepEqual(alone, made);
      const listed = await engine.phase(async (phase) => {
        await phase.read(made);
        return phase.read(made);
      });
      assert.deepEqual(listed, made);
      assert.equal((await engine.preview(args, made)).diff?.changes, false);
    });
  }

  it("the asynchronous test after a create makes no difference [H38] [H39]", async () => {
    life.harness.set({ statusDelayMs: 0, statusAfterCreate: "FAILURE" });
    const engine = life.engine();
    const made = await engine.up(life.args());
    assert.deepEqual(await engine.refresh(made), made);
  });
}
