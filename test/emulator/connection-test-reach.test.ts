import * as assert from "node:assert/strict";
import { startEmulator } from "../../emulator/index";
import { at, Calls, refusalOf } from "./calls";
import { basicOf, bench, LOGIN, type SmallRegistry, specFor, testOf, verdictOf, wanting } from "./registries";

const IN_ORG = { orgIdentifier: "default" };
const IN_PROJECT = { ...IN_ORG, projectIdentifier: "demo" };
const NO_DELEGATE =
  "Please make sure that your delegates are connected. Refer https://developer.harness.io/docs/platform/delegates for more information on delegate Installation (Delegate not available)";
const ORG = { orgId: "default" };
const PROJECT = { ...ORG, projectId: "demo" };

describe("emulator: who runs a connection test", () => {
  const site = bench();
  const { connector, test } = site;
  let registry: SmallRegistry;
  beforeEach(async () => {
    registry = await site.registry(wanting(basicOf(LOGIN)));
  });
  const demoDelegates = ["build-farm", "edge-runner"];

  it("needs a connected delegate [H97]", async () => {
    connector(registry.url);
    for (const name of demoDelegates) site.emulator.setDelegateConnected(name, false);
    const { body } = await test();
    assert.deepEqual(
      [at(body, "data.errors.0.message"), at(body, "data.errors.0.reason"), at(body, "data.delegateId")],
      [NO_DELEGATE, "No eligible delegate could perform the task", null],
    );
    assert.deepEqual(registry.visits, []);
    site.emulator.set({ testFailure: "error" });
    const failed = await test();
    assert.equal(failed.status, 400);
    assert.equal(at(failed.body, "responseMessages.2.code"), "DELEGATE_NOT_AVAILABLE");
    site.emulator.setDelegateConnected("edge-runner", true);
    assert.equal(verdictOf(await test()), "SUCCESS");
  });

  it("needs one delegate that carries all selectors, its name among its tags [H102]", async () => {
    for (const [delegateSelectors, runs] of [
      [[], true],
      [["eu"], true],
      [["eu", "linux", "build-farm"], true],
      [["eu", "us"], false],
      [["eu", "mars"], false],
    ] as const) {
      connector(registry.url, { delegateSelectors });
      assert.equal(verdictOf(await test()), runs ? "SUCCESS" : NO_DELEGATE, delegateSelectors.join(" "));
    }
  });

  it("names the delegate as the listing does, and different ones differently [H94] [H101]", async () => {
    const ids = new Set<unknown>();
    for (const delegateName of demoDelegates) {
      connector(registry.url, { delegateSelectors: [delegateName] });
      const id = at((await test()).body, "data.delegateId");
      const filter = { filterType: "Delegate", delegateName };
      const listed = await site.api.post("/ng/api/delegate-setup/listDelegates", filter);
      assert.equal(id, at(listed.body, "resource.0.delegateReplicas.0.uuid"));
      ids.add(id);
    }
    assert.equal(ids.size, demoDelegates.length);
  });

  it("takes the delegates of its own scope and above, not those below [H103]", async () => {
    for (const name of demoDelegates) assert.equal(site.emulator.removeDelegate(name), true);
    const [account, org, project] = [{}, ORG, PROJECT];
    for (const scope of [account, org, project]) {
      site.emulator.putConnector({ identifier: "hub", scope, spec: specFor(registry.url) });
    }
    const verdicts = async () => {
      const replies = [{}, IN_ORG, IN_PROJECT].map((query) => site.api.post(testOf("hub"), {}, query));
      return (await Promise.all(replies)).map((reply) => verdictOf(reply) === "SUCCESS");
    };
    assert.deepEqual(await verdicts(), [false, false, false]);
    site.emulator.addDelegate({ name: "inner", scope: project });
    assert.deepEqual(await verdicts(), [false, false, true]);
    site.emulator.addDelegate({ name: "middle", scope: org });
    assert.deepEqual(await verdicts(), [false, true, true]);
    site.emulator.addDelegate({ name: "outer" });
    assert.deepEqual(await verdicts(), [true, true, true]);
    assert.equal(site.emulator.removeDelegate("outer"), true);
    assert.equal(site.emulator.removeDelegate("outer"), false);
    assert.equal(site.emulator.removeDelegate("inner"), false, "it is in the project");
    assert.equal(site.emulator.removeDelegate("inner", project), true);
    assert.deepEqual(await verdicts(), [false, true, true]);
  });

  it("is the platform itself, without any delegate, when the connector says so [H97]", async () => {
    for (const name of demoDelegates) site.emulator.removeDelegate(name);
    connector(registry.url, { executeOnDelegate: false });
    const { body } = await test();
    assert.deepEqual([at(body, "data.status"), at(body, "data.delegateId")], ["SUCCESS", null]);
  });

  it("is the platform that reaches nothing when so switched, while delegates do", async () => {
    site.emulator.set({ platformReaches: false });
    connector(registry.url, { executeOnDelegate: false });
    const host = new URL(registry.url).host;
    assert.equal(
      verdictOf(await test()),
      `Please ensure that registry host [${host}] is reachable (Unknown or unreachable host ${host})`,
    );
    assert.deepEqual(registry.visits, []);
    connector(registry.url);
    assert.equal(verdictOf(await test()), "SUCCESS");
  });
});

