import * as assert from "node:assert/strict";
import type { Emulator } from "../../emulator/index";
import { startEmulator } from "../../emulator/index";
import { at, Calls, dockerBody, loginSpec, refusalOf } from "./calls";

const PATH = "/ng/api/connectors";
const SPEC = { dockerRegistryUrl: "https://r", providerType: "Other", auth: { type: "Anonymous" } };

describe("emulator: connectors that Harness would refuse", () => {
  let emulator: Emulator;
  let api: Calls;

  before(async () => {
    emulator = await startEmulator();
    api = new Calls(emulator);
  });
  beforeEach(() => emulator.reset());
  after(() => emulator.close());

  it("refuses a duplicate in the same scope [H44]", async () => {
    await api.post(PATH, dockerBody("hub"));
    const message = "Connector: Hub has been given an identifier: hub that already exists. Please enter a unique ID.";
    const reply = await api.post(PATH, dockerBody("hub", { name: "Hub" }));
    assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", message]);
    assert.equal(emulator.connectors().length, 1);
  });

  it("answers a missing connector with the words of the server [H42]", async () => {
    const scope = { orgIdentifier: "default", projectIdentifier: "demo" };
    assert.deepEqual(refusalOf(await api.get(`${PATH}/gone`)), [
      404,
      "RESOURCE_NOT_FOUND_EXCEPTION",
      "Connector with identifier [gone] in project [null], org [null] not found",
    ]);
    assert.match(String(refusalOf(await api.get(`${PATH}/gone`, scope))[2]), /project \[demo\], org \[default\]/);
  });

  it("refuses to update what is missing, naming account, organisation and project as far as set [H45]", async () => {
    const scope = { orgIdentifier: "default", projectIdentifier: "demo" };
    const where = `in account ${emulator.accountId}`;
    assert.deepEqual(refusalOf(await api.put(PATH, dockerBody("gone"))), [
      400,
      "CONNECTOR_NOT_FOUND_EXCEPTION",
      `No connector exists with the identifier gone ${where}`,
    ]);
    const inner = refusalOf(await api.put(PATH, dockerBody("gone", scope)));
    assert.equal(inner[2], `No connector exists with the identifier gone ${where}, organisation default, project demo`);
  });

  it("refuses another type on update [H46]", async () => {
    emulator.putConnector({ identifier: "git", type: "Github", spec: { url: "https://github.com" } });
    assert.deepEqual(refusalOf(await api.put(PATH, dockerBody("git"))), [
      400,
      "INVALID_REQUEST",
      `No connector exists with the identifier git in account ${emulator.accountId} with type DockerRegistry`,
    ]);
  });

  it("refuses to delete what is missing with a code that does not say so [H47]", async () => {
    assert.deepEqual(refusalOf(await api.delete(`${PATH}/gone`)), [400, "INVALID_REQUEST", "No such connector found"]);
  });

  it("refuses to delete what is in use [H48]", async () => {
    await api.post(PATH, dockerBody("hub"));
    emulator.addReference("connector", {}, "hub", "pipeline p");
    const message = "Could not delete the connector hub as it is referenced by other entities";
    assert.deepEqual(refusalOf(await api.delete(`${PATH}/hub`)), [400, "ENTITY_REFERENCE_EXCEPTION", message]);
    emulator.removeReference("connector", {}, "hub", "pipeline p");
    assert.equal((await api.delete(`${PATH}/hub`)).status, 200);
  });

  it("refuses forceDelete until the account allows it [H49]", async () => {
    await api.post(PATH, dockerBody("hub"));
    emulator.addReference("connector", {}, "hub", "pipeline p");
    const force = { forceDelete: "true" };
    const words = "Parameter forcedDelete cannot be true. Force Delete is not enabled for account";
    const reply = await api.delete(`${PATH}/hub`, force);
    assert.deepEqual(refusalOf(reply), [400, "INVALID_REQUEST", `${words} [${emulator.accountId}]`]);
    emulator.set({ forceDeleteEnabled: true });
    assert.equal((await api.delete(`${PATH}/hub`, force)).status, 200);
  });

  it("guards the built-in secret manager [H50]", async () => {
    const body = dockerBody("harnessSecretManager");
    const messages = [
      refusalOf(await api.post(PATH, body)),
      refusalOf(await api.put(PATH, body)),
      refusalOf(await api.delete(`${PATH}/harnessSecretManager`)),
    ];
    assert.deepEqual(messages, [
      [400, "INVALID_REQUEST", "harnessSecretManager cannot be used as connector identifier"],
      [400, "INVALID_REQUEST", "Update operation not supported for Harness Secret Manager"],
      [400, "INVALID_REQUEST", "Delete operation not supported for Harness Secret Manager"],
    ]);
  });

  it("refuses a project without organisation, unknown places and a missing type [H51]", async () => {
    const post = async (more: Record<string, unknown>) => refusalOf(await api.post(PATH, dockerBody("c", more)));
    const missing = "RESOURCE_NOT_FOUND_EXCEPTION";
    assert.deepEqual(await post({ projectIdentifier: "demo" }), [
      400,
      "INVALID_REQUEST",
      "Project demo specified without the org Identifier",
    ]);
    assert.deepEqual(await post({ orgIdentifier: "nope" }), [404, missing, "org [nope] not found."]);
    const inner = { orgIdentifier: "default", projectIdentifier: "nope" };
    assert.deepEqual(await post(inner), [404, missing, "project [nope] not found."]);
    assert.deepEqual(await post({ type: undefined }), [400, "INVALID_REQUEST", "Connector type cannot be null"]);
  });

  const invalidOnes: [string, Record<string, unknown>, string][] = [
    ["an identifier with a dash [H73]", { identifier: "a-b" }, "identifier"],
    ["an identifier that starts with a digit [H72]", { identifier: "1a" }, "identifier"],
    ["an identifier that is too long [H72]", { identifier: "a".repeat(129) }, "identifier"],
    ["a missing identifier [H72]", { identifier: undefined }, "identifier"],
    ["a reserved word [H74]", { identifier: "stepGroup" }, "identifier"],
    ["a blank name [H76]", { name: "  " }, "name"],
    ["a name with a colon [H76]", { name: "a:b" }, "name"],
    ["a name that is too long [H76]", { name: "n".repeat(129) }, "name"],
    ["a missing spec [H54]", { spec: undefined }, "spec"],
    ["a blank registry URL [H61]", { spec: { ...SPEC, dockerRegistryUrl: " " } }, "dockerRegistryUrl"],
    ["a missing provider type [H61]", { spec: { ...SPEC, providerType: null } }, "providerType"],
    ["an auth without type [H62]", { spec: { ...SPEC, auth: {} } }, "type"],
    ["a login without credentials [H63]", { spec: { ...SPEC, auth: { type: "UsernamePassword" } } }, "spec"],
    [
      "a login without password [H63]",
      { spec: { ...SPEC, auth: { type: "UsernamePassword", spec: { username: "u" } } } },
      "passwordRef",
    ],
    [
      "a login with two kinds of user name [H63]",
      {
        spec: {
          ...SPEC,
          auth: {
            type: "UsernamePassword",
            spec: { username: "u", usernameRef: "account.u", passwordRef: "account.p" },
          },
        },
      },
      "spec",
    ],
    [
      "a login with no user name [H63]",
      { spec: { ...SPEC, auth: { type: "UsernamePassword", spec: { passwordRef: "account.p" } } } },
      "spec",
    ],
  ];
  for (const [what, more, fieldId] of invalidOnes) {
    it(`refuses ${what}, naming the field [H20]`, async () => {
      const reply = await api.post(PATH, dockerBody("ok", more));
      assert.deepEqual(
        [reply.status, at(reply.body, "status"), at(reply.body, "code"), at(reply.body, "errors.0.fieldId")],
        [400, "FAILURE", "INVALID_REQUEST", fieldId],
      );
      assert.deepEqual(emulator.connectors(), []);
    });
  }

  it("refuses every reserved word, in that spelling only [H74]", async () => {
    const documented = "or and eq ne lt gt le ge div mod not null true false new var return step parallel stepGroup";
    const others = "org account status liteEngineTask class shellScriptProvisioner _harness_system";
    for (const word of `${documented} ${others}`.split(" ")) {
      assert.equal((await api.post(PATH, dockerBody(word))).status, 400, word);
    }
    for (const word of ["stepgroup", "True", "orgs"]) {
      assert.equal((await api.post(PATH, dockerBody(word))).status, 200, word);
    }
  });

  const unreadableOnes: [string, Record<string, unknown>][] = [
    ["a type nobody knows", { type: "DockerHub" }],
    ["a name that is a number", { name: 7 }],
    ["tags that are a list", { tags: ["a"] }],
    ["a provider type nobody knows [H61]", { spec: { ...SPEC, providerType: "GCR" } }],
    ["an auth type nobody knows [H62]", { spec: { ...SPEC, auth: { type: "Basic" } } }],
    ["selectors that are a string", { spec: { ...SPEC, delegateSelectors: "a" } }],
    ["a connectivity that is a string", { spec: { ...SPEC, executeOnDelegate: "true" } }],
  ];
  for (const [what, more] of unreadableOnes) {
    it(`cannot read ${what}: a number as code and no status [H21]`, async () => {
      const reply = await api.post(PATH, dockerBody("ok", more));
      assert.deepEqual(refusalOf(reply), [400, 400, "Unable to process JSON"]);
      assert.equal(at(reply.body, "status"), undefined);
      assert.equal(typeof at(reply.body, "details"), "string");
    });
  }

  it("reports all invalid fields at once [H20]", async () => {
    const { body } = await api.post(PATH, { connector: { type: "DockerRegistry", spec: {} } });
    const fields = ["name", "identifier", "dockerRegistryUrl", "providerType"];
    assert.deepEqual(
      fields.map((_, index) => at(body, `errors.${index}.fieldId`)),
      fields,
    );
    assert.equal(at((await api.post(PATH, {})).body, "errors.0.fieldId"), "connector");
  });

  it("fails like a server that dereferences an auth that is not there [H62]", async () => {
    const reply = await api.post(PATH, dockerBody("ok", { spec: { ...SPEC, auth: undefined } }));
    assert.deepEqual(refusalOf(reply).slice(0, 2), [500, "UNKNOWN_ERROR"]);
  });

  it("checks the identifier in a path [H75]", async () => {
    for (const reply of [await api.get(`${PATH}/a-b`), await api.delete(`${PATH}/a-b`)]) {
      assert.deepEqual([reply.status, at(reply.body, "status")], [400, "FAILURE"]);
    }
    const query = { identifier: "a-b" };
    assert.equal((await api.get(`${PATH}/validateUniqueIdentifier`, query)).status, 400);
  });

  it("answers a policy's denial with a success that holds no connector [H40]", async () => {
    emulator.set({ opaDeny: { message: "only approved registries", identifiers: ["bad"] } });
    const denied = await api.post(PATH, dockerBody("bad"));
    assert.equal(denied.status, 200);
    assert.equal(at(denied.body, "status"), "SUCCESS");
    assert.equal(at(denied.body, "data.connector"), undefined);
    assert.equal(at(denied.body, "data.governanceMetadata.deny"), true);
    assert.equal(at(denied.body, "data.governanceMetadata.status"), "error");
    assert.equal(at(denied.body, "data.governanceMetadata.message"), "only approved registries");
    assert.equal((await api.post(PATH, dockerBody("good"))).status, 200);
    assert.deepEqual(
      emulator.connectors().map((one) => one.identifier),
      ["good"],
    );
    emulator.set({ opaDeny: { message: "no", when: (entity) => entity["name"] === "renamed" } });
    const update = await api.put(PATH, dockerBody("good", { name: "renamed" }));
    assert.equal(at(update.body, "data.connector"), undefined);
    assert.equal(emulator.connectors()[0]?.name, "good");
    assert.equal((await api.put(PATH, dockerBody("good", { name: "allowed" }))).status, 200);
  });

  it("fails when the heartbeat of a delegate connector cannot be made or removed [H53]", async () => {
    const spec = { ...SPEC, executeOnDelegate: true };
    await api.post(PATH, dockerBody("old", { spec }));
    emulator.set({ heartbeatWorks: false });
    const created = refusalOf(await api.post(PATH, dockerBody("fresh", { spec })));
    assert.equal(created[2], "Connector could not be created because we could not create the heartbeat");
    const deleted = refusalOf(await api.delete(`${PATH}/old`));
    assert.equal(deleted[2], "Could not delete connector because heartbeat could not be deleted");
    assert.equal(
      (await api.post(PATH, dockerBody("platform", { spec: { ...SPEC, executeOnDelegate: false } }))).status,
      200,
    );
  });

  it("checks in the order of the server: permission before policy before places before secrets before duplicates [H52]", async () => {
    const viewer = new Calls(emulator, emulator.addToken({ permissions: ["core_connector_view"] }));
    const orgIdentifier = "nope";
    const worst = dockerBody("hub", { orgIdentifier, spec: loginSpec("account.gone") });
    emulator.set({ opaDeny: { message: "no" } });
    assert.equal((await viewer.post(PATH, worst)).status, 403);
    assert.equal(at((await api.post(PATH, worst)).body, "data.governanceMetadata.deny"), true);
    emulator.set({ opaDeny: null });
    assert.equal((await api.post(PATH, worst)).status, 404);
    emulator.putConnector({ identifier: "hub", spec: SPEC });
    const noSecret = dockerBody("hub", { spec: loginSpec("account.gone") });
    assert.match(String(refusalOf(await api.post(PATH, noSecret))[2]), /No secret exists/);
    emulator.putSecret({ identifier: "gone", value: "v" });
    assert.match(String(refusalOf(await api.post(PATH, noSecret))[2]), /already exists/);
  });

  it("checks on update that it exists before places and secrets [H52]", async () => {
    const body = dockerBody("gone", { orgIdentifier: "nope", spec: loginSpec("account.gone") });
    assert.equal(refusalOf(await api.put(PATH, body))[1], "CONNECTOR_NOT_FOUND_EXCEPTION");
    emulator.putConnector({ identifier: "hub", spec: SPEC });
    const update = await api.put(PATH, dockerBody("hub", { spec: loginSpec("account.gone") }));
    assert.match(String(refusalOf(update)[2]), /No secret exists with the id gone/);
  });
});
