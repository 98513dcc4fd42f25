import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, refusalOf, secretBody } from "./calls";

const PATH = "/ng/api/v2/secrets";
const INLINE = { secretManagerIdentifier: "harnessSecretManager", valueType: "Inline" };

describe("emulator: text secrets", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("creates, reads, updates and deletes, and never shows the value [H81] [H85] [H86]", async () => {
    const created = await api.post(PATH, secretBody("docker-pat", { description: "d", tags: { a: "b" } }));
    assert.equal(created.status, 200);
    assert.deepEqual(Object.keys(at(created.body, "data") ?? {}).sort(), [
      "createdAt",
      "draft",
      "governanceMetadata",
      "secret",
      "updatedAt",
    ]);
    const spec = { ...INLINE, value: "second-value" };
    const updated = await api.put(`${PATH}/docker-pat`, secretBody("docker-pat", { name: "New name", spec }));
    const read = await api.get(`${PATH}/docker-pat`);
    const listed = await api.get(PATH);
    assert.equal(emulator.secretValue({}, "docker-pat"), "second-value");
    for (const reply of [created, updated, read, listed]) assert.ok(!/(first|second)-value/.test(reply.text));
    assert.deepEqual(
      [at(read.body, "data.secret.name"), at(read.body, "data.secret.description"), at(read.body, "data.secret.tags")],
      ["New name", null, null],
    );
    assert.equal(at(read.body, "data.createdAt"), at(created.body, "data.createdAt"));
    assert.equal(at(read.body, "data.draft"), false);
    assert.deepEqual(at((await api.delete(`${PATH}/docker-pat`)).body, "data"), true);
    assert.deepEqual(emulator.secrets(), []);
  });

  it("wants the scope in the query and in the body [H82]", async () => {
    const scope = { orgIdentifier: "default", projectIdentifier: "demo" };
    const words = "Invalid request, scope in payload and params do not match.";
    for (const [body, query] of [
      [secretBody("s", scope), {}],
      [secretBody("s"), scope],
    ] as const) {
      assert.deepEqual(refusalOf(await api.post(PATH, body, query)), [400, "INVALID_REQUEST", words]);
    }
    assert.equal((await api.post(PATH, secretBody("s", scope), scope)).status, 200);
    assert.equal((await api.get(`${PATH}/s`)).status, 404);
    assert.equal((await api.get(`${PATH}/s`, scope)).status, 200);
    assert.deepEqual(
      emulator.secrets({ orgId: "default", projectId: "demo" }).map((one) => one.identifier),
      ["s"],
    );
  });

  it("returns the path of a reference, which is no secret [H85]", async () => {
    emulator.putConnector({ identifier: "vault", type: "Vault", spec: {} });
    const spec = { secretManagerIdentifier: "vault", valueType: "Reference", value: "path/to#key" };
    await api.post(PATH, secretBody("ref", { spec }));
    assert.equal(at((await api.get(`${PATH}/ref`)).body, "data.secret.spec.value"), "path/to#key");
    assert.equal(emulator.secrets()[0]?.reference, "path/to#key");
    const additionalMetadata = { values: { version: "3" } };
    await api.post(PATH, secretBody("more", { spec: { ...spec, additionalMetadata } }));
    const more = await api.get(`${PATH}/more`);
    assert.deepEqual(at(more.body, "data.secret.spec.additionalMetadata"), additionalMetadata);
  });

  it("refuses a secret manager that is not there; the built-in one is everywhere [H84]", async () => {
    const spec = { ...INLINE, secretManagerIdentifier: "vault", value: "v" };
    assert.deepEqual(refusalOf(await api.post(PATH, secretBody("s", { spec }))).slice(0, 2), [
      404,
      "SECRET_MANAGER_ID_NOT_FOUND",
    ]);
    const prefixed = { ...spec, secretManagerIdentifier: "account.harnessSecretManager" };
    assert.equal((await api.post(PATH, secretBody("s", { spec: prefixed }))).status, 200);
    const org = { orgIdentifier: "default" };
    emulator.putConnector({ identifier: "vault", type: "Vault", spec: {} });
    assert.equal((await api.post(PATH, secretBody("s", { ...org, spec }), org)).status, 404);
    const above = { ...spec, secretManagerIdentifier: "account.vault" };
    assert.equal((await api.post(PATH, secretBody("s", { ...org, spec: above }), org)).status, 200);
  });

  it("refuses duplicates, empty values and unknown places [H51] [H93]", async () => {
    await api.post(PATH, secretBody("s"));
    const again = refusalOf(await api.post(PATH, secretBody("s")));
    assert.deepEqual(again, [400, "DUPLICATE_FIELD", "Duplicate identifier, please try again with a new identifier"]);
    const empty = refusalOf(await api.post(PATH, secretBody("t", { spec: INLINE })));
    assert.deepEqual(empty, [400, "INVALID_REQUEST", "value cannot be empty for a secret text."]);
    const custom = { ...INLINE, valueType: "CustomSecretManagerValues" };
    assert.equal((await api.post(PATH, secretBody("u", { spec: custom }))).status, 200);
    const place = { orgIdentifier: "nope" };
    assert.equal((await api.post(PATH, secretBody("v", place), place)).status, 404);
  });

  it("answers missing secrets differently for read, update and delete [H87] [H93]", async () => {
    assert.deepEqual(refusalOf(await api.get(`${PATH}/gone`)), [
      404,
      "RESOURCE_NOT_FOUND_EXCEPTION",
      "Secret with identifier [gone] is not found in the given scope",
    ]);
    assert.deepEqual(refusalOf(await api.put(`${PATH}/gone`, secretBody("gone"))), [
      400,
      "INVALID_REQUEST",
      "No such secret found, please check identifier/scope and try again.",
    ]);
    assert.deepEqual(refusalOf(await api.delete(`${PATH}/gone`)), [
      404,
      "ENTITY_NOT_FOUND",
      "Secret with identifier [gone] does not exist in the specified scope",
    ]);
  });

  it("refuses to move a secret or change its manager [H91]", async () => {
    await api.post(PATH, secretBody("s"));
    const words = "Cannot change organization, project, identifier, type or secret manager of a secret after creation.";
    const moves = [
      secretBody("other"),
      secretBody("s", { orgIdentifier: "default" }),
      secretBody("s", { spec: { ...INLINE, secretManagerIdentifier: "vault", value: "v" } }),
    ];
    for (const body of moves) {
      assert.deepEqual(refusalOf(await api.put(`${PATH}/s`, body)), [400, "INVALID_REQUEST", words]);
    }
  });

  it("keeps the value when an update leaves it out, or refuses if so switched [H90]", async () => {
    await api.post(PATH, secretBody("s"));
    assert.equal((await api.put(`${PATH}/s`, secretBody("s", { spec: INLINE }))).status, 200);
    assert.equal(emulator.secretValue({}, "s"), "first-value");
    emulator.set({ secretPutWithoutValue: "refuse" });
    assert.equal((await api.put(`${PATH}/s`, secretBody("s", { spec: INLINE }))).status, 400);
  });

  it("refuses forceDelete until the account allows it [H88]", async () => {
    await api.post(PATH, secretBody("s"));
    emulator.addReference("secret", {}, "s", "somebody");
    const inUse = refusalOf(await api.delete(`${PATH}/s`));
    assert.deepEqual(inUse, [
      400,
      "ENTITY_REFERENCE_EXCEPTION",
      "Could not delete the secret s as it is referenced by other entities",
    ]);
    const words = "Parameter forcedDelete cannot be true. Force deletion of secret is not enabled for this account";
    const forced = refusalOf(await api.delete(`${PATH}/s`, { forceDelete: "true" }));
    assert.deepEqual(forced, [400, "INVALID_REQUEST", `${words} [${emulator.accountId}]`]);
    emulator.set({ forceDeleteEnabled: true });
    assert.equal((await api.delete(`${PATH}/s`, { forceDelete: "true" })).status, 200);
  });

  const invalidOnes: [string, Record<string, unknown>, string][] = [
    ["an identifier with a dot [H72]", { identifier: "a.b" }, "identifier"],
    ["a blank name [H76]", { name: "" }, "name"],
    ["a missing type [H83]", { type: undefined }, "type"],
    ["a missing spec [H83]", { spec: undefined }, "spec"],
    ["a missing manager [H83]", { spec: { valueType: "Inline", value: "v" } }, "secretManagerIdentifier"],
    ["a missing kind of value [H83]", { spec: { secretManagerIdentifier: "harnessSecretManager" } }, "valueType"],
  ];
  for (const [what, more, fieldId] of invalidOnes) {
    it(`refuses ${what}, naming the field [H20]`, async () => {
      const reply = await api.post(PATH, secretBody("ok", more));
      assert.deepEqual(
        [reply.status, at(reply.body, "status"), at(reply.body, "errors.0.fieldId")],
        [400, "FAILURE", fieldId],
      );
    });
  }

  it("refuses a body without a secret, naming only that [H20]", async () => {
    const { body } = await api.post(PATH, {});
    assert.deepEqual(at(body, "errors"), [{ fieldId: "secret", error: "must not be null" }]);
  });

  it("cannot read unknown types and kinds of value [H21] [H83]", async () => {
    for (const more of [{ type: "Text" }, { spec: { ...INLINE, valueType: "Plain" } }]) {
      assert.equal(at((await api.post(PATH, secretBody("ok", more))).body, "code"), 400);
    }
    const file = await api.post(PATH, secretBody("ok", { type: "SecretFile" }));
    assert.match(String(at(file.body, "message")), /text secrets only/);
  });

  it("answers a policy's denial with a success that holds no secret, and shows the policy no value [H93]", async () => {
    let seen = "";
    emulator.set({
      opaDeny: {
        message: "no",
        when: (entity) => {
          seen = JSON.stringify(entity);
          return true;
        },
      },
    });
    const denied = await api.post(PATH, secretBody("s"));
    assert.deepEqual([denied.status, at(denied.body, "data.secret")], [200, undefined]);
    assert.equal(at(denied.body, "data.governanceMetadata.deny"), true);
    assert.ok(seen.includes('"s"') && !seen.includes("first-value"));
    assert.deepEqual(emulator.secrets(), []);
  });

  it("lists by identifiers, type and term, one scope or all below [H92]", async () => {
    const scope = { orgIdentifier: "default" };
    for (const id of ["one", "two"]) await api.post(PATH, secretBody(id));
    await api.post(PATH, secretBody("inner", scope), scope);
    const found = async (query: Record<string, string | string[]>) => {
      const content = at((await api.get(PATH, query)).body, "data.content");
      return Array.isArray(content) ? content.map((item: unknown) => at(item, "secret.identifier")).sort() : [];
    };
    assert.deepEqual(await found({}), ["one", "two"]);
    assert.deepEqual(await found({ identifiers: ["two", "inner"] }), ["two"]);
    assert.deepEqual(await found({ type: "SSHKey" }), []);
    assert.deepEqual(await found({ types: ["SSHKey", "SecretText"] }), ["one", "two"]);
    assert.deepEqual(await found({ searchTerm: "ON" }), ["one"]);
    assert.deepEqual(await found(scope), ["inner"]);
    assert.deepEqual(await found({ includeSecretsFromEverySubScope: "true" }), ["inner", "one", "two"]);
    assert.equal(at((await api.get(PATH)).body, "data.pageSize"), 100);
  });

  it("lists what is permitted one by one instead of refusing [H92]", async () => {
    for (const id of ["one", "two"]) await api.post(PATH, secretBody(id));
    const narrow = emulator.addToken({ permissions: [{ permission: "core_secret_view", identifier: "two" }] });
    const { status, body } = await new Calls(emulator, narrow).get(PATH);
    assert.deepEqual([status, at(body, "data.totalItems")], [200, 1]);
  });

  it("says whether an identifier is free [H81]", async () => {
    await api.post(PATH, secretBody("s"));
    const ask = async (id: string) => at((await api.get(`${PATH}/validateUniqueIdentifier/${id}`)).body, "data");
    assert.deepEqual([await ask("s"), await ask("free")], [false, true]);
  });
});
