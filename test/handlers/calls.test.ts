import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { lifeOf } from "./contract/life";
import type { Phase, Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { connector, idIn, SCOPES, secret } from "./resources";

const config = { "harness:requestsPerMinute": "30000" };

/** The listing of either kind. */
const listing = { path: /listV2$|\/v2\/secrets$/ };

/** How few calls many resources need. */
for (const resource of [connector, secret]) {
  describe(`calls for many ${resource.noun}s`, () => {
    const scope = SCOPES.project;
    const life = lifeOf(resource, scope);
    const names = (count: number) => Array.from({ length: count }, (_, index) => `thing_${index}`);
    const owner = (name: string) => `acme/images/dev/${name}`;
    const argsOf = (name: string, more: Plain = {}) => life.args({ identifier: name, ...more });

    /** Objects that an earlier run made. */
    function existing(count: number): Stored[] {
      return names(count).map((name) => {
        resource.other(life.harness, { scope, identifier: name, tags: { pulumi_owner: owner(name) } });
        return { id: idIn(scope, name), inputs: {}, outs: { accountId: life.harness.accountId, __owner: owner(name) } };
      });
    }

    /** Reads all, and says how many calls that took. */
    async function refresh(stored: readonly Stored[], inTurn: boolean, more = {}): Promise<number> {
      life.harness.clearRequests();
      const found = await life.engine({ config: { ...config, ...more } }).phase(async (phase) => {
        if (!inTurn) return Promise.all(stored.map((one) => phase.read(one)));
        const reads: (Stored | undefined)[] = [];
        for (const one of stored) reads.push(await phase.read(one));
        return reads;
      });
      assert.deepEqual(
        found.map((one) => one?.id),
        stored.map((one) => one.id),
      );
      return life.harness.requests().length;
    }

    /** The checks and creates of one update, as the engine calls them: checks one by one. */
    async function create(phase: Phase, count: number): Promise<void> {
      const creates: Promise<Stored>[] = [];
      for (const name of names(count)) creates.push(phase.create(await phase.checked(argsOf(name))));
      await Promise.all(creates);
    }

    for (const inTurn of [false, true]) {
      const how = inTurn ? "one after the other" : "at the same time";
      for (const [count, most] of [
        [1, 1],
        [50, 2],
        [1200, 2 + 1200 / 500],
      ] as const) {
        it(`${count} reads ${how} take at most ${most} calls [H56] [H92]`, async () => {
          const calls = await refresh(existing(count), inTurn);
          assert.ok(calls <= most, `${calls} calls`);
        });
      }
    }

    it("scopes are listed each by itself", async () => {
      const here = existing(10);
      const there = names(10).map((name) => {
        resource.other(life.harness, { identifier: name, scope: {}, tags: { pulumi_owner: owner(name) } });
        return { id: name, inputs: {}, outs: {} };
      });
      assert.equal(await refresh([...here, ...there], false), 4);
    });

    it("deletes of 50 objects take a call each and at most two more", async () => {
      const stored = existing(50);
      life.harness.clearRequests();
      await life.engine({ config }).phase((phase) => Promise.all(stored.map((one) => phase.delete(one))));
      assert.equal(life.count(), 0);
      assert.ok(life.harness.requests().length <= 52, `${life.harness.requests().length} calls`);
    });

    for (const count of [1, 200]) {
      it(`the preview of ${count} new objects takes at most 6 calls, and making them one each and at most 6`, async () => {
        const engine = life.engine({ config });
        await engine.phase(async (phase) => {
          for (const name of names(count)) await phase.checked(argsOf(name));
        });
        const asked = life.harness.requests().length;
        assert.ok(asked <= 6, `${asked} calls in preview`);
        life.harness.clearRequests();
        await engine.phase((phase) => create(phase, count));
        assert.equal(life.count(), count);
        const calls = life.harness.requests().length;
        assert.ok(calls <= count + 6, `${calls} calls for ${count}`);
      });
    }

    it("what was listed some seconds ago is listed again", async () => {
      const stored = existing(5);
      life.harness.clearRequests();
      await life.engine({ config, clock: hurriedClock(500) }).phase(async (phase) => {
        await Promise.all(stored.map((one) => phase.read(one)));
        await new Promise((resolve) => setTimeout(resolve, 25));
        await Promise.all(stored.map((one) => phase.read(one)));
      });
      const lists = life.harness.requests().filter(({ query }) => query["pageSize"] !== undefined);
      assert.equal(lists.length, 2);
    });

    it("what this run has written is asked for again", async () => {
      await life.engine({ config }).phase(async (phase) => {
        const [one, two, three] = await Promise.all(
          ["one", "two", "three"].map(async (name) => phase.create(await phase.checked(argsOf(name)))),
        );
        assert.ok(one !== undefined && two !== undefined && three !== undefined);
        await Promise.all([one, two, three].map((each) => phase.read(each)));
        const updated = await phase.update(two, { ...two.inputs, description: "new" });
        assert.equal(updated.outs["description"], "new");
        assert.deepEqual(await phase.read(updated), updated);
        await phase.delete(three);
        assert.deepEqual(await phase.read(one), one);
      });
    });

    it("a listing that Harness refuses, or that holds strange things, costs a call an object and no more", async () => {
      const stored = existing(20);
      life.harness.inject({ status: 400, body: { status: "FAILURE", code: "INVALID_REQUEST" }, match: listing });
      const calls = await refresh(stored, true);
      assert.equal(calls, 21);
      life.harness.inject({
        status: 200,
        body: { status: "SUCCESS", data: { content: [{}, { [resource.noun]: { name: 7 } }], totalPages: 1 } },
        match: listing,
      });
      assert.equal(await refresh(stored, true), 21);
    });
  });
}

describe("calls of a key that may not list", () => {
  const life = lifeOf(connector, {});

  it("connectors are read one by one where the key may see each but not the scope [H105]", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `thing_${index}`);
    for (const identifier of names) connector.other(life.harness, { scope: {}, identifier });
    const key = life.harness.addToken({
      permissions: names.map((identifier) => ({ permission: "core_connector_view", identifier })),
    });
    const engine = life.engine({ config: { "harness:platformApiKey": key } });
    const found = await engine.phase((phase) =>
      Promise.all(names.map((id) => phase.read({ id, inputs: {}, outs: {} }))),
    );
    assert.equal(found.filter((one) => one?.outs["name"] === "By hand").length, 20);
    assert.equal(life.harness.requests().filter(({ status }) => status === 403).length, 1);
    assert.equal(life.harness.requests().length, 21);
  });
});
