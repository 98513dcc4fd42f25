import assert from "node:assert/strict";
import { OWNER } from "../engine";
import { idIn, kept, writes } from "../resources";
import { failure, type Life, mistakes } from "./life";

const OTHER_OWNER = "acme/images/prod/registry";

/** Objects that are there before us. */
export function claimedContract(life: Life): void {
  const { resource, scope } = life;
  const identifier = String(resource.args["identifier"]);
  const put = (tags: Record<string, string> = { team: "web" }) =>
    resource.other(life.harness, { scope, identifier, tags });

  it("create over an existing object fails, in preview and without it, naming the fields that differ", async () => {
    put();
    const before = life.kept();
    const args = life.args({ description: "ours" });
    const shown = await mistakes(life.engine().preview(args));
    const error = await failure(life.engine({ config: { "harness:preflight": "off" } }).up(args), "ALREADY_EXISTS");
    for (const text of [shown.message, error.message]) {
      const differences = /differs in (.*?)\. /s.exec(text)?.[1] ?? "";
      for (const field of resource.differing) assert.match(differences, new RegExp(`\\b${field}\\b`), text);
      assert.match(differences, /name \(there "By hand", wanted "thing"\)/);
      assert.match(text, /adopt: true/);
      assert.match(text, /ALREADY_EXISTS/);
    }
    assert.deepEqual(life.kept(), before);
  });

  it("an object with our own mark is taken up, as after a run that was killed", async () => {
    const engine = life.engine();
    const lost = await engine.up(life.args());
    life.harness.clearRequests();
    const found = await engine.up(life.args());
    assert.deepEqual(found, lost);
    assert.equal(writes(life.harness).filter((write) => write.startsWith("POST")).length, 1);
    await engine.destroy(found);
    assert.equal(life.count(), 0);
  });

  it("what a killed run made is brought to what the program says now", async () => {
    const engine = life.engine();
    await engine.up(life.args(resource.changed));
    const found = await engine.up(life.args());
    assert.deepEqual(await engine.refresh(found), found);
    assert.equal(life.count(), 1);
    await engine.destroy(found);
    assert.equal(life.count(), 0);
  });

  it("adopt on an object that is not there is an ordinary create, and destroy deletes it", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args({ adopt: true }));
    assert.equal(life.count(), 1);
    await engine.destroy(made);
    assert.equal(life.count(), 0);
  });

  it("adopt does not overrule the mark of another resource, in preview and without it", async () => {
    put({ pulumi_owner: OTHER_OWNER });
    const before = life.kept();
    const args = life.args({ adopt: true });
    const shown = await mistakes(life.engine().preview(args));
    const error = await failure(life.engine({ config: { "harness:preflight": "off" } }).up(args), "OWNED_ELSEWHERE");
    for (const text of [shown.message, error.message]) {
      assert.match(text, new RegExp(`managed by the Pulumi resource ${OTHER_OWNER}`));
      assert.match(text, /adopt: "takeover"/);
    }
    assert.deepEqual(life.kept(), before);
  });

  it("of two stacks that declare the same object the second is refused, naming the first", async () => {
    await life.engine().up(life.args());
    const second = life.engine({ owner: OTHER_OWNER });
    const shown = await mistakes(second.preview(life.args()));
    assert.match(shown.message, new RegExp(OWNER));
  });

  it("takeover takes an object from its owner, whose update is then refused and whose destroy leaves it", async () => {
    const former = life.engine({ owner: OTHER_OWNER });
    const theirs = await former.up(life.args());
    const ours = await life.engine().up(life.args({ adopt: "takeover" }));
    assert.equal(ours.id, idIn(scope, identifier));
    const mark = life.kept()["tags"];
    life.harness.clearRequests();
    const error = await failure(former.apply(life.args({ description: "mine" }), theirs), "OWNED_ELSEWHERE");
    assert.match(error.message, new RegExp(`belongs to the Pulumi resource ${OWNER}`));
    await former.destroy(theirs);
    assert.deepEqual(writes(life.harness), []);
    assert.deepEqual(life.kept()["tags"], mark);
    assert.match(former.said.at(-1) ?? "", new RegExp(`left in place: it now belongs to ${OWNER}`));
  });

  it("of two resources of one program that make the same object the second fails, whatever their names", async () => {
    const engine = life.engine({ config: { "harness:preflight": "off" } });
    await engine.phase(async (phase) => {
      const inputs = await phase.checked(life.args());
      await phase.checked(life.args());
      const twin = { ...inputs, __owner: "acme/images/dev/twin" };
      await phase.create(inputs);
      await failure(phase.create(inputs), "ALREADY_EXISTS");
      await failure(phase.create(twin), "ALREADY_EXISTS");
    });
    assert.equal(life.count(), 1);
  });

  it("the old record of an object that this run has made anew is dropped without touching the object", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    await engine.phase(async (phase) => {
      const anew = await phase.create(await phase.checked(life.args()));
      await phase.delete(made);
      assert.deepEqual(await phase.read(anew), anew);
    });
    assert.match(engine.said.at(-1) ?? "", /only the old record is dropped/);
    assert.equal(life.count(), 1);
  });

  it("a replacement forced under the same identifier, old one first, leaves the object where it is", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    await engine.phase(async (phase) => {
      const inputs = await phase.checked(life.args(), made);
      await phase.delete(made);
      assert.equal(life.count(), 1);
      assert.deepEqual(await phase.create(inputs), made);
    });
    assert.equal(life.count(), 1);
  });

  it("an object whose mark somebody removed is still ours to update and delete, and is marked again", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const before = life.kept();
    strip(life);
    const updated = await engine.up(life.args({ description: "new" }), made);
    assert.deepEqual(life.kept()["tags"], before["tags"]);
    strip(life);
    await engine.destroy(updated);
    assert.equal(life.count(), 0);
  });

  it("after a rename with an alias, a change of what is only remembered, and a destroy, nothing is left behind", async () => {
    const made = await life.engine().up(life.args());
    const renamed = life.engine({ owner: OTHER_OWNER });
    const remembered = await renamed.up(life.args({ onDelete: "delete" }), made);
    await renamed.destroy(remembered);
    assert.equal(life.count(), 0);
  });

  it("after a rename with an alias, the next change in Harness puts the new name into the mark", async () => {
    const made = await life.engine().up(life.args());
    const renamed = life.engine({ owner: OTHER_OWNER });
    const changed = await renamed.up(life.args({ description: "new" }), made);
    assert.match(JSON.stringify(life.kept()["tags"]), new RegExp(OTHER_OWNER));
    await renamed.destroy(changed);
    assert.equal(life.count(), 0);
  });

  function strip({ harness }: Life): void {
    const there = resource.live(harness, scope).find((one) => one.identifier === identifier);
    const { name } = kept(there);
    if (resource.noun === "secret") harness.putSecret({ scope, identifier, name: String(name) });
    else harness.editConnector(scope, identifier, (found) => delete found.tags);
  }
}
