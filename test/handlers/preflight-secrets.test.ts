import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { refOf } from "../../provider/domain/scope";
import { lifeOf, mistakes } from "./contract/life";
import { UNKNOWN } from "./engine";
import { hurriedClock } from "./hurried-clock";
import { CONNECTOR, keyed, PLACES, paths, program, SCOPE_NAMES, STRICT, UNASKED, VIEWS, wrong } from "./preflight-runs";
import { connector, SCOPES, secret } from "./resources";

const WAY_OUT =
  '; correct it, or create the secret first (of a SecretText of this program pass the ref; if another provider creates it in the same run, write preflight: "off" on this resource)';

for (const name of SCOPE_NAMES) {
  describe(`the secrets of a login, before a change at the level of the ${name}`, () => {
    const life = lifeOf(connector, SCOPES[name]);
    const scopes = SCOPE_NAMES.slice(0, SCOPE_NAMES.indexOf(name) + 1);
    const references = scopes.map((at) => ({ at, reference: refOf({ ...SCOPES[at], identifier: "token" }) }));
    const login = (more: Plain) =>
      life.args({ auth: { type: "UsernamePassword", passwordRef: "account.registry_password", ...more } });

    it("are looked up where the reference leads, and a missing one is an error in every mode [H78] [H80]", async () => {
      for (const { at, reference } of references) {
        const which = at === "project" ? "a secret that" : `secret ${reference}, which`;
        const text = `names ${which} does not exist in ${PLACES[at]}${WAY_OUT}`;
        const password = login({ username: "robot", passwordRef: reference });
        const user = login({ usernameRef: reference });
        for (const options of [{}, STRICT]) {
          assert.deepEqual(await wrong(life.engine(options), password), [`auth.passwordRef ${text}`]);
          assert.deepEqual(await wrong(life.engine(options), user), [`auth.usernameRef ${text}`]);
        }
        const both = await wrong(life.engine(), login({ usernameRef: reference, passwordRef: reference }));
        assert.deepEqual(both, [`auth.usernameRef ${text}`, `auth.passwordRef ${text}`]);
        life.harness.putSecret({ scope: SCOPES[at], identifier: "token", value: "a-token" });
        for (const args of [password, user]) await life.engine(STRICT).preview(args);
        life.harness.deleteSecret(SCOPES[at], "token");
      }
    });

    it("are found by none of the ways Harness says that something is not there [H42] [H87]", async () => {
      const { reference = "" } = references.at(-1) ?? {};
      for (const switches of [
        { notFound: "400" },
        { notFound: "404-entity" },
        { secretGetMissing: "200-null" },
      ] as const) {
        life.harness.set(switches);
        const [problem] = await wrong(life.engine(), login({ usernameRef: reference }));
        assert.match(problem ?? "", /^auth\.usernameRef names .+ does not exist in /);
      }
    });

    it("that the same program declares count as there, when they come first", async () => {
      const { reference = "" } = references.at(-1) ?? {};
      const token = { ...secret.args, identifier: "token", ...SCOPES[name] };
      await program(life, async (phase) => {
        const early = await phase("DockerConnector", "early").check({
          ...login({ usernameRef: reference }),
          identifier: "early",
        });
        assert.match(early.failures[0]?.reason ?? "", /of a SecretText of this program pass the ref/);
        await phase("SecretText").checked(token);
        life.harness.clearRequests();
        await phase("DockerConnector").checked(login({ usernameRef: reference, passwordRef: reference }));
        assert.ok(!paths(life).some((path) => path.includes("/secrets")));
      });
    });

    it("that are not known yet are not looked up", async () => {
      await life.engine(STRICT).preview(login({ username: "robot", passwordRef: UNKNOWN }));
      await life.engine(STRICT).preview(life.args({ auth: UNKNOWN }));
      assert.ok(!paths(life).some((path) => path.includes("/secrets")));
    });

    it("may come and go: after a preview, and while a run lasts", async () => {
      const { at, reference } = references.at(-1) ?? { at: "account", reference: "" };
      const args = login({ username: "robot", passwordRef: reference });
      await mistakes(life.engine().preview(args));
      await life.engine().phase(async (phase) => {
        // The second look lists the secrets; a third finds what the list has not.
        for (let look = 0; look < 2; look += 1) assert.equal((await phase.check(args)).failures.length, 1);
        life.harness.putSecret({ scope: SCOPES[at], identifier: "token", value: "a-token" });
        await phase.checked(args);
      });
      await life.engine().preview(args);
      life.harness.deleteSecret(SCOPES[at], "token");
      assert.match((await mistakes(life.engine().apply(args))).message, /^auth\.passwordRef names /);
      assert.equal(life.count(), 0);
    });
  });
}

describe("a bare reference to a secret, which may be a password in the wrong place", () => {
  const life = lifeOf(connector, SCOPES.project);
  const auth = { type: "UsernamePassword", usernameRef: "correcthorse", passwordRef: "hunter2" };

  it("is repeated by no message, whatever comes of the look", async () => {
    const words = "no secret hunter2 or correcthorse here";
    const answers = [
      undefined,
      { status: 400, body: { status: "ERROR", code: "INVALID_REQUEST", message: words } },
      { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR", message: words } },
      { status: 404, body: `Cannot GET ${words}` },
      { html: 503 },
      { drop: "before" as const },
    ];
    for (const answer of answers) {
      for (const permissions of [[...CONNECTOR, ...VIEWS], CONNECTOR]) {
        for (const preflight of ["auto", "strict"]) {
          life.harness.clearFaults();
          const match = { path: "/secrets" };
          if (answer !== undefined) life.harness.inject({ ...answer, match, times: Number.POSITIVE_INFINITY });
          const options = keyed(life, permissions, preflight);
          const engine = life.engine({ ...options, clock: hurriedClock(500) });
          const error = await engine.preview(life.args({ auth })).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          const text = `${engine.said.join("\n")}\n${error instanceof Error ? error.message : ""}`;
          assert.ok(text.trim() !== "");
          assert.doesNotMatch(text, /hunter2|correcthorse/, text);
        }
      }
    }
  });

  it("that the key may not view is said to be of the project", async () => {
    const { message } = await mistakes(life.engine(keyed(life, CONNECTOR, "strict")).preview(life.args({ auth })));
    const denied = "cannot look up a secret of project default/demo: the API key lacks core_secret_view on it.";
    assert.equal(message.split(`${UNASKED}: ${denied} [PERMISSION_DENIED]`).length, 3, message);
  });
});
