import assert from "node:assert/strict";
import type { Switches } from "../../../emulator";
import { writes } from "../resources";
import { failure, type Life, mistakes } from "./life";

/** How Harness may say that something is not there. [H42] [H45] [H47] [H87] [H93] */
const ANSWERS: Readonly<Record<string, Partial<Switches>>> = {
  "404": { notFound: "404" },
  "400": { notFound: "400", updateMissing: "INVALID_REQUEST" },
  "404 with ENTITY_NOT_FOUND": { notFound: "404-entity" },
  "200 without data (older servers, secrets)": { secretGetMissing: "200-null" },
};

/** Objects that are no longer there. */
export function goneContract(life: Life): void {
  const { resource, scope } = life;
  const identifier = String(resource.args["identifier"]);

  for (const [name, switches] of Object.entries(ANSWERS)) {
    describe(`when Harness answers ${name} [H42] [H87]`, () => {
      beforeEach(() => life.harness.set(switches));

      it("reading a missing object says gone, asked for alone and among others", async () => {
        const engine = life.engine();
        const made = await engine.up(life.args());
        const other = await engine.up(life.args({ identifier: "another" }));
        resource.remove(life.harness, scope, identifier);
        assert.equal(await engine.refresh(made), undefined);
        const reads = await engine.phase((phase) =>
          Promise.all([other, made, other, made].map((stored) => phase.read(stored))),
        );
        assert.deepEqual(reads, [other, undefined, other, undefined]);
      });

      it("deleting twice succeeds, and so does deleting what somebody else deleted [H47] [H93]", async () => {
        const engine = life.engine();
        const made = await engine.up(life.args());
        await engine.destroy(made);
        assert.equal(life.count(), 0);
        await engine.destroy(made);
        const again = await engine.up(life.args());
        resource.remove(life.harness, scope, identifier);
        await engine.destroy(again);
        assert.equal(life.count(), 0);
      });

      it("a delete that comes too late is a delete [H47] [H93]", async () => {
        const engine = life.engine();
        const made = await engine.up(life.args());
        await engine.phase((phase) => Promise.all([phase.delete(made), phase.delete(made)]));
        assert.equal(life.count(), 0);
      });

      it("an update of a missing object says what to do, and a refresh leads to a new one", async () => {
        const engine = life.engine();
        const made = await engine.up(life.args());
        resource.remove(life.harness, scope, identifier);
        life.harness.clearRequests();
        const error = await failure(engine.up(life.args({ description: "new" }), made), "GONE");
        assert.match(error.message, /no longer there.*\n.*Next: run `pulumi refresh`/);
        assert.deepEqual(writes(life.harness), []);
        assert.equal(await engine.refresh(made), undefined);
        assert.deepEqual(await engine.up(life.args()), made);
      });
    });
  }

  it("an object that goes between the look and the update is a failed update, not a new object [H45] [H93]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.inject({ status: 404, body: missing, match: { method: "PUT" } });
    const error = await failure(engine.apply(life.args({ description: "new" }), made), "NOT_FOUND");
    assert.match(error.message, /^cannot update \w+ "thing"/);
    assert.equal(life.count(), 1);
  });

  it("another kind of object in its place is not touched [H46] [H60]", async () => {
    if (resource.noun === "secret") {
      const error = await failure(
        life.engine().phase((phase) => phase.read({ id: "a/b/c/d", inputs: {}, outs: {} })),
        "INVALID_INPUT",
      );
      assert.match(error.message, /"a\/b\/c\/d" is not the id of a secret/);
      return;
    }
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.putConnector({ scope, identifier, type: "Artifactory", spec: { delegateSelectors: "none" } });
    const before = life.kept();
    life.harness.clearRequests();
    await failure(engine.refresh(made), "INVALID_INPUT");
    await failure(engine.apply(life.args({ description: "new" }), made), "INVALID_INPUT");
    await engine.destroy(made);
    const shown = await mistakes(engine.preview(life.args({ adopt: true })));
    assert.match(shown.message, /of type Artifactory.*Choose another identifier/);
    const blind = life.engine({ config: { "harness:preflight": "off" } });
    await failure(blind.up(life.args({ adopt: true })), "ALREADY_EXISTS");
    assert.deepEqual(life.kept(), before);
    assert.match(engine.said.at(-1) ?? "", /left in place: Harness has a Artifactory there now/);
  });
}

const missing = { status: "ERROR", code: "RESOURCE_NOT_FOUND_EXCEPTION", message: "it is gone" };
