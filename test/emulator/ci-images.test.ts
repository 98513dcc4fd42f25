import assert from "node:assert/strict";
import { emulatorForEach } from "../support/harness";

const BASE = "/ci/execution-config";

/** The account's list of CI images, as the API shows and changes it. */
describe("emulator: the CI images of the account", () => {
  const harness = emulatorForEach();

  async function call(method: string, path: string, body?: unknown, key = harness().platformApiKey) {
    const { endpoint, accountId } = harness();
    const url = `${endpoint}${BASE}${path}${path.includes("?") ? "&" : "?"}accountIdentifier=${accountId}`;
    const headers = { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const answered: { data?: unknown; code?: unknown; message?: unknown } = JSON.parse(await answer.text());
    return { ...answered, status: answer.status };
  }
  const set = (field: string, value: string, infra = "K8") =>
    call("POST", `/update-config?infra=${infra}`, [{ field, value }]);
  const overrides = async (more = "") => (await call("GET", `/get-customer-config?infra=K8${more}`)).data;

  it("has defaults by infrastructure, and no addon for VM [H174] [H177] [H178]", async () => {
    const k8 = (await call("GET", "/get-default-config?infra=K8")).data;
    const vm = (await call("GET", "/get-default-config?infra=VM")).data;
    assert.deepEqual([k8, vm], [harness().ciImageDefaults("K8"), harness().ciImageDefaults("VM")]);
    assert.ok("addonTag" in Object(k8) && !("addonTag" in Object(vm)));
  });

  it("overrides and resets the fields that are named, whatever their value [H174] [H176]", async () => {
    assert.equal((await set("addonTag", "harness/ci-addon:nowhere")).data, true);
    assert.deepEqual(await overrides(), { addonTag: "harness/ci-addon:nowhere" });
    assert.equal(
      Object(await overrides("&overridesOnly=false")).gitCloneTag,
      harness().ciImageDefaults("K8")["gitCloneTag"],
    );
    await set("gitCloneTag", "harness/drone-git:1");
    assert.equal((await call("POST", "/reset-config?infra=K8", [{ field: "addonTag" }])).data, true);
    assert.deepEqual(await overrides(), { gitCloneTag: "harness/drone-git:1" });
    await set("gitCloneTag", " ");
    assert.deepEqual(await overrides(), {}, "a blank value is no override");
    await set("gitCloneTag", "harness/drone-git:1");
    assert.equal((await call("DELETE", "")).data, true, "[H180]");
    assert.deepEqual(await overrides(), {});
  });

  it("refuses a field it does not have, and other infrastructures [H179]", async () => {
    const field = await set("addonTag", "x", "VM");
    assert.deepEqual([field.status, field.code], [400, "INVALID_REQUEST"]);
    assert.match(String(field.message), /Field addonTag does not exist for infra type: VM/);
    for (const [infra, words] of [
      ["DLITE_VM", /Config not supported for infra type: DLITE_VM/],
      ["K9", /Unexpected value: K9/],
    ] as const) {
      assert.match(String((await call("GET", `/get-default-config?infra=${infra}`)).message), words);
    }
    assert.equal((await call("GET", "/get-default-config?infra=k8")).status, 200);
    harness().set({ ciInfraCase: "exact" });
    assert.equal((await call("GET", "/get-default-config?infra=k8")).status, 400);
  });

  it("reads its query and its fields strictly, with and without /gateway [H1] [H174] [H179]", async () => {
    for (const [query, words] of [
      ["infra=K8&overridesOnly=maybe", /overridesOnly: must be true or false/],
      ["infra=K8&orgIdentifier=default", /orgIdentifier: is not a parameter/],
      ["overridesOnly=true", /infra: must not be null/],
    ] as const) {
      const { status, message } = await call("GET", `/get-customer-config?${query}`);
      assert.equal(status, 400);
      assert.match(String(message), words);
    }
    assert.match(String((await set("toString", "x:1")).message), /Field toString does not exist/);
    assert.equal((await call("POST", "/update-config?infra=K8", { field: "addonTag" })).status, 400);
    const { endpoint, accountId, platformApiKey } = harness();
    const bare = `${endpoint.replace("/gateway", "")}${BASE}/get-default-config?infra=K8&accountIdentifier=${accountId}`;
    assert.equal((await fetch(bare, { headers: { "x-api-key": platformApiKey } })).status, 200);
    const nowhere = await call("GET", "/get-nothing?infra=K8");
    assert.equal(nowhere.status, 404, "in JSON");
  });

  it("wants the account's permissions [H179]", async () => {
    const key = harness().addToken({ permissions: ["core_account_view"] });
    assert.equal((await call("GET", "/get-customer-config?infra=K8", undefined, key)).status, 200);
    const denied = await call("POST", "/update-config?infra=K8", [{ field: "addonTag", value: "x:1" }], key);
    assert.deepEqual([denied.status, denied.code], [403, "NG_ACCESS_DENIED"]);
  });

  it("loses one of two changes that are made at the same time, in either list [H175]", async () => {
    harness().set({ ciImagesGapMs: 30 });
    await Promise.all([set("addonTag", "harness/ci-addon:1"), set("gitCloneTag", "harness/drone-git:1", "VM")]);
    const left = Object.keys({ ...harness().ciImages("K8"), ...harness().ciImages("VM") });
    assert.equal(left.length, 1);
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:1");
    await Promise.all([
      call("POST", "/reset-config?infra=K8", [{ field: "addonTag" }]),
      set("cacheS3Tag", "plugins/cache:1"),
    ]);
    const { addonTag, cacheS3Tag } = harness().ciImages("K8");
    assert.ok((addonTag === undefined) !== (cacheS3Tag !== undefined), "a reset as well");
  });

  it("shows fields that are not overridden as null where so switched, and what was set behind its back [H176]", async () => {
    harness().set({ ciImagesEmpty: "null" });
    harness().setCiImage("K8", "addonTag", "harness/ci-addon:2");
    const { addonTag, gitCloneTag } = Object(await overrides());
    assert.deepEqual([addonTag, gitCloneTag], ["harness/ci-addon:2", null]);
    harness().setCiImage("K8", "addonTag", undefined);
    assert.deepEqual(harness().ciImages("K8"), {});
  });
});