describe("emulator: the secrets of a connection test", () => {
  const site = bench();
  const { connector, test } = site;
  let registry: SmallRegistry;
  beforeEach(async () => {
    registry = await site.registry(wanting(basicOf(LOGIN)));
  });
  const gone =
    "Please ensure that connector hub is valid and using the correct Credentials. (The secret of the connector was not found)";
  const login = (spec: object) => ({ auth: { type: "UsernamePassword", spec } });

  it("are read as they are now: a rotated one counts, and one put back", async () => {
    connector(registry.url);
    const rotate = (value: string) => {
      const spec = { secretManagerIdentifier: "harnessSecretManager", valueType: "Inline", value };
      const secret = { type: "SecretText", name: "password", identifier: "password", spec };
      return site.api.put("/ng/api/v2/secrets/password", { secret });
    };
    assert.equal(verdictOf(await test()), "SUCCESS");
    assert.equal((await rotate("another")).status, 200);
    assert.match(String(verdictOf(await test())), /the registry answered 401/);
    await rotate(LOGIN.password);
    assert.equal(verdictOf(await test()), "SUCCESS");
  });

  it("may hold the user name too", async () => {
    site.emulator.putSecret({ identifier: "user", value: LOGIN.username });
    connector(registry.url, login({ usernameRef: "account.user", passwordRef: "account.password" }));
    assert.equal(verdictOf(await test()), "SUCCESS");
    site.emulator.putSecret({ identifier: "user", value: "somebody" });
    assert.match(String(verdictOf(await test())), /the registry answered 401/);
    site.emulator.deleteSecret({}, "user");
    assert.equal(verdictOf(await test()), gone);
  });

  it("make the test fail when they are gone, without a visit to the registry", async () => {
    connector(registry.url);
    site.emulator.deleteSecret({}, "password");
    assert.equal(verdictOf(await test()), gone);
    assert.deepEqual(registry.visits, []);
  });

  it("are looked up from the scope of the connector [H78] [H79]", async () => {
    site.emulator.putSecret({ identifier: "password", scope: ORG, value: "of-the-organisation" });
    site.emulator.putSecret({ identifier: "password", scope: PROJECT, value: "of-the-project" });
    const values = {
      "account.password": LOGIN.password,
      "org.password": "of-the-organisation",
      password: "of-the-project",
    };
    for (const [passwordRef, password] of Object.entries(values)) {
      const spec = { ...specFor(registry.url), ...login({ username: LOGIN.username, passwordRef }) };
      site.emulator.putConnector({ identifier: "hub", scope: PROJECT, spec });
      await site.api.post(testOf("hub"), {}, IN_PROJECT);
      assert.equal(registry.visits.at(-1), `/v2/ ${basicOf({ username: LOGIN.username, password })}`, passwordRef);
    }
  });

  it("must be open to the caller: a 403 may be about a secret [H97]", async () => {
    connector(registry.url);
    const rights = ["core_connector_view", "core_connector_edit", "core_connector_access", "core_secret_view"];
    const robot = (permissions: Parameters<typeof site.emulator.addToken>[0] & object) =>
      new Calls(site.emulator, site.emulator.addToken(permissions)).post(testOf("hub"), {});
    const denied = await robot({ kind: "sat", principal: "robot", permissions: rights });
    assert.deepEqual(refusalOf(denied), [
      403,
      "NG_ACCESS_DENIED",
      "Principal of type SERVICE_ACCOUNT with identifier robot : Missing permission core_secret_access on SECRET with identifier password",
    ]);
    assert.equal(at(denied.body, "failedPermissionChecks.0.resourceIdentifier"), "password");
    assert.deepEqual(registry.visits, []);
    const other = { permission: "core_secret_access", identifier: "other" };
    assert.equal((await robot({ permissions: [...rights, other] })).status, 403);
    const own = { permission: "core_secret_access", identifier: "password" };
    assert.equal(verdictOf(await robot({ permissions: [...rights, own] })), "SUCCESS");
  });

  it("that are gone are what the test finds, not a missing permission", async () => {
    connector(registry.url);
    site.emulator.deleteSecret({}, "password");
    const token = site.emulator.addToken({ permissions: ["core_connector_view"] });
    assert.equal(verdictOf(await new Calls(site.emulator, token).post(testOf("hub"), {})), gone);
  });
});

