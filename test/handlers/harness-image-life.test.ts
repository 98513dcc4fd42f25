import assert from "node:assert/strict";
import { failure, mistakes } from "./contract/life";
import { defaultSite, ORIGINAL, PASSWORD } from "./harness-image";
import { hurriedClock } from "./hurried-clock";

const OTHER = "acme/images/prod/other";
const BACKUP = "harnessImage_pulumi_backup";

/** The account's default from its first switch to the end. */
describe("the account's image connector", () => {
  const site = defaultSite();
  const live = () => site.kept()["harnessImage"];

  it("is switched only after a canary has proved the settings, tested again, and put back by destroy", async () => {
    const original = site.kept();
    const engine = site.engine();
    const made = await engine.up(site.args());
    assert.deepEqual(site.steps(), [
      "POST connectors",
      "TEST harnessImage_pulumi_canary",
      "DELETE harnessImage_pulumi_canary",
      "POST connectors",
      "PUT connectors",
      "TEST harnessImage",
    ]);
    const { harnessImage, ...others } = site.kept();
    assert.deepEqual(Object.keys(others), [BACKUP]);
    assert.deepEqual(others[BACKUP]?.["spec"], ORIGINAL.spec);
    const { name, description, tags } = harnessImage ?? {};
    assert.deepEqual(
      { name, description, tags },
      {
        name: ORIGINAL.name,
        description: ORIGINAL.description,
        tags: { ...ORIGINAL.tags, pulumi_owner: "acme/images/dev/thing" },
      },
    );
    assert.deepEqual(harnessImage?.["spec"], {
      dockerRegistryUrl: site.registry.url,
      providerType: "Other",
      auth: { type: "UsernamePassword", spec: { username: "robot", passwordRef: "account.registry_password" } },
      delegateSelectors: [],
      executeOnDelegate: true,
      proxy: true,
    });
    assert.equal(made.id, "harnessImage");
    assert.equal(made.outs["ref"], "account.harnessImage");
    assert.deepEqual(Object(made.outs["previous"]).url, ORIGINAL.spec.dockerRegistryUrl);
    assert.equal(Object(made.outs["lastTest"]).status, "SUCCESS");
    await engine.destroy(made);
    assert.deepEqual(site.kept(), original);
    assert.match(
      engine.said.join("\n"),
      /put back to https:\/\/index\.docker\.io\/v2\/ \(anonymous, Platform\), as before Pulumi/,
    );
  });

  it("that is missing is made, and removed by destroy [H114]", async () => {
    site.harness.deleteConnector({}, "harnessImage");
    const engine = site.engine();
    const made = await engine.up(site.args());
    assert.equal(live()?.["name"], "Harness Docker Connector");
    assert.equal(made.outs["previous"], undefined);
    await engine.destroy(made);
    assert.deepEqual(site.kept(), {});
  });

  it("is not touched by settings that fail on the canary, and nothing is left", async () => {
    const original = site.kept();
    site.harness.putSecret({ identifier: "registry_password", value: "not-the-password" });
    const error = await failure(site.engine().up(site.args()), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /the registry does not accept the credentials/);
    assert.match(error.message, /The account's default was not touched/);
    assert.match(
      error.message,
      /Next: Check the user name and the secret account.registry_password.*Read, Write and Delete/,
    );
    assert.deepEqual(site.kept(), original);
  });

  it("is put back when the second test fails, and nothing is left", async () => {
    const original = site.kept();
    site.registry.beforeAnswer = () => {
      if (site.registry.letIn > 0) site.registry.login = { username: "robot", password: "rotated" };
    };
    const error = await failure(site.engine().up(site.args()), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /The former settings were put back/);
    assert.deepEqual(site.kept(), original);
  });

  it("that was missing is removed again when the second test fails", async () => {
    site.harness.deleteConnector({}, "harnessImage");
    site.registry.beforeAnswer = () => {
      if (site.registry.letIn > 0) site.registry.login = { username: "robot", password: "rotated" };
    };
    const error = await failure(site.engine().up(site.args()), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /There was no such connector before: it was removed again/);
    assert.deepEqual(site.kept(), {});
  });

  it("changes in the same way, and destroy still puts the first settings back", async () => {
    const original = site.kept();
    const engine = site.engine();
    const made = await engine.up(site.args());
    site.registry.login = undefined;
    const changed = await engine.up(site.args({ auth: { type: "Anonymous" } }), made);
    assert.deepEqual(Object(live()?.["spec"]).auth, { type: "Anonymous" });
    assert.deepEqual(changed.outs["previous"], made.outs["previous"]);
    await engine.destroy(changed);
    assert.deepEqual(site.kept(), original);
  });

  it("keeps its settings when a change fails, on the canary or in place", async () => {
    const engine = site.engine();
    const made = await engine.up(site.args());
    const good = site.kept();
    const auth = { type: "Anonymous" };
    await failure(engine.up(site.args({ auth }), made), "CONNECTION_TEST_FAILED");
    assert.deepEqual(site.kept(), good);
    site.registry.login = undefined;
    const visits = site.registry.letIn;
    site.registry.beforeAnswer = () => {
      if (site.registry.letIn > visits) site.registry.login = { username: "robot", password: PASSWORD };
    };
    const error = await failure(engine.up(site.args({ auth }), made), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /This registry wants a login/);
    assert.deepEqual(site.kept(), good);
  });

  it("sends nothing when nothing changes, and asks nothing", async () => {
    const engine = site.engine();
    const made = await engine.up(site.args());
    site.harness.clearRequests();
    assert.equal((await engine.preview(site.args(), made)).diff?.changes, false);
    assert.deepEqual(site.harness.requests(), []);
    const remembered = await engine.up(site.args({ force: true, onDelete: "retain" }), made);
    assert.deepEqual(site.steps(), []);
    const { force, onDelete } = remembered.outs;
    assert.deepEqual({ force, onDelete }, { force: true, onDelete: "retain" });
    assert.equal((await engine.up(site.args(), remembered)).outs["force"], undefined);
  });

  it("is tested in place, and only that, when a trigger changes", async () => {
    const engine = site.engine();
    const made = await engine.up(site.args({ triggers: { key: "1" } }));
    site.harness.clearRequests();
    const again = await engine.up(site.args({ triggers: { key: "2" } }), made);
    assert.deepEqual(site.steps(), ["TEST harnessImage"]);
    site.harness.putSecret({ identifier: "registry_password", value: "rotated-too-early" });
    const error = await failure(engine.up(site.args({ triggers: { key: "3" } }), again), "CONNECTION_TEST_FAILED");
    assert.match(
      error.message,
      /NOTHING WAS SWITCHED, AND EVERY BUILD WITHOUT AN OVERRIDE PULLS WITH IT AS IT IS\. If a secret was rotated in this run/,
    );
  });

  it("is switched all the same with a notice where the mode is warn, and untested where it is off", async () => {
    site.registry.login = { username: "robot", password: "another" };
    const warned = site.engine();
    const made = await warned.up(site.args({ testConnection: { mode: "warn" } }));
    assert.match(warned.said.join("\n"), /the connection test failed: the registry does not accept the credentials/);
    assert.equal(Object(made.outs["lastTest"]).status, "FAILURE");
    await warned.destroy(made);
    site.harness.clearRequests();
    const blind = await site.engine().up(site.args({ testConnection: { mode: "off" } }));
    assert.deepEqual(site.steps(), ["POST connectors", "PUT connectors"]);
    assert.equal(blind.outs["lastTest"], undefined);
  });

  it("is left as somebody changed it, with a notice that says what it was; not with force", async () => {
    for (const refreshed of [false, true]) {
      const engine = site.engine();
      const made = await engine.up(site.args());
      site.harness.editConnector({}, "harnessImage", (there) => {
        there.spec["dockerRegistryUrl"] = "https://elsewhere.example.com";
      });
      const seen = refreshed ? await engine.refresh(made) : made;
      assert.ok(seen !== undefined);
      await engine.destroy(seen);
      const { harnessImage, [BACKUP]: backup, ...others } = site.kept();
      assert.deepEqual(others, {});
      assert.deepEqual(backup?.["spec"], ORIGINAL.spec, "what was there before is not thrown away");
      assert.equal(Object(backup?.["tags"]).pulumi_owner, undefined, "and is nobody's");
      assert.equal(Object(harnessImage?.["spec"]).dockerRegistryUrl, "https://elsewhere.example.com");
      assert.deepEqual(harnessImage?.["tags"], ORIGINAL.tags);
      assert.match(
        engine.said.join("\n"),
        /somebody changed it since. What was there before Pulumi, https:\/\/index.docker.io\/v2\/ \(anonymous, Platform\), stays in connector harnessImage_pulumi_backup/,
      );
      site.harness.deleteConnector({}, BACKUP);
      site.harness.putConnector(ORIGINAL);
    }
    const original = site.kept();
    const forced = await site.engine().up(site.args({ force: true }));
    site.harness.deleteConnector({}, "harnessImage");
    await site.engine().destroy(forced);
    assert.deepEqual(site.kept(), original);
  });

  it("stays where onDelete says so, without our mark and without a backup", async () => {
    const engine = site.engine();
    const made = await engine.up(site.args({ onDelete: "retain" }));
    await engine.destroy(made);
    const { harnessImage, ...others } = site.kept();
    assert.deepEqual(others, {});
    assert.equal(Object(harnessImage?.["spec"]).dockerRegistryUrl, site.registry.url);
    assert.deepEqual(harnessImage?.["tags"], ORIGINAL.tags);
  });

  it("that another stack manages is refused in preview, naming it, and so is one declared twice", async () => {
    await site.engine().up(site.args());
    const other = site.engine({ owner: OTHER });
    const error = await mistakes(other.preview(site.args()));
    assert.match(error.message, /it is already managed by the Pulumi resource acme\/images\/dev\/thing/);
    const blind = other.with({ config: { "harness:preflight": "off" } });
    await failure(blind.up(site.args()), "OWNED_ELSEWHERE");
    await site.engine().phase(async (phase) => {
      await phase.checked(site.args());
      const { failures } = await phase.as("acme/images/dev/twin").check(site.args());
      assert.match(failures[0]?.reason ?? "", /an account has one default, and HarnessImageConnector "thing"/);
    });
  });

  it("is taken over with what the first owner would have put back", async () => {
    const original = site.kept();
    const first = await site.engine().up(site.args());
    const other = site.engine({ owner: OTHER });
    const taken = await other.up(site.args({ adopt: "takeover" }));
    await site.engine().destroy(first);
    assert.equal(Object(live()?.["spec"]).dockerRegistryUrl, site.registry.url);
    await other.destroy(taken);
    assert.deepEqual(site.kept(), original);
  });

  it("is told in preview what the switch means for builds", async () => {
    const engine = site.engine();
    await engine.preview(site.args());
    assert.match(
      engine.said.join("\n"),
      /switches the account's image connector from https:\/\/index.docker.io\/v2\/ \(anonymous, Platform\) to http:\/\/127.0.0.1:\d+ \(with a login, Delegate\). Every stage without an override of its own follows at once; stages on Harness Cloud will FAIL: they need connectivityMode "Platform"; a registry that lacks Harness's images breaks every build/,
    );
  });

  it("gone or changed behind our back is seen by refresh, and mended by the next update", async () => {
    const engine = site.engine();
    const made = await engine.up(site.args());
    site.harness.editConnector({}, "harnessImage", (there) => {
      there.spec["executeOnDelegate"] = false;
    });
    const seen = await engine.refresh(made);
    assert.equal(seen?.inputs["connectivityMode"], "Platform");
    await engine.up(site.args(), seen);
    assert.equal(Object(live()?.["spec"]).executeOnDelegate, true);
    site.harness.deleteConnector({}, "harnessImage");
    assert.equal(await engine.refresh(made), undefined);
    const moved = site.args({ url: `${site.registry.url}/x` });
    const gone = await mistakes(engine.preview(moved, made));
    assert.match(gone.message, /connector harnessImage is no longer there; run `pulumi refresh`, then `pulumi up`/);
    const blind = engine.with({ config: { "harness:preflight": "off" } });
    await failure(blind.apply(moved, made), "GONE");
  });

  it("is looked up by its id, and a wrong id or none there is an error", async () => {
    const engine = site.engine();
    const looked = await engine.refresh({ id: "harnessImage", inputs: {}, outs: {} });
    assert.equal(looked?.outs["url"], ORIGINAL.spec.dockerRegistryUrl);
    await failure(engine.refresh({ id: "docker_hub", inputs: {}, outs: {} }), "INVALID_INPUT");
    site.harness.deleteConnector({}, "harnessImage");
    await failure(engine.refresh({ id: "harnessImage", inputs: {}, outs: {} }), "NOT_FOUND");
  });

  it("a password that needs time is waited for, with a line every ten seconds", async () => {
    site.registry.login = { username: "robot", password: "not yet" };
    const clock = hurriedClock(100);
    const started = clock.now();
    site.registry.beforeAnswer = () => {
      if (clock.now() - started > 40_000) site.registry.login = { username: "robot", password: PASSWORD };
    };
    const engine = site.engine({ clock });
    await engine.up(site.args({ testConnection: { retryForSeconds: 330 } }));
    const lines = engine.said.filter((line) => line.includes("testing the connection"));
    assert.ok(lines.length >= 3, engine.said.join("\n"));
    assert.match(
      lines[1] ?? "",
      /HarnessImageConnector "thing": testing the connection, \d+ s of at most 450 s; so far the registry does not accept the credentials/,
    );
  });
});
