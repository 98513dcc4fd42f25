import assert from "node:assert/strict";
import fc from "fast-check";
import { dockerConnectorDomain } from "../../provider/domain/docker-connector";
import { marked } from "../../provider/domain/marks";
import { type WireObject, wireObject } from "../../provider/domain/object";
import type { Plain } from "../../provider/domain/plain";
import { secretTextDomain } from "../../provider/domain/secret-text";

const text = fc.string({ minLength: 1, maxLength: 20 });
const identity = fc.record(
  { name: text, identifier: text, description: text, orgId: text, projectId: text },
  { requiredKeys: ["name", "identifier"], noNullPrototype: true },
);
const auth = fc.oneof(
  fc.constant({ type: "Anonymous" }),
  fc.record({ type: fc.constant("UsernamePassword"), username: text, passwordRef: text }, { noNullPrototype: true }),
  fc.record({ type: fc.constant("UsernamePassword"), usernameRef: text, passwordRef: text }, { noNullPrototype: true }),
);
const connectorSettings = fc.record(
  {
    url: text,
    providerType: fc.constantFrom("DockerHub", "Harbor", "Quay", "Other"),
    auth,
    connectivityMode: fc.constantFrom("Delegate", "Platform"),
    delegateSelectors: fc.array(text, { maxLength: 3 }),
  },
  { noNullPrototype: true },
);
const tags = fc.dictionary(text, fc.string(), { maxKeys: 3, noNullPrototype: true });

/** What Harness has after the object was sent: JSON, read as any answer is. */
function saved(object: Plain): WireObject {
  return wireObject.parse(JSON.parse(JSON.stringify(object)));
}

/** What Harness may have there before: settings and keys that no client knows. */
function live(spec: Plain, more: Plain = {}): WireObject {
  return { identifier: "x", name: "Before", type: "DockerRegistry", spec, ...more };
}

describe("the domain of an object", () => {
  it("says what Harness calls it, and what may be done with it [H54] [H73] [H83] [H85]", () => {
    const facts = [dockerConnectorDomain, secretTextDomain].map(({ type, noun, wireType, hyphens, restorable }) => [
      type,
      noun,
      wireType,
      hyphens,
      restorable,
    ]);
    assert.deepEqual(facts, [
      ["DockerConnector", "connector", "DockerRegistry", false, true],
      ["SecretText", "secret", "SecretText", true, false],
    ]);
  });
});

