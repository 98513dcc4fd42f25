import assert from "node:assert/strict";
import type { RunOptions } from "../engine";
import { idIn } from "../resources";
import { failure, type Life, mistakes } from "./life";

/** Changes that must not happen: another account, a policy, a missing permission. */
export function refusedContract(life: Life): void {
  const { resource, scope } = life;

  /** The settings of somebody who has moved on to another account. */
  function elsewhere(): RunOptions {
    life.harness.addAccount({ id: "otherAccount" });
    const key = life.harness.addToken({ accountId: "otherAccount" });
    life.harness.addOrg({ id: "default", accountId: "otherAccount" });
    life.harness.addProject({ id: "demo", orgId: "default", accountId: "otherAccount" });
    return { config: { "harness:platformApiKey": key } };
  }

  it("the state of another account fails check, and read, update and delete refuse; nothing is sent", async () => {
    const made = await life.engine().up(life.args());
    const moved = life.engine(elsewhere());
    life.harness.clearRequests();
    const shown = await mistakes(moved.preview(life.args({ description: "new" }), made));
    const unchanged = await mistakes(moved.preview(life.args(), made));
    const wanted = { ...made.inputs, description: "new" };
    const errors = [
      await failure(
        moved.phase((phase) => phase.read(made)),
        "ACCOUNT_MISMATCH",
      ),
      await failure(
        moved.phase((phase) => phase.update(made, wanted)),
        "ACCOUNT_MISMATCH",
      ),
      await failure(
        moved.phase((phase) => phase.delete(made)),
        "ACCOUNT_MISMATCH",
      ),
    ];
    for (const { message } of [...errors, shown, unchanged]) {
      assert.match(message, new RegExp(`belongs to Harness account ${life.harness.accountId}`));
      assert.match(message, /but account otherAccount is configured/);
    }
    for (const { message } of errors) assert.match(message, /Nothing was touched/);
    assert.deepEqual(life.harness.requests(), []);
  });

  it("another account is a refusal, never a replacement", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    const { diff } = await engine.phase(async (phase) => ({
      diff: await phase.diff(made, { ...made.inputs, accountId: "otherAccount" }),
    }));
    assert.deepEqual(diff, { changes: false, replaces: [], deleteBeforeReplace: false });
  });

  for (const identifiers of [undefined, [String(resource.args["identifier"])]]) {
    const denied = identifiers === undefined ? "everything" : "this object";
    it(`a policy that denies ${denied} is an error with its words, and nothing is stored [H40] [H93]`, async () => {
      const engine = life.engine();
      const deny = { message: "no registries without a ticket", ...(identifiers === undefined ? {} : { identifiers }) };
      life.harness.set({ opaDeny: deny });
      const refused = await failure(engine.up(life.args()), "POLICY_DENIED");
      assert.match(refused.message, /cannot create .* denied by policy "emulator policy" says: no registries without/);
      assert.equal(life.count(), 0);
      life.harness.set({ opaDeny: null });
      const made = await engine.up(life.args());
      const before = life.kept();
      life.harness.set({ opaDeny: deny });
      const unchanged = await failure(engine.up(life.args({ description: "new" }), made), "POLICY_DENIED");
      assert.match(unchanged.message, /cannot update .* no registries without a ticket/);
      assert.match(unchanged.message, /Nothing was saved/);
      assert.deepEqual(life.kept(), before);
      assert.deepEqual(await engine.refresh(made), made);
    });
  }

  it("a missing permission is named, and nothing is stored [H105] [H107]", async () => {
    const view = [`core_${resource.noun}_view`, "core_account_view", "core_organization_view", "core_project_view"];
    const key = life.harness.addToken({ permissions: view });
    const error = await failure(
      life.engine({ config: { "harness:platformApiKey": key } }).up(life.args()),
      "PERMISSION_DENIED",
    );
    assert.match(error.message, new RegExp(`core_${resource.noun}_edit`));
    assert.equal(life.count(), 0);
  });

  it("a revoked key explains on refresh and destroy that it may come from the state [H17]", async () => {
    const made = await life.engine().up(life.args());
    life.harness.revokeToken(life.harness.platformApiKey);
    for (const attempt of [life.engine().refresh(made), life.engine().destroy(made)]) {
      const error = await failure(attempt, "CREDENTIALS_REJECTED");
      assert.match(error.message, /--run-program/);
    }
    const shown = await mistakes(life.engine().preview(life.args({ description: "new" }), made));
    assert.match(shown.message, /CREDENTIALS_REJECTED/);
  });

  it("without a key a preview says so and goes on, and an update fails with the next step", async () => {
    const engine = life.engine({ config: { "harness:platformApiKey": undefined, "harness:accountId": "acc" } });
    await engine.preview(life.args());
    assert.match(engine.said.join("\n"), /only checked offline: no Harness API key is configured/);
    const error = await failure(engine.apply(life.args()), "CONFIGURATION");
    assert.match(error.message, /HARNESS_PLATFORM_API_KEY/);
    assert.deepEqual(life.harness.requests(), []);
  });

  it("a scope that does not exist is an error in preview [H120] [H121]", async () => {
    const nowhere = scope.projectId === undefined ? { orgId: "nowhere" } : { ...scope, projectId: "nowhere" };
    const shown = await mistakes(life.engine().preview(life.args(nowhere)));
    assert.match(shown.message, /"nowhere" does not exist/);
    const blind = life.engine({ config: { "harness:preflight": "off" } });
    const error = await blind.up(life.args(nowhere)).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    assert.match(error.message, new RegExp(`cannot create .* \\(${resource.noun} ${idIn(nowhere, "registry")}`));
  });

  it("forceDelete is sent, and where the account does not allow it Harness's words are the error [H49] [H88]", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args({ forceDelete: true }));
    const identifier = String(resource.args["identifier"]);
    life.harness.addReference(resource.noun, scope, identifier, "a pipeline");
    const error = await failure(engine.destroy(made), "REFUSED");
    assert.match(error.message, /Parameter forcedDelete cannot be true/);
    assert.equal(life.count(), 1);
    life.harness.set({ forceDeleteEnabled: true });
    await engine.destroy(made);
    assert.equal(life.count(), 0);
  });
}
