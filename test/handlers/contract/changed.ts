import assert from "node:assert/strict";
import type { Plain } from "../../../provider/domain/plain";
import { UNKNOWN } from "../engine";
import { idIn, writes } from "../resources";
import type { Life } from "./life";

/** What is a change, and what becomes of it. */
export function changedContract(life: Life): void {
  const { resource, scope } = life;

  for (const name of Object.keys(resource.changed)) {
    it(`a changed ${name} is one update in place`, async () => {
      const engine = life.engine();
      const made = await engine.up(life.args());
      const args = life.args(matching(resource.changed, name));
      const { diff } = await engine.preview(args, made);
      assert.deepEqual([diff?.changes, diff?.replaces], [true, []]);
      life.harness.clearRequests();
      const updated = await engine.apply(args, made);
      assert.equal(updated.id, made.id);
      assert.equal(writes(life.harness).length, 1);
      assert.deepEqual(await engine.refresh(updated), updated);
      assert.equal((await engine.preview(args, updated)).diff?.changes, false);
      life.harness.clearRequests();
      assert.deepEqual(await engine.up(args, updated), updated);
      assert.deepEqual(life.harness.requests(), []);
    });
  }

  it("arguments that are taken back are cleared in Harness [H30] [H71]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const plain = life.kept();
    const full = await engine.up(life.args({ description: "for a while", tags: { for: "a while" } }), made);
    assert.equal(life.kept()["description"], "for a while");
    const back = await engine.up(life.args(), full);
    assert.deepEqual(life.kept(), plain);
    assert.deepEqual(back.outs, made.outs);
  });

  it("another identifier is another object: made first, then the old one is deleted [H34]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const args = life.args({ identifier: "another" });
    assert.deepEqual((await engine.preview(args, made)).diff, {
      changes: true,
      replaces: ["identifier"],
      deleteBeforeReplace: false,
    });
    life.harness.clearRequests();
    const replaced = await engine.apply(args, made);
    assert.equal(replaced.id, idIn(scope, "another"));
    assert.deepEqual(
      writes(life.harness).map((write) => write.split(" ")[0]),
      ["POST", "DELETE"],
    );
    assert.equal(life.kept("another")["identifier"], "another");
    assert.equal(life.count(), 1);
  });

  it("another organisation or project is another object [H34]", async () => {
    life.harness.addOrg({ id: "second" });
    life.harness.addProject({ orgId: "second", id: "demo" });
    life.harness.addProject({ orgId: "default", id: "second" });
    const engine = life.engine();
    const made = await engine.up(life.args());
    const elsewhere = scope.orgId === undefined ? { orgId: "second" } : { ...scope, orgId: "second" };
    const moved = await engine.preview(life.args(elsewhere), made);
    assert.deepEqual(moved.diff?.replaces, ["orgId"]);
    const inside = { orgId: "default", projectId: "second" };
    const project = await engine.preview(life.args(inside), made);
    assert.ok(project.diff?.replaces.includes("projectId"));
    const replaced = await engine.up(life.args(elsewhere), made);
    assert.equal(replaced.id, idIn(elsewhere, resource.args["identifier"]));
    assert.equal(life.count(), 0);
  });

  it("a generated identifier is kept when the name changes", async () => {
    const engine = life.engine();
    const args = life.args({ identifier: undefined, name: "First name" });
    const made = await engine.up(args);
    assert.equal(made.id, idIn(scope, "First_name"));
    const renamed = await engine.up({ ...args, name: "Second name" }, made);
    assert.equal(renamed.id, made.id);
    assert.equal(life.kept("First_name")["name"], "Second name");
    assert.equal(life.count(), 1);
  });

  it("a change made behind our back is seen by refresh and mended by the next update", async () => {
    const engine = life.engine();
    const args = life.args({ description: "as it should be" });
    const made = await engine.up(args);
    const before = life.kept();
    const drifted = resource.drift(life.harness, scope, String(resource.args["identifier"]));
    const seen = await engine.refresh(made);
    assert.ok(seen !== undefined);
    assert.notDeepEqual(seen.outs[drifted], made.outs[drifted]);
    assert.deepEqual(seen.inputs, { ...made.inputs, [drifted]: seen.outs[drifted] });
    assert.equal((await engine.preview(args, seen)).diff?.changes, true);
    const mended = await engine.up(args, seen);
    assert.deepEqual(life.kept(), before);
    assert.deepEqual(mended, made);
  });

  it("a setting that the program does not give and somebody adds is seen and taken away", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const before = life.kept();
    await engine.up(life.args({ description: "by another program", tags: { x: "y" } }), made);
    const seen = await engine.refresh(made);
    assert.ok(seen !== undefined);
    assert.equal((await engine.preview(life.args(), seen)).diff?.changes, true);
    await engine.up(life.args(), seen);
    assert.deepEqual(life.kept(), before);
  });

  it("values that are not known yet pass check and count as changes", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    for (const name of [...Object.keys(life.args()), ...Object.keys(resource.changed)]) {
      const { inputs, diff } = await engine.preview(life.args({ [name]: UNKNOWN }), made);
      assert.equal(inputs[name], UNKNOWN);
      assert.equal(diff?.changes, true, name);
    }
    const all = Object.fromEntries(Object.keys(life.args(resource.changed)).map((name) => [name, UNKNOWN]));
    const { inputs } = await engine.preview(all);
    assert.equal(inputs["ref"], UNKNOWN);
    assert.deepEqual(writes(life.harness).length, 1);
  });

  it("says everything that is wrong at once, with no property named", async () => {
    const wrong = Object.assign({}, ...Object.values(resource.mistakes));
    const { failures } = await life.engine().phase((phase) => phase.check({ ...resource.args, ...wrong }));
    assert.deepEqual([...new Set(failures.map((failure) => failure.property))], [""]);
    const said = failures.map((failure) => failure.reason);
    for (const path of Object.keys(resource.mistakes)) {
      assert.ok(
        said.some((reason) => reason.startsWith(`${path} `)),
        `nothing is said of ${path}, only:\n${said.join("\n")}`,
      );
    }
    assert.deepEqual(life.harness.requests(), []);
  });
}

/** Some arguments only go together. */
function matching(changed: Plain, name: string): Plain {
  if (name === "connectivityMode") return { connectivityMode: changed[name], delegateSelectors: undefined };
  if (name === "providerType") return { providerType: "Harbor" };
  return { [name]: changed[name] };
}
