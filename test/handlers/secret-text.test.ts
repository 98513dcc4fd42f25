import assert from "node:assert/strict";
import { omit } from "../../provider/domain/plain";
import { failure, lifeOf, mistakes } from "./contract/life";
import { Engine, type RunOptions } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { connector, OTHER_VALUE, secret, VALUE, writeOf, writes } from "./resources";

/** What is true of text secrets beyond the life of every object. */
describe("SecretText", () => {
  const life = lifeOf(secret, {});
  const stored = (identifier = "registry-key") => life.harness.secretValue({}, identifier);
  const fromEnv = { value: undefined, valueFromEnv: "REGISTRY_KEY" };
  const withVariable = (value: string, more: RunOptions = {}) =>
    life.engine({ environment: { REGISTRY_KEY: value }, ...more });

  it("the value reaches Harness, changes there, and is an output of that name only", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    assert.equal(stored(), VALUE);
    const changed = await engine.up(life.args({ value: OTHER_VALUE }), made);
    assert.equal(stored(), OTHER_VALUE);
    assert.equal(changed.outs["value"], OTHER_VALUE);
    assert.ok(!JSON.stringify(omit(changed.outs, ["value"])).includes("canary"));
  });

  it("a value taken up from a killed run is written again, for nobody can read what is there [H85]", async () => {
    const engine = life.engine();
    await engine.up(life.args());
    await engine.up(life.args({ value: OTHER_VALUE }));
    assert.equal(stored(), OTHER_VALUE);
  });

  it("an update of something else keeps the value, whatever Harness does without one [H90]", async () => {
    for (const secretPutWithoutValue of ["keep", "refuse"] as const) {
      life.harness.reset();
      life.harness.set({ secretPutWithoutValue });
      const engine = life.engine();
      const made = await engine.up(life.args());
      await engine.up(life.args({ description: "new" }), made);
      assert.equal(stored(), VALUE);
    }
  });

  describe("with its value in an environment variable", () => {
    it("reaches Harness and is in no input, output or state", async () => {
      const engine = withVariable(VALUE);
      const made = await engine.up(life.args(fromEnv));
      assert.equal(stored(), VALUE);
      const read = await engine.refresh(made);
      assert.deepEqual(read, made);
      assert.ok(!JSON.stringify([made, read]).includes("canary"));
      assert.match(String(made.outs["valueDigest"]), /^[\w-]+\.[\w-]+$/);
    });

    it("two secrets of the same value do not show that they are the same", async () => {
      const one = await withVariable(VALUE).up(life.args(fromEnv));
      const two = await withVariable(VALUE).up(life.args({ ...fromEnv, identifier: "another" }));
      assert.notEqual(one.outs["valueDigest"], two.outs["valueDigest"]);
    });

    it("an unchanged variable is no difference, and a rotated one is an update", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      life.harness.clearRequests();
      assert.deepEqual(await withVariable(VALUE).up(life.args(fromEnv), made), made);
      assert.deepEqual(life.harness.requests(), []);
      const rotated = await withVariable(OTHER_VALUE).up(life.args(fromEnv), made);
      assert.equal(stored(), OTHER_VALUE);
      assert.notEqual(rotated.outs["valueDigest"], made.outs["valueDigest"]);
      assert.equal(writes(life.harness).length, 1);
    });

    it("the value can move between program and environment", async () => {
      const made = await life.engine().up(life.args());
      const moved = await withVariable(OTHER_VALUE).up(life.args(fromEnv), made);
      assert.equal(stored(), OTHER_VALUE);
      assert.equal("value" in moved.outs, false);
      const back = await life.engine().up(life.args(), moved);
      assert.equal(stored(), VALUE);
      assert.equal("valueDigest" in back.outs || "valueFromEnv" in back.outs, false);
    });

    it("the same value under another variable is an update that remembers the name", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      const renamed = life.engine({ environment: { KEY: VALUE } });
      const updated = await renamed.up(life.args({ ...fromEnv, valueFromEnv: "KEY" }), made);
      assert.equal(updated.outs["valueFromEnv"], "KEY");
      assert.equal(stored(), VALUE);
    });

    it("a variable that is not set is an error for a new secret, in preview", async () => {
      for (const environment of [{}, { REGISTRY_KEY: "" }]) {
        const error = await mistakes(life.engine({ environment }).preview(life.args(fromEnv)));
        assert.match(error.message, /valueFromEnv names REGISTRY_KEY, which is not set or empty/);
      }
    });

    it("a variable that is not set is a notice for a secret that has not changed", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      const engine = life.engine();
      life.harness.clearRequests();
      assert.deepEqual(await engine.up(life.args(fromEnv), made), made);
      assert.deepEqual(life.harness.requests(), []);
      assert.match(engine.said.join("\n"), /REGISTRY_KEY, which is not set here: a changed value cannot be seen/);
    });

    it("an update of something else needs the variable: without it preview says so", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      const error = await mistakes(life.engine().preview(life.args({ ...fromEnv, description: "new" }), made));
      assert.match(
        error.message,
        /valueFromEnv names REGISTRY_KEY, which is not set .* every change .* sends its value/,
      );
      const remembered = await life.engine().preview(life.args({ ...fromEnv, onDelete: "retain" }), made);
      assert.equal(remembered.diff?.changes, true);
    });

    it("a variable that is gone between preview and update is an error that leaves the secret alone", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      const wanted = await withVariable(VALUE).preview(life.args({ ...fromEnv, description: "new" }), made);
      const error = await failure(
        life.engine().phase((phase) => phase.update(made, wanted.inputs)),
        "CONFIGURATION",
      );
      assert.match(error.message, /environment variable REGISTRY_KEY is not set.*\n.*set REGISTRY_KEY/);
      assert.equal(stored(), VALUE);
      assert.equal(life.kept()["description"] ?? "", "");
    });

    it("refresh and destroy do not need it", async () => {
      const made = await withVariable(VALUE).up(life.args(fromEnv));
      assert.deepEqual(await life.engine().refresh(made), made);
      await life.engine().destroy(made);
      assert.equal(life.count(), 0);
    });
  });

  describe("kept in an external manager", () => {
    const external = { value: undefined, reference: "kv/registry#key", secretManagerIdentifier: "account.vault" };
    beforeEach(() => life.harness.putConnector({ identifier: "vault", type: "Vault", spec: {} }));

    it("lives like any other, and its reference is read back [H83] [H85]", async () => {
      const engine = life.engine();
      const made = await engine.up(life.args(external));
      assert.deepEqual(await engine.refresh(made), made);
      const moved = await engine.up(life.args({ ...external, reference: "kv/registry#other" }), made);
      assert.equal(life.kept()["reference"], "kv/registry#other");
      await engine.destroy(moved);
      assert.equal(life.count(), 0);
    });

    it("a reference changed behind our back is seen and mended", async () => {
      const engine = life.engine();
      const made = await engine.up(life.args(external));
      const { name, tags } = life.kept();
      const there = { identifier: "registry-key", name: String(name), tags: Object(tags), value: "kv/elsewhere" };
      life.harness.putSecret({ ...there, valueType: "Reference", secretManagerIdentifier: "account.vault" });
      const seen = await engine.refresh(made);
      assert.equal(seen?.inputs["reference"], "kv/elsewhere");
      const mended = await engine.up(life.args(external), seen);
      // Twice another value, so twice another version.
      const again = { inputs: { ...made.inputs, version: "2" }, outs: { ...made.outs, version: "2" } };
      assert.deepEqual(mended, { ...made, ...again });
    });

    it("a manager that does not exist is Harness's refusal [H84]", async () => {
      const args = life.args({ ...external, secretManagerIdentifier: "account.nowhere" });
      const error: unknown = await life
        .engine()
        .up(args)
        .catch((reason: unknown) => reason);
      assert.ok(error instanceof Error);
      assert.match(error.message, /No such secret manager found with identifier account.nowhere/);
      assert.equal(life.count(), 0);
    });

    it("another manager for the same secret is an error in preview; for a new identifier it is fine [H91]", async () => {
      const made = await life.engine().up(life.args());
      const shown = await mistakes(life.engine().preview(life.args(external), made));
      assert.match(shown.message, /secretManagerIdentifier cannot change from harnessSecretManager/);
      const replaced = await life.engine().up(life.args({ ...external, identifier: "another" }), made);
      assert.equal(replaced.id, "another");
      assert.equal(life.count(), 1);
    });
  });

  it("a secret whose connector is deleted in the same run waits for the usage record to go [H88] [H89]", async () => {
    life.harness.set({ usageLagMs: 150 });
    const clock = hurriedClock(20);
    const key = await life.engine({ clock }).up(life.args({ identifier: "key" }));
    const user = new Engine(life.harness, "DockerConnector", { clock });
    const auth = { type: "UsernamePassword", username: "robot", passwordRef: key.outs["ref"] };
    const registry = await user.up({ ...connector.args, auth });
    await user.destroy(registry);
    await life.engine({ clock }).destroy(key);
    assert.equal(life.count(), 0);
    const refusals = life.harness.requests().filter(({ method, status }) => method === "DELETE" && status === 400);
    assert.ok(refusals.length > 0);
  });

  it("a secret that a connector still uses is not deleted, and the error says so [H88]", async () => {
    const clock = hurriedClock(400);
    const key = await life.engine().up(life.args({ identifier: "key" }));
    const auth = { type: "UsernamePassword", username: "robot", passwordRef: "account.key" };
    await new Engine(life.harness, "DockerConnector").up({ ...connector.args, auth });
    const error = await failure(life.engine({ clock }).destroy(key), "STILL_REFERENCED");
    assert.match(error.message, /Could not delete the secret key as it is referenced by other entities/);
    assert.equal(stored("key"), VALUE);
  });

  it("Harness's own words are masked where they repeat the value", async () => {
    const body = { status: "ERROR", code: "INVALID_REQUEST", message: `the value ${VALUE} is too short` };
    life.harness.inject({ status: 400, body, match: writeOf("secret", "POST") });
    const error = await failure(life.engine().up(life.args()), "REFUSED");
    assert.match(error.message, /the value \[secret\] is too short/);
  });
});
