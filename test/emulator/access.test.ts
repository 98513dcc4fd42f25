import * as assert from "node:assert/strict";
import { request } from "undici";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, refusalOf, secretBody } from "./calls";

const ONE = "/ng/api/connectors/hub";

describe("emulator: tokens and permissions", () => {
  let emulator: Emulator;

  before(async () => {
    emulator = await startEmulator();
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  const as = (token: string) => new Calls(emulator, token);
  const refused = async (token: string) => refusalOf(await as(token).get(ONE));

  it("accepts personal and service account tokens of four parts, and older ones of three [H7] [H8]", async () => {
    const path = `/ng/api/accounts/${emulator.accountId}`;
    for (const spec of [{}, { kind: "sat" }, { parts: 3 }] as const) {
      assert.equal((await as(emulator.addToken(spec)).get(path)).status, 200);
    }
  });

  it("refuses a token of the wrong length, and none at all [H14]", async () => {
    const words = "Invalid API Token: Token length not matching for API token";
    for (const token of ["abc", "pat.a", "pat.a.b.c.d"])
      assert.deepEqual(await refused(token), [401, "INVALID_TOKEN", words]);
    const url = `${emulator.endpoint}${ONE}?accountIdentifier=${emulator.accountId}`;
    const none = await request(url);
    assert.deepEqual([none.statusCode, at(await none.body.json(), "code")], [401, "INVALID_TOKEN"]);
  });

  it("refuses an unknown token and a wrong secret, naming the id and never the secret [H15]", async () => {
    const token = emulator.addToken({ id: "known" });
    const wrong = `${token}canary`;
    assert.deepEqual(await refused(token.replace("known", "other")), [
      401,
      "INVALID_TOKEN",
      "Invalid API token other: Token not found",
    ]);
    assert.deepEqual(await refused(token.replace("pat.", "sat.")), [
      401,
      "INVALID_TOKEN",
      "Invalid API token known: Token not found",
    ]);
    const reply = await as(wrong).get(ONE);
    const words = "Invalid API token known: Raw password not matching for new API token format";
    assert.deepEqual(refusalOf(reply), [401, "INVALID_TOKEN", words]);
    assert.ok(!reply.text.includes("canary"));
  });

  it("refuses a token of another account, in the query, the header and the path [H6] [H16]", async () => {
    emulator.addAccount({ id: "other" });
    const token = emulator.addToken({ accountId: "other", id: "foreign" });
    const words = "Invalid account token access foreign";
    assert.deepEqual(await refused(token), [401, "INVALID_TOKEN", words]);
    assert.equal((await as(token).get(`/ng/api/accounts/${emulator.accountId}`)).status, 401);
    const header = { headers: { "Harness-Account": "other" } };
    assert.equal((await as(emulator.platformApiKey).call("GET", ONE, undefined, header)).status, 401);
    const own = { ...header, noAccount: true };
    assert.equal((await as(token).call("GET", "/ng/api/accounts/other", undefined, own)).status, 200);
    emulator.set({ wrongAccount: "403" });
    assert.deepEqual(await refused(token), [403, "ACCESS_DENIED", words]);
  });

  it("refuses an expired and a revoked token [H17]", async () => {
    const expired = emulator.addToken({ id: "old", name: "ci", expiresAt: Date.now() - 1 });
    const words = "Incoming API token ci has expired. Token id: old";
    assert.deepEqual(await refused(expired), [401, "EXPIRED_TOKEN", words]);
    const token = emulator.addToken();
    assert.equal(emulator.revokeToken(token), true);
    assert.deepEqual((await refused(token)).slice(0, 2), [401, "REVOKED_TOKEN"]);
    assert.equal(emulator.revokeToken("pat.a.nobody.x"), false);
    assert.equal((await refused(emulator.addToken({ revoked: true })))[1], "REVOKED_TOKEN");
  });

  it("ignores routingId [H5]", async () => {
    const query = { routingId: emulator.accountId };
    assert.equal((await as(emulator.platformApiKey).get(`/ng/api/accounts/${emulator.accountId}`, query)).status, 200);
  });

  it("answers a missing permission with what was missing [H107]", async () => {
    const token = emulator.addToken({ kind: "sat", principal: "robot", permissions: ["core_connector_view"] });
    const reply = await as(token).post("/ng/api/connectors", dockerBody("hub"));
    const words =
      "Principal of type SERVICE_ACCOUNT with identifier robot : Missing permission core_connector_edit on CONNECTOR";
    assert.deepEqual(refusalOf(reply), [403, "NG_ACCESS_DENIED", words]);
    assert.deepEqual(at(reply.body, "failedPermissionChecks"), [
      {
        resourceScope: { accountIdentifier: emulator.accountId },
        resourceType: "CONNECTOR",
        resourceIdentifier: null,
        permission: "core_connector_edit",
      },
    ]);
    const update = await as(token).put("/ng/api/connectors", dockerBody("hub"));
    assert.equal(refusalOf(update)[2], `${words} with identifier hub`);
    assert.deepEqual(emulator.connectors(), []);
  });

  const calls: [string, string, string, unknown][] = [
    ["core_connector_view", "GET", ONE, undefined],
    ["core_connector_delete", "DELETE", ONE, undefined],
    ["core_connector_edit", "PUT", "/ng/api/connectors", dockerBody("hub")],
    ["core_connector_view", "POST", "/ng/api/connectors/listV2", { filterType: "Connector" }],
    ["core_secret_edit", "POST", "/ng/api/v2/secrets", secretBody("s")],
    ["core_secret_view", "GET", "/ng/api/v2/secrets/s", undefined],
    ["core_secret_edit", "PUT", "/ng/api/v2/secrets/s", secretBody("s")],
    ["core_secret_delete", "DELETE", "/ng/api/v2/secrets/s", undefined],
    ["core_delegate_view", "POST", "/ng/api/delegate-setup/listDelegates", { filterType: "Delegate" }],
    ["core_organization_view", "GET", "/ng/api/organizations/default", undefined],
    ["core_project_view", "GET", "/ng/api/projects/demo", undefined],
  ];
  for (const [permission, method, path, body] of calls) {
    it(`needs ${permission} for ${method} ${path} [H105]`, async () => {
      const without = await as(emulator.addToken({ permissions: [] })).call(method, path, body);
      assert.equal(at(without.body, "failedPermissionChecks.0.permission"), permission);
      const given = await as(emulator.addToken({ permissions: [permission] })).call(method, path, body);
      assert.notEqual(given.status, 403);
    });
  }

  it("lets a token without core_account_view be seen as valid by its 403 [H12]", async () => {
    const token = emulator.addToken({ permissions: ["core_connector_edit"] });
    assert.equal((await as(token).get(`/ng/api/accounts/${emulator.accountId}`)).status, 403);
  });

  it("limits a grant to a scope and what lies below it", async () => {
    const token = emulator.addToken({ permissions: [{ permission: "core_connector_edit", orgId: "default" }] });
    const inner = { orgIdentifier: "default", projectIdentifier: "demo" };
    assert.equal((await as(token).post("/ng/api/connectors", dockerBody("a", inner))).status, 200);
    assert.equal((await as(token).post("/ng/api/connectors", dockerBody("a"))).status, 403);
  });

  const ACL = "/authz/api/acl";
  const check = (permission: string, resourceType: string, more: object = {}) => ({
    resourceScope: { accountIdentifier: emulator.accountId },
    resourceType,
    permission,
    ...more,
  });

  it("tells in one call what the caller may do, with and without accountIdentifier [H106]", async () => {
    const token = emulator.addToken({ principal: "u", permissions: ["core_connector_view"] });
    const permissions = [
      check("core_connector_view", "CONNECTOR", { resourceIdentifier: "hub" }),
      check("core_secret_edit", "SECRET"),
    ];
    for (const noAccount of [true, false]) {
      const { body } = await as(token).call("POST", ACL, { permissions, principal: null }, { noAccount });
      assert.deepEqual(at(body, "data.principal"), { identifier: "u", type: "USER" });
      assert.deepEqual(at(body, "data.accessControlList"), [
        { ...permissions[0], resourceIdentifier: "hub", permitted: true },
        { ...permissions[1], resourceIdentifier: null, permitted: false },
      ]);
    }
  });

  it("grants nothing for a permission, a type or an account it does not know [H106]", async () => {
    const { body } = await as(emulator.platformApiKey).post(ACL, {
      permissions: [
        check("core_connector_veiw", "CONNECTOR"),
        check("core_connector_view", "SECRET"),
        check("core_connector_view", "connector"),
        { ...check("core_connector_view", "CONNECTOR"), resourceScope: { accountIdentifier: "other" } },
        check("core_connector_view", "CONNECTOR"),
      ],
    });
    const permitted = [0, 1, 2, 3, 4].map((index) => at(body, `data.accessControlList.${index}.permitted`));
    assert.deepEqual(permitted, [false, false, false, false, true]);
  });

  it("grants on one object what is granted on that object only [H106]", async () => {
    const grant = { permission: "core_connector_edit", identifier: "hub" };
    const permissions = ["hub", "other", undefined].map((resourceIdentifier) =>
      check("core_connector_edit", "CONNECTOR", { resourceIdentifier }),
    );
    const { body } = await as(emulator.addToken({ permissions: [grant] })).post(ACL, { permissions });
    const permitted = [0, 1, 2].map((index) => at(body, `data.accessControlList.${index}.permitted`));
    assert.deepEqual(permitted, [true, false, false]);
  });

  it("knows what a preflight asks, at every scope: connectors, secrets and the account itself [H104] [H106] [H173]", async () => {
    const accountIdentifier = emulator.accountId;
    const org = { accountIdentifier, orgIdentifier: "default" };
    const names = ["connector_view", "connector_edit", "connector_delete", "connector_access"];
    names.push("secret_view", "secret_edit", "secret_delete", "secret_access");
    const inScopes = [{ accountIdentifier }, org, { ...org, projectIdentifier: "demo" }].flatMap((resourceScope) =>
      names.map((name) => check(`core_${name}`, (name.split("_")[0] ?? "").toUpperCase(), { resourceScope })),
    );
    const permissions = [...inScopes, check("core_account_view", "ACCOUNT"), check("core_account_edit", "ACCOUNT")];
    const granted = async (token: string) => {
      const { body } = await as(token).post(ACL, { permissions });
      return permissions.map((_, index) => at(body, `data.accessControlList.${index}.permitted`));
    };
    assert.deepEqual(
      await granted(emulator.platformApiKey),
      permissions.map(() => true),
    );
    const one = { permission: "core_secret_edit", orgId: "default", projectId: "demo" };
    const token = emulator.addToken({ permissions: [one, "core_account_edit"] });
    assert.deepEqual(
      await granted(token),
      permissions.map(({ permission, resourceScope }) =>
        permission === "core_secret_edit" ? "projectIdentifier" in resourceScope : permission === "core_account_edit",
      ),
    );
  });

  it("answers for another principal, and leaves false out when so switched [H106]", async () => {
    emulator.addToken({ kind: "sat", principal: "robot", permissions: ["core_secret_view"] });
    emulator.set({ unset: "absent" });
    const principal = { identifier: "robot", type: "SERVICE_ACCOUNT" };
    const permissions = [check("core_secret_view", "SECRET"), check("core_secret_edit", "SECRET")];
    const { body } = await as(emulator.platformApiKey).post(ACL, { permissions, principal });
    assert.equal(at(body, "data.accessControlList.0.permitted"), true);
    assert.equal(at(body, "data.accessControlList.1.permitted"), undefined);
    const nobody = { identifier: "nobody", type: "USER" };
    const none = await as(emulator.platformApiKey).post(ACL, { permissions, principal: nobody });
    assert.equal(at(none.body, "data.accessControlList.0.permitted"), undefined);
  });

  it("refuses an access check without its parts [H20] [H21]", async () => {
    const api = as(emulator.platformApiKey);
    assert.equal(at((await api.post(ACL, {})).body, "errors.0.fieldId"), "permissions");
    const scopeless = { permissions: [{ permission: "core_secret_view", resourceType: "SECRET" }] };
    assert.equal(at((await api.post(ACL, scopeless)).body, "errors.0.fieldId"), "resourceScope");
    const nameless = { permissions: [{ resourceScope: {}, resourceType: "SECRET" }] };
    assert.equal(at((await api.post(ACL, nameless)).body, "errors.0.fieldId"), "permission");
    for (const permissions of ["x", ["x"]]) assert.equal(at((await api.post(ACL, { permissions })).body, "code"), 400);
  });
});
