import assert from "node:assert/strict";
import { deriveIdentity, knownText, nameOfOwner, nameRemarks } from "../../provider/domain/object-args";
import type { Plain } from "../../provider/domain/plain";
import { dotted, nearest } from "../../provider/domain/problem";
import { UNKNOWN } from "./review";

const OWNER = { __owner: "org/project/stack/docker-hub" };

describe("the identity of an object", () => {
  it("is made from the Pulumi name when nothing is given", () => {
    const identity = { name: "docker-hub", identifier: "docker_hub", ref: "account.docker_hub" };
    assert.deepEqual(deriveIdentity(OWNER, {}), identity);
  });

  it("is made from the name, unless the identifier is given", () => {
    const named = { ...OWNER, name: "IBM (eu)", orgId: "o" };
    assert.deepEqual(deriveIdentity(named, {}), { name: "IBM (eu)", identifier: "IBM_eu", ref: "org.IBM_eu" });
    const given = { ...named, identifier: "ibm", projectId: "p" };
    assert.deepEqual(deriveIdentity(given, {}), { name: "IBM (eu)", identifier: "ibm", ref: "ibm" });
  });

  it("keeps the identifier it got once, even when the name changes [H34]", () => {
    const renamed = { ...OWNER, name: "Another" };
    const identity = { name: "Another", identifier: "docker_hub", ref: "account.docker_hub" };
    assert.deepEqual(deriveIdentity(renamed, { identifier: "docker_hub" }), identity);
    assert.equal(deriveIdentity({ ...renamed, identifier: "new" }, { identifier: "docker_hub" })["identifier"], "new");
  });

  it("is known in preview as far as its parts are", () => {
    const refs: readonly (readonly [args: Plain, identifier: unknown, ref: unknown])[] = [
      [{ name: UNKNOWN }, UNKNOWN, UNKNOWN],
      [{ name: UNKNOWN, identifier: "x" }, "x", "account.x"],
      [{ identifier: UNKNOWN }, UNKNOWN, UNKNOWN],
      [{ identifier: "x", orgId: UNKNOWN }, "x", UNKNOWN],
      [{ identifier: "x", orgId: "o", projectId: UNKNOWN }, "x", UNKNOWN],
    ];
    for (const [args, identifier, ref] of refs) {
      const made = deriveIdentity({ ...OWNER, ...args }, {});
      assert.deepEqual([args, made["identifier"], made["ref"]], [args, identifier, ref]);
    }
  });

  it("is left open where nothing tells it, or it is no text", () => {
    assert.deepEqual(deriveIdentity({}, {}), { name: undefined, identifier: undefined, ref: undefined });
    assert.equal(deriveIdentity({ ...OWNER, name: 5 }, {})["identifier"], undefined);
  });
});

describe("the owner of an object", () => {
  it("ends with the Pulumi name, which may hold slashes", () => {
    assert.deepEqual([nameOfOwner("o/p/s/n"), nameOfOwner("o/p/s/a/b"), nameOfOwner(5)], ["n", "a/b", undefined]);
  });
});

describe("arguments in messages", () => {
  it("are texts only when they are known", () => {
    assert.deepEqual(["x", "", UNKNOWN, 5, undefined].map(knownText), ["x", "", undefined, undefined, undefined]);
  });

  it("are named by their path", () => {
    assert.equal(dotted(["auth", "passwordRef"]), "auth.passwordRef");
    assert.equal(dotted(["delegateSelectors", 0]), "delegateSelectors.0");
    assert.equal(dotted([]), "");
  });

  it("are suggested when a misspelt one is near, else not", () => {
    const keys = ["url", "auth", "providerType", "delegateSelectors"];
    const found = ["URL", "uri", "provider_type", "selectors", "password", "x"].map((word) => nearest(word, keys));
    assert.deepEqual(found, ["url", "url", "providerType", undefined, undefined, undefined]);
    assert.equal(nearest("url", []), undefined);
  });

  it("get a notice for a name some Harness versions refuse, and none for one that is refused anyway [H76]", () => {
    const remark = { path: "name", text: "has 128 characters; some Harness versions allow 64" };
    assert.deepEqual(nameRemarks({ name: "n".repeat(128) }), [remark]);
    for (const name of ["n".repeat(64), "n".repeat(129), undefined, UNKNOWN])
      assert.deepEqual(nameRemarks({ name }), []);
  });

  it("get a notice for characters some Harness versions refuse, also when the name is Pulumi's [H76]", () => {
    const text = "has characters other than letters, digits, space and _ - . /, which some Harness versions refuse";
    assert.deepEqual(nameRemarks({ name: "IBM Cloud (us-south)" }), [{ path: "name", text }]);
    assert.deepEqual(nameRemarks({ __owner: "org/project/stack/my:name" }), [{ path: "name", text }]);
    assert.deepEqual(nameRemarks({ __owner: "org/project/stack/my:Component::plain" }), []);
  });
});
