import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { refOf } from "../../provider/domain/scope";
import { lifeOf, mistakes } from "./contract/life";
import { type Phase, UNKNOWN } from "./engine";
import { hurriedClock } from "./hurried-clock";
import {
  CONNECTOR,
  keyed,
  PLACES,
  paths,
  program,
  SCOPE_NAMES,
  STOPPED,
  STRICT,
  told,
  UNASKED,
  VIEWS,
  wrong,
} from "./preflight-runs";
import { connector, SCOPES, secret } from "./resources";

const ACL = "/authz/api/acl";
const LISTING = "/ng/api/delegate-setup/listDelegates";

for (const name of SCOPE_NAMES) {
  describe(`the permissions of the key, before a change at the level of the ${name}`, () => {
    const life = lifeOf(connector, SCOPES[name]);
    const seems = (lacking: string, role = "it") =>
      `the API key seems to lack ${lacking} in ${PLACES[name]}; give its user or service account a role with ${role} (a role on single objects is not seen here)`;

    it("are enough when the key may do all that is needed, and no more [H104]", async () => {
      const engine = life.engine(keyed(life, [...CONNECTOR, ...VIEWS], "strict"));
      await engine.preview(life.args());
      assert.deepEqual(engine.said, []);
    });

    it("that are lacking are a notice in auto and an error in strict, each by its name", async () => {
      for (const permission of ["core_connector_edit", "core_connector_delete"]) {
        const granted = [...CONNECTOR, ...VIEWS].filter((other) => other !== permission);
        const engine = life.engine(keyed(life, granted));
        await engine.preview(life.args());
        assert.deepEqual(told(engine), [seems(permission)]);
        assert.deepEqual(await wrong(life.engine(keyed(life, granted, "strict")), life.args()), [seems(permission)]);
      }
      const blind = life.engine(keyed(life, VIEWS));
      await blind.preview(life.args());
      assert.equal(told(blind)[0], seems(CONNECTOR.join(", "), "them"));
    });

    it("to delete are not needed for what is never deleted", async () => {
      const granted = [...CONNECTOR, ...VIEWS].filter((other) => other !== "core_connector_delete");
      for (const onDelete of ["retain", "restore"]) {
        await life.engine(keyed(life, granted, "strict")).preview(life.args({ onDelete }));
      }
    });

    it("count as lacking where Harness leaves the answer out [H106]", async () => {
      life.harness.set({ unset: "absent" });
      const granted = ["core_connector_view", ...VIEWS];
      const lacking = seems("core_connector_edit, core_connector_delete", "them");
      assert.deepEqual(await wrong(life.engine(keyed(life, granted, "strict")), life.args()), [lacking]);
      await life.engine(keyed(life, [...CONNECTOR, ...VIEWS], "strict")).preview(life.args());
    });

    it("are those of a secret for a secret", async () => {
      const granted = ["core_secret_view", "core_secret_delete", ...VIEWS];
      const engine = life.engine(keyed(life, granted, "strict")).for("SecretText");
      assert.deepEqual(await wrong(engine, { ...secret.args, ...SCOPES[name] }), [seems("core_secret_edit")]);
    });

    it("that cannot be looked up are said to be not checked, and all else is asked: the place first", async () => {
      const denied = { status: "ERROR", code: "NG_ACCESS_DENIED", message: "no" };
      const missing = { status: "ERROR", code: "RESOURCE_NOT_FOUND_EXCEPTION", message: "no" };
      for (const answer of [{ status: 403, body: denied }, { status: 404, body: missing }, { html: 403 }]) {
        for (const preflight of ["auto", "strict"]) {
          life.harness.clearRequests();
          life.harness.inject({ ...answer, match: { path: ACL } });
          const engine = life.engine({ config: { "harness:preflight": preflight } });
          if (preflight === "auto") await engine.preview(life.args());
          const said = preflight === "auto" ? told(engine) : [(await wrong(engine, life.args()))[0] ?? ""];
          assert.equal(said.length, 1);
          const opening = `${UNASKED}: cannot look up the permissions of the API key in ${PLACES[name]}: `;
          assert.ok(said[0]?.startsWith(opening), said[0]);
          const asked = paths(life).join();
          assert.match(asked, /accounts|organizations|projects/);
          assert.match(asked, /connectors.+secrets\/registry_password.+listDelegates/);
        }
      }
    });

    it("stop no preview where the server fails at the question, and the place is asked all the same", async () => {
      for (const answer of [{ status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR" } }, { html: 503 }]) {
        life.harness.clearFaults();
        life.harness.inject({ ...answer, match: { path: ACL }, times: Number.POSITIVE_INFINITY });
        const engine = life.engine({ clock: hurriedClock(200) });
        await engine.preview(life.args());
        assert.equal(engine.said.filter((line) => line.includes(`${UNASKED}: cannot look up the perm`)).length, 1);
        if (name !== "account") assert.match(paths(life)[0] ?? "", /organizations|projects/);
      }
    });
  });
}

describe("the permissions of a key that has them in one project", () => {
  const inProject = lifeOf(connector, SCOPES.project);
  const inAccount = lifeOf(connector, SCOPES.account);
  const grants = CONNECTOR.map((permission) => ({ permission, ...SCOPES.project }));

  it("are enough there, and nowhere else", async () => {
    await inProject.engine(keyed(inProject, [...grants, ...VIEWS], "strict")).preview(inProject.args());
    inProject.harness.addProject({ orgId: "default", id: "other" });
    const elsewhere = inProject.engine(keyed(inProject, [...grants, ...VIEWS]));
    await elsewhere.preview(inProject.args({ projectId: "other" }));
    assert.match(told(elsewhere)[0] ?? "", /^the API key seems to lack .+ in project default\/other; /);
    const above = inAccount.engine(keyed(inAccount, [...grants, ...VIEWS]));
    await above.preview(inAccount.args());
    assert.match(told(above)[0] ?? "", /^the API key seems to lack core_connector_view, .+ in the account; /);
  });

  it("are looked up also where the key may not view the project, which is said once", async () => {
    const views = VIEWS.filter((permission) => permission !== "core_project_view");
    const args = inProject.args({ delegateSelectors: ["mars"] });
    const { message } = await mistakes(inProject.engine(keyed(inProject, views, "strict")).preview(args));
    assert.equal(message.split("cannot look up project default/demo").length, 2, message);
    assert.match(message, /^the API key seems to lack core_connector_view, /);
    assert.match(message, /^delegateSelectors ask for "mars", which no connected delegate carries/m);
  });
});

describe("delegates, before a change of a connector that goes through one", () => {
  const life = lifeOf(connector, SCOPES.organisation);
  const nobody =
    'delegateSelectors ask for all of "linux", "moon", which no connected delegate carries: none has "moon". Connected are build-farm (eu, linux), edge-runner (us, linux)';
  const none =
    'connectivityMode needs a delegate, and none is connected (known: build-farm, edge-runner); start one, or write connectivityMode: "Platform"';
  const connect = (connected: boolean) => {
    for (const name of ["build-farm", "edge-runner"]) assert.ok(life.harness.setDelegateConnected(name, connected));
  };

  it("that would not serve it are a notice in auto and an error in strict", async () => {
    const moon = life.args({ delegateSelectors: ["linux", "moon"] });
    const any = life.args({ delegateSelectors: undefined });
    await life.engine(STRICT).preview(any);
    for (const [args, doubt] of [
      [moon, nobody],
      [any, none],
    ] as const) {
      const engine = life.engine();
      await engine.preview(args);
      assert.deepEqual(told(engine), [doubt]);
      assert.deepEqual(await wrong(life.engine(STRICT), args), [doubt]);
      connect(false);
    }
  });

  it("of the scope itself and above count, those of a project below do not [H100] [H103]", async () => {
    const moon = life.args({ delegateSelectors: ["linux", "moon"] });
    life.harness.addDelegate({ name: "below", scope: SCOPES.project, tags: ["linux", "moon"] });
    assert.deepEqual(await wrong(life.engine(STRICT), moon), [nobody]);
    await life.engine(STRICT).preview({ ...moon, ...SCOPES.project });
    life.harness.addDelegate({ name: "own", scope: SCOPES.organisation, tags: ["linux", "moon"] });
    await life.engine(STRICT).preview(moon);
  });

  it("may come and go between preview and update", async () => {
    const args = life.args({ delegateSelectors: undefined });
    await life.engine(STRICT).preview(args);
    connect(false);
    assert.equal((await mistakes(life.engine(STRICT).apply(args))).message, none + STOPPED);
    const engine = life.engine();
    await engine.preview(args);
    connect(true);
    const made = await engine.apply(args);
    assert.deepEqual(told(engine), [none]);
    connect(false);
    await engine.apply(life.args({ delegateSelectors: undefined, description: "new" }), made);
    assert.deepEqual([told(engine), life.kept()["description"]], [[none, none], "new"]);
  });

  it("are not asked about in Platform mode, nor before mode and selectors are known", async () => {
    const platform = { connectivityMode: "Platform", delegateSelectors: undefined };
    const unknown = [
      { connectivityMode: UNKNOWN },
      { delegateSelectors: UNKNOWN },
      { delegateSelectors: ["eu", UNKNOWN] },
    ];
    for (const more of [platform, ...unknown]) await life.engine(STRICT).preview(life.args(more));
    assert.ok(!paths(life).includes(LISTING));
  });

  it("that may not be listed are said to be not checked", async () => {
    const options = (mode: string) =>
      keyed(
        life,
        [...CONNECTOR, ...VIEWS].filter((name) => !/delegate/.test(name)),
        mode,
      );
    const engine = life.engine(options("auto"));
    await engine.preview(life.args());
    assert.match(engine.said.join("\n"), /not checked against .+ cannot look up the delegates: .+ core_delegate_view/);
    const { message } = await mistakes(life.engine(options("strict")).preview(life.args()));
    assert.ok(message.startsWith(`${UNASKED}: cannot look up the delegates: `), message);
  });

  it("are of no use to a private registry in Platform mode, which is a notice for what is new or changes [H97]", async () => {
    const args = { connectivityMode: "Platform", delegateSelectors: undefined, url: "https://10.1.2.3:5000/images" };
    const engine = life.engine(STRICT);
    const made = await engine.up(life.args(args));
    const warning =
      'connectivityMode is "Platform", which reaches the registry from Harness\'s own network, but 10.1.2.3 is a private address; write "Delegate" unless that network reaches it';
    assert.deepEqual(told(engine), [warning, warning]);
    await engine.up(life.args(args), made);
    await engine.up(life.args({ ...args, connectivityMode: "Delegate" }), made);
    assert.equal(engine.said.length, 2);
  });
});

describe("Harness that goes out of reach during a run", () => {
  const life = lifeOf(connector, SCOPES.project);
  const override = {
    ...SCOPES.project,
    pipelineIdentifier: "checkout",
    stageIdentifier: "build",
    connectorRef: "account.mirror",
  };

  for (const preflight of ["auto", "strict"]) {
    it(`is asked nothing more for any resource of the run, and is asked again in the next, ${preflight}`, async () => {
      const options = { config: { "harness:preflight": preflight }, clock: hurriedClock(200) };
      const body = async (phase: (type: string, name?: string) => Phase, said: readonly string[]) => {
        await phase("DockerConnector", "one").checked(life.args({ identifier: "one" }));
        life.harness.inject({ html: 503, times: Number.POSITIVE_INFINITY });
        const two = await phase("DockerConnector", "two").check(life.args({ identifier: "two", projectId: undefined }));
        life.harness.clearRequests();
        const others = [
          await phase("DockerConnector", "three").check(life.args({ identifier: "three" })),
          await phase("SecretText").check({ ...secret.args, ...SCOPES.project }),
          await phase("StageImageOverride").check(override),
        ];
        assert.deepEqual(paths(life), []);
        const unasked = said.filter((line) => line.includes(UNASKED)).length;
        const failures = [two, ...others].map((answer) => answer.failures.length);
        assert.deepEqual([unasked, failures], preflight === "auto" ? [1, [0, 0, 0, 0]] : [0, [1, 1, 1, 1]]);
      };
      await program(life, body, options);
      life.harness.clearFaults();
      await life.engine(options).preview(life.args());
      assert.ok(paths(life).includes(ACL));
    });
  }
});

for (const name of SCOPE_NAMES) {
  describe(`calls before connectors are made at the level of the ${name}`, () => {
    const life = lifeOf(connector, SCOPES[name]);
    const options = { config: { "harness:requestsPerMinute": "30000", "harness:preflight": "strict" } };
    const tokenOf = (index: number) => ({ ...SCOPES[name], identifier: `token_${index}` });
    const logins = {
      "the same secret": () => "account.registry_password",
      "a secret each": (index: number) => refOf(tokenOf(index)),
    };

    for (const [how, passwordRef] of Object.entries(logins)) {
      it(`are at most 6 for one and for 500 with ${how}, and none where nothing changes`, async () => {
        for (let index = 0; index < 500; index += 1) {
          life.harness.putSecret({ scope: SCOPES[name], identifier: tokenOf(index).identifier, value: "a-token" });
        }
        // 500 secrets are one page of the list.
        if (how === "a secret each") life.harness.deleteSecret(SCOPES.account, "registry_password");
        const argsOf = (index: number) => {
          const auth = { type: "UsernamePassword", username: "robot", passwordRef: passwordRef(index) };
          return life.args({ identifier: `thing_${index}`, auth });
        };
        for (const count of [1, 500]) {
          life.harness.clearRequests();
          const inputs = await life.engine(options).phase(async (phase) => {
            const checked: Plain[] = [];
            for (let index = 0; index < count; index += 1) {
              checked.push(await phase.as(`acme/images/dev/${index}`).checked(argsOf(index)));
            }
            return checked;
          });
          assert.ok(paths(life).length <= 6, `${count}: ${paths(life).join()}`);
          life.harness.clearRequests();
          await life.engine(options).phase(async (phase) => {
            for (const [index, known] of inputs.entries()) {
              const stored = { id: `thing_${index}`, inputs: known, outs: known };
              await phase.as(`acme/images/dev/${index}`).checked(argsOf(index), stored);
            }
          });
          assert.deepEqual(paths(life), []);
        }
      });
    }
  });
}