describe("emulator: the account's own image connector", () => {
  const site = bench();
  const specOf = async () => at((await site.api.get("/ng/api/connectors/harnessImage")).body, "data.connector.spec");
  const words = { name: "Harness Docker Connector", description: "Harness internal connector" };

  it("is put as an account of either age has it, through the platform or delegates [H114] [H116]", async () => {
    assert.equal((await site.api.get("/ng/api/connectors/harnessImage")).status, 404);
    for (const [kind, viaDelegate, url, providerType] of [
      ["docker-hub", undefined, "https://index.docker.io/v2/", "DockerHub"],
      ["gar", undefined, "https://us-docker.pkg.dev/gar-prod-setup/harness-public", "Other"],
      ["gar", true, "https://us-docker.pkg.dev/gar-prod-setup/harness-public", "Other"],
    ] as const) {
      site.emulator.putHarnessImage(kind, viaDelegate);
      const spec = Object(await specOf());
      assert.deepEqual(
        [spec.dockerRegistryUrl, spec.providerType, spec.auth.type, spec.executeOnDelegate],
        [url, providerType, "Anonymous", viaDelegate ?? false],
      );
      const [{ name, description } = words] = site.emulator.connectors();
      assert.deepEqual({ name, description }, words);
      assert.equal(verdictOf(await site.api.post(testOf("harnessImage"), {})), "SUCCESS");
    }
    assert.equal(site.emulator.connectors().length, 1);
  });

  it("is there from the start when the options say so, and again after a reset", async () => {
    for (const [harnessImage, url] of [
      ["docker-hub", "https://index.docker.io/v2/"],
      ["gar", "https://us-docker.pkg.dev/gar-prod-setup/harness-public"],
      ["absent", undefined],
    ] as const) {
      const emulator = await startEmulator({ harnessImage });
      try {
        const urls = () => emulator.connectors().map(({ spec }) => spec["dockerRegistryUrl"]);
        const expected = url === undefined ? [] : [url];
        assert.deepEqual(urls(), expected);
        emulator.deleteConnector({}, "harnessImage");
        emulator.reset();
        assert.deepEqual(urls(), expected);
      } finally {
        await emulator.close();
      }
    }
  });
});