describe("a Docker connector on the wire", () => {
  it("says the same settings when read as when written [H54] [H61] [H63] [H65]", () => {
    fc.assert(
      fc.property(identity, connectorSettings, tags, (object, settings, given) => {
        const wire = dockerConnectorDomain.wire({ ...object, ...settings }, given, undefined);
        assert.deepEqual(dockerConnectorDomain.settings(saved(wire)), settings);
        const { name, identifier, description, orgIdentifier, projectIdentifier } = saved(wire);
        assert.deepEqual([name, identifier], [object.name, object.identifier]);
        assert.equal(description, object.description ?? "");
        assert.deepEqual([orgIdentifier, projectIdentifier], [object.orgId, object.projectId]);
      }),
    );
  });

  it("has exactly the keys of Harness's schema [H54] [H62] [H65]", () => {
    const args = {
      name: "IBM",
      identifier: "ibm",
      orgId: "o",
      projectId: "p",
      url: "https://us.icr.io",
      providerType: "Other",
      auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: "account.key" },
      connectivityMode: "Delegate",
      ref: "ibm",
      adopt: true,
    };
    assert.deepEqual(dockerConnectorDomain.wire(args, marked({}, "o/p/s/n", undefined), undefined), {
      name: "IBM",
      identifier: "ibm",
      description: "",
      orgIdentifier: "o",
      projectIdentifier: "p",
      tags: { pulumi_owner: "o/p/s/n" },
      type: "DockerRegistry",
      spec: {
        dockerRegistryUrl: "https://us.icr.io",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "iamapikey", passwordRef: "account.key" } },
        delegateSelectors: [],
        executeOnDelegate: true,
      },
    });
    const anonymous = dockerConnectorDomain.wire({ ...args, auth: { type: "Anonymous" } }, {}, undefined);
    assert.deepEqual(saved(anonymous).spec?.["auth"], { type: "Anonymous" });
  });

  it("carries what it does not model through a full replacement, and leaves out what is the server's [H30] [H54] [H67]", () => {
    const unknownKeys = { proxy: true, ignoreTestConnection: false, next: { deep: [1] } };
    const before = live(
      { ...unknownKeys, dockerRegistryUrl: "old", auth: { type: "UsernamePassword", spec: { username: "old" } } },
      { accountIdentifier: "A", uniqueId: "u", parentUniqueId: "p", isFavorite: true, orgIdentifier: "old" },
    );
    fc.assert(
      fc.property(identity, connectorSettings, (object, settings) => {
        const wire = dockerConnectorDomain.wire({ ...object, ...settings }, {}, before);
        assert.deepEqual(dockerConnectorDomain.settings(saved(wire)), settings);
        const { spec, ...body } = saved(wire);
        for (const [key, value] of Object.entries(unknownKeys)) assert.deepEqual(spec?.[key], value);
        for (const key of ["accountIdentifier", "uniqueId", "parentUniqueId"]) assert(!(key in body), key);
        assert.equal(body["isFavorite"], true);
        assert.equal(body.orgIdentifier, object.orgId);
        assert(!JSON.stringify(spec?.["auth"]).includes("old"), "credentials are replaced as a whole");
      }),
    );
  });

  it("is read in every form Harness may answer [H62] [H66] [H70] [H71]", () => {
    const nothing = {
      url: "",
      providerType: "",
      auth: { type: "Anonymous" },
      connectivityMode: "Platform",
      delegateSelectors: [],
    };
    const forms: readonly (readonly [spec: Plain, settings: Plain])[] = [
      [{}, nothing],
      [
        { dockerRegistryUrl: null, providerType: null, auth: null, delegateSelectors: null, executeOnDelegate: null },
        nothing,
      ],
      [{ auth: { type: "Anonymous", spec: null } }, nothing],
      [{ auth: { type: "Anonymous", spec: {} }, executeOnDelegate: false, proxy: true }, nothing],
      [{ executeOnDelegate: true }, { ...nothing, connectivityMode: "Delegate" }],
      [{ auth: { type: "UsernamePassword" } }, { ...nothing, auth: { type: "UsernamePassword" } }],
      [
        { auth: { type: "UsernamePassword", spec: { username: "u", usernameRef: null, passwordRef: "p", extra: 1 } } },
        { ...nothing, auth: { type: "UsernamePassword", username: "u", passwordRef: "p" } },
      ],
    ];
    for (const [spec, settings] of forms) assert.deepEqual(dockerConnectorDomain.settings(live(spec)), settings);
    assert.deepEqual(dockerConnectorDomain.settings({ ...live({}), spec: null }), nothing);
  });
});

describe("a text secret on the wire", () => {
  it("carries a value inline, a reference as a reference, and either once [H83] [H84]", () => {
    const args = { name: "Key", identifier: "key", orgId: "o", secretManagerIdentifier: "harnessSecretManager" };
    const inline = secretTextDomain.wire(
      { ...args, value: "hunter2", valueDigest: "d", valueFromEnv: "K" },
      {},
      undefined,
    );
    assert.deepEqual(inline, {
      name: "Key",
      identifier: "key",
      description: "",
      orgIdentifier: "o",
      projectIdentifier: undefined,
      tags: {},
      type: "SecretText",
      spec: { secretManagerIdentifier: "harnessSecretManager", valueType: "Inline", value: "hunter2" },
    });
    const external = { ...args, reference: "kv/x", secretManagerIdentifier: "account.vault" };
    assert.deepEqual(saved(secretTextDomain.wire(external, {}, undefined)).spec, {
      secretManagerIdentifier: "account.vault",
      valueType: "Reference",
      value: "kv/x",
    });
  });

  it("says the same settings when read as when written, and never its value [H85]", () => {
    const sources = fc.oneof(fc.tuple(fc.constant("value"), text), fc.tuple(fc.constant("reference"), text));
    fc.assert(
      fc.property(identity, text, sources, tags, (object, manager, [source, content], given) => {
        const args = { ...object, secretManagerIdentifier: manager, [source]: content };
        const wire = saved(secretTextDomain.wire(args, given, undefined));
        const reference = source === "reference" ? content : "";
        assert.deepEqual(secretTextDomain.settings(wire), { secretManagerIdentifier: manager, reference });
      }),
    );
  });

  it("is read in every form Harness may answer [H85]", () => {
    assert.deepEqual(secretTextDomain.settings(live({})), { secretManagerIdentifier: "", reference: "" });
    const inline = { secretManagerIdentifier: "m", valueType: "Inline", value: null };
    assert.deepEqual(secretTextDomain.settings(live(inline)), { secretManagerIdentifier: "m", reference: "" });
    assert.deepEqual(secretTextDomain.settings({ ...live({}), spec: null }), {
      secretManagerIdentifier: "",
      reference: "",
    });
  });
});
