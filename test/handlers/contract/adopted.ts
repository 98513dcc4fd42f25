import assert from "node:assert/strict";
import { isPlain } from "../../../provider/domain/plain";
import { writes } from "../resources";
import { failure, type Life } from "./life";

/** Objects that were there before and are put back, or left, at the end. */
export function adoptedContract(life: Life): void {
  const { resource, scope } = life;
  const identifier = String(resource.args["identifier"]);
  /** A connector is put back as it was; a secret cannot be read, so it stays as we left it. */
  const restores = resource.noun === "connector";
  const atTheEnd = restores ? "puts it back as it was" : "leaves it in place";

  /** Makes somebody else's object; gives a check of what must be there after our destroy. */
  function existing(tags: Record<string, string> = { team: "web", empty: "" }): () => Promise<void> {
    resource.other(life.harness, { scope, identifier, tags });
    const answered = answerOf(life, identifier);
    return async () => {
      assert.equal(life.count(), 1);
      if (!restores) return;
      assert.equal(JSON.stringify(await answerOf(life, identifier)), JSON.stringify(await answered));
    };
  }

  for (const unset of ["null", "absent", "empty"] as const) {
    it(`adopt takes the object, and destroy ${atTheEnd} (unset is ${unset})`, async () => {
      life.harness.set({ unset });
      const asBefore = existing();
      const engine = life.engine();
      const taken = await engine.up(life.args({ adopt: true }));
      assert.deepEqual(await engine.refresh(taken), taken);
      assert.equal((await engine.preview(life.args({ adopt: true }), taken)).diff?.changes, false);
      const updated = await engine.up(life.args({ ...resource.changed, adopt: true }), taken);
      assert.deepEqual(await engine.refresh(updated), updated);
      await engine.destroy(updated);
      await asBefore();
      assert.match(engine.said.at(-1) ?? "", restores ? /put back as it was/ : /left in place/);
    });
  }

  it(`an adoption whose run was killed before the state was saved is resumed; destroy still ${atTheEnd}`, async () => {
    const asBefore = existing();
    const engine = life.engine();
    await engine.up(life.args({ adopt: true }));
    const resumed = await engine.up(life.args({ adopt: true, description: "new" }));
    assert.deepEqual(await engine.refresh(resumed), resumed);
    await engine.destroy(resumed);
    await asBefore();
  });

  it(`it is resumed also when the program no longer says adopt; destroy still ${atTheEnd}`, async () => {
    const asBefore = existing();
    const engine = life.engine();
    await engine.up(life.args({ adopt: true }));
    const resumed = await engine.up(life.args());
    await engine.destroy(resumed);
    await asBefore();
  });

  it(`an update whose run was killed loses nothing; destroy still ${atTheEnd}`, async () => {
    const asBefore = existing();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    await engine.up(life.args({ description: "lost" }), taken);
    const again = await engine.up(life.args({ description: "lost" }), taken);
    await engine.destroy(again);
    await asBefore();
  });

  it(`after somebody removed our tags, a refresh and an update, destroy still ${atTheEnd}`, async () => {
    const asBefore = existing();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    resource.other(life.harness, { scope, identifier, tags: {} });
    const seen = await engine.refresh(taken);
    assert.ok(seen !== undefined);
    const mended = await engine.up(life.args({ adopt: true }), seen);
    const refreshed = await engine.refresh(mended);
    assert.deepEqual(refreshed, mended);
    await engine.destroy(mended);
    await asBefore();
  });

  it("the tags of the adopted object are neither lost nor mixed with ours", async () => {
    existing({ team: "web" });
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true, tags: { ours: "yes" } }));
    assert.deepEqual(taken.outs["tags"], { ours: "yes" });
    assert.deepEqual(Object.keys(Object(life.kept()["tags"])).sort(), ["ours", "pulumi_former", "pulumi_owner"]);
  });

  it("onDelete delete deletes what was adopted", async () => {
    existing();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true, onDelete: "delete" }));
    await engine.destroy(taken);
    assert.equal(life.count(), 0);
  });

  it("onDelete retain leaves the object with the program's settings, adopted or made", async () => {
    existing();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true, onDelete: "retain", description: "stays" }));
    await engine.destroy(taken);
    const made = await engine.up(life.args({ identifier: "made", onDelete: "retain", description: "stays" }));
    await engine.destroy(made);
    assert.equal(life.count(), 2);
    for (const there of [life.kept(), life.kept("made")]) {
      assert.equal(there["description"], "stays");
      if (restores) assert.deepEqual(there["tags"] ?? {}, {});
    }
    assert.match(engine.said.at(-1) ?? "", /left in place/);
  });

  it("an adopted object that is gone at the end is not made again", async () => {
    existing();
    const engine = life.engine();
    const taken = await engine.up(life.args({ adopt: true }));
    resource.remove(life.harness, scope, identifier);
    life.harness.clearRequests();
    await engine.destroy(taken);
    assert.deepEqual(writes(life.harness), []);
  });

  it("an adoption that a policy denies leaves the object as it is [H40] [H93]", async () => {
    const asBefore = existing();
    life.harness.set({ opaDeny: { message: "no changes on Fridays" } });
    const error = await failure(life.engine().up(life.args({ adopt: true })), "POLICY_DENIED");
    assert.match(error.message, /no changes on Fridays/);
    await asBefore();
  });
}

/** What Harness answers about an object, without what belongs to the server. */
async function answerOf({ harness, scope, resource }: Life, identifier: string): Promise<unknown> {
  const place = resource.noun === "connector" ? "connectors" : "v2/secrets";
  const query = new URLSearchParams({
    accountIdentifier: harness.accountId,
    ...(scope.orgId === undefined ? {} : { orgIdentifier: scope.orgId }),
    ...(scope.projectId === undefined ? {} : { projectIdentifier: scope.projectId }),
  });
  const response = await fetch(`${harness.endpoint}/ng/api/${place}/${identifier}?${query}`, {
    headers: { "x-api-key": harness.platformApiKey },
  });
  const body: unknown = await response.json();
  const data = isPlain(body) && isPlain(body["data"]) ? body["data"] : {};
  return data[resource.noun];
}
