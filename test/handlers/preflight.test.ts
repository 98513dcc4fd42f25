import assert from "node:assert/strict";
import { lifeOf, mistakes } from "./contract/life";
import { hurriedClock } from "./hurried-clock";
import { connector, SCOPES, secret } from "./resources";

/** What is asked of Harness before a change, and what becomes of not being able to ask. */
describe("preflight", () => {
  const life = lifeOf(connector, SCOPES.project);
  const mode = (preflight: string, more = {}) => ({ config: { "harness:preflight": preflight }, ...more });
  const withKey = (permissions: string[], preflight = "auto") => ({
    config: { "harness:platformApiKey": life.harness.addToken({ permissions }), "harness:preflight": preflight },
  });

  it("off asks nothing, for the whole program or for one resource", async () => {
    await life.engine(mode("off")).preview(life.args());
    await life.engine().preview(life.args({ preflight: "off" }));
    await life.engine(mode("strict")).preview(life.args({ preflight: "off" }));
    assert.deepEqual(life.harness.requests(), []);
  });

  it("a change of preflight alone is no change", async () => {
    const made = await life.engine().up(life.args());
    const { diff } = await life.engine().preview(life.args({ preflight: "off" }), made);
    assert.equal(diff?.changes, false);
  });

  it("asks whether the identifier is free only for what is new or becomes another object", async () => {
    const engine = life.engine();
    const made = await engine.up(life.args());
    life.harness.clearRequests();
    await engine.preview(life.args({ description: "new" }), made);
    assert.deepEqual(
      life.harness
        .requests()
        .map(({ path }) => path)
        .sort(),
      [
        "/authz/api/acl",
        "/ng/api/delegate-setup/listDelegates",
        "/ng/api/projects/demo",
        "/ng/api/v2/secrets/registry_password",
      ],
    );
    connector.other(life.harness, { scope: SCOPES.project, identifier: "another" });
    const taken = await mistakes(engine.preview(life.args({ identifier: "another" }), made));
    assert.match(taken.message, /already exists/);
  });

  it("a wrong organisation or project is named, whichever of them it is [H120] [H121]", async () => {
    for (const notFound of ["404", "400", "404-entity"] as const) {
      life.harness.set({ notFound });
      const noOrg = await mistakes(life.engine().preview(life.args({ orgId: "no_org" })));
      assert.match(noOrg.message, /organisation "no_org" does not exist in account/);
      const noProject = await mistakes(life.engine().preview(life.args({ projectId: "no_project" })));
      assert.match(noProject.message, /project "no_project" does not exist in organisation "default"/);
    }
  });

  it("all that can be asked is asked although another argument is wrong", async () => {
    connector.other(life.harness, { scope: SCOPES.project, identifier: "registry" });
    const error = await mistakes(life.engine().preview(life.args({ url: "https://hub.docker.com" })));
    assert.match(error.message, /url is the address of Docker Hub's web site/);
    assert.match(error.message, /already exists/);
  });

  it("a reference that may be a password is not repeated by the comparison with what is there", async () => {
    connector.other(life.harness, { scope: SCOPES.project, identifier: "registry" });
    const auth = { type: "UsernamePassword", username: "robot", passwordRef: "canary pasted" };
    const error = await mistakes(life.engine({ secrets: ["canary"] }).preview(life.args({ auth })));
    assert.match(error.message, /auth.passwordRef is not a reference to a Harness secret/);
  });

  it("a wrong key is an error in preview, said once", async () => {
    const config = { "harness:platformApiKey": `pat.${life.harness.accountId}.unknown.canarysecret` };
    const error = await mistakes(life.engine({ config, secrets: ["canary"] }).preview(life.args()));
    assert.equal(error.message.split("CREDENTIALS_REJECTED").length, 2);
  });

  it("what the key may not look at is a notice in auto and an error in strict, each naming the way out", async () => {
    const blind = life.engine(withKey(["core_connector_edit"]));
    await blind.preview(life.args());
    assert.match(blind.said.join("\n"), /not checked against Harness \(set preflight: "off"/);
    assert.match(blind.said.join("\n"), /core_connector_view/);
    const error = await mistakes(life.engine(withKey(["core_connector_edit"], "strict")).preview(life.args()));
    assert.match(error.message, /not checked against Harness \(set preflight: "off" on the resource/);
  });

  it("a key that may not view the account works all the same [H12]", async () => {
    const used = ["connector_view", "connector_edit", "connector_delete", "secret_view", "delegate_view"];
    const permissions = used.map((name) => `core_${name}`);
    const engine = life.engine(withKey(permissions, "strict"));
    await engine.preview({ ...connector.args });
    assert.deepEqual(engine.said, []);
  });

  it("Harness out of reach is one notice for all resources in auto, an error in strict, and asked once", async () => {
    life.harness.inject({ html: 503, times: Number.POSITIVE_INFINITY });
    const clock = hurriedClock(100);
    const engine = life.engine({ clock });
    await engine.phase(async (phase) => {
      for (const name of ["one", "two", "three"]) await phase.checked(life.args({ identifier: name }));
    });
    const said = engine.said.filter((line) => line.includes("not checked against Harness"));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /DockerConnector "thing"/);
    assert.equal(life.harness.requests().length, 4);
    const error = await mistakes(life.engine(mode("strict", { clock })).preview(life.args()));
    assert.match(error.message, /503/);
  });

  it("a page that is not Harness's, served as a good answer, is an error: the endpoint is wrong [H25]", async () => {
    life.harness.inject({ html: 200, times: Number.POSITIVE_INFINITY });
    const error = await mistakes(life.engine({ clock: hurriedClock(100) }).preview(life.args()));
    assert.match(error.message, /harness:endpoint/);
  });

  it("without a key strict is an error, auto a notice", async () => {
    const config = { "harness:platformApiKey": undefined };
    const error = await mistakes(
      life.engine({ config: { ...config, "harness:preflight": "strict" } }).preview(life.args()),
    );
    assert.match(error.message, /no Harness API key is configured/);
    const engine = life.engine({ config });
    await engine.preview(life.args());
    assert.equal(engine.said.length, 1);
  });

  it("wrong settings are an error for what changes, whatever the mode, and none for what does not", async () => {
    const made = await life.engine().up(life.args());
    const config = { "harness:endpoint": "http://harness.example.com", "harness:preflight": "off" };
    const error = await mistakes(life.engine({ config }).preview(life.args({ description: "new" }), made));
    assert.match(error.message, /harness:endpoint is plain http/);
    assert.equal((await life.engine({ config }).preview(life.args(), made)).diff?.changes, false);
  });

  it("two resources of one program with one identifier are told apart by their names", async () => {
    const engine = life.engine(mode("off"));
    const twin = engine.with({ owner: "acme/images/dev/twin" });
    await engine.phase(async (phase) => {
      await phase.checked(life.args());
      const { failures } = await phase.as("acme/images/dev/twin").check(life.args());
      assert.match(failures[0]?.reason ?? "", /already declared by DockerConnector "thing" of this program/);
      const elsewhere = await phase.as("acme/images/dev/twin").check(life.args({ projectId: undefined }));
      assert.deepEqual(elsewhere.failures, []);
    });
    await twin.preview(life.args());
  });

  it("a connector and a secret may have the same identifier", async () => {
    await life.engine().up(life.args());
    const other = life.engine().for("SecretText");
    await other.preview({ ...secret.args, identifier: "registry", ...SCOPES.project });
    assert.deepEqual(other.said, []);
  });
});
