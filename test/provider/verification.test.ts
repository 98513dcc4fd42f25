import assert from "node:assert/strict";
import { imagesReport, type LookedFor } from "../../provider/domain/verification-report";
import { type ImageSearch, lookedFor } from "../../provider/verification";
import { hurriedClock } from "../handlers/hurried-clock";
import { pushImage } from "../support/oci-images";
import { freePort, type OciRegistry, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { startTokenServer } from "../support/token-server";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";
const IMAGES = { addonTag: ADDON, liteEngineTag: ENGINE };

const outcomes = (looks: readonly LookedFor[]) =>
  looks.map(({ look }) => (look.outcome === "unknown" ? look.trouble : look.outcome));
/** `times` is how much faster than the computer's the clock runs. */
const search = (more: Partial<ImageSearch> & Pick<ImageSearch, "url">, times = 1) =>
  lookedFor({ images: IMAGES, login: REGISTRY_LOGIN, ...more }, { environment: {}, clock: hurriedClock(times) });

describe("looking for images, in a real registry", function () {
  this.timeout(300_000);
  let registry: OciRegistry;
  let digest = "";

  before(async () => {
    registry = await startRegistry();
    digest = await pushImage(registry, "mirror/harness/ci-addon", "1.16.92");
    await pushImage(registry, "mirror/harness/ci-lite-engine", "1.16.92");
    await pushImage(registry, "flat/harness/ci-addon", "1.16.92", { index: false, platforms: ["linux/amd64"] });
    await pushImage(registry, "flat/harness/ci-lite-engine", "1.16.92", {
      index: false,
      platforms: ["linux/arm64/v8"],
    });
    await pushImage(registry, "half/harness/ci-addon", "1.16.92", {
      platforms: ["linux/amd64", "windows/amd64", "unknown/unknown"],
    });
  });
  after(() => registry.stop());

  it("finds each under the name Harness pulls it by, with its digest and platforms [H122] [H181] [H183]", async () => {
    const looks = await search({ url: `${registry.url}/mirror` });
    assert.deepEqual(outcomes(looks), ["present", "present"]);
    const [first] = looks;
    assert.equal(first?.wanted.pulled, `${registry.host}/mirror/harness/ci-addon:1.16.92`);
    assert.deepEqual(first?.look, { outcome: "present", digest, platforms: ["linux/amd64", "linux/arm64"] });
    assert.equal(imagesReport("https://x", looks).verdict, "good");
  });

  it("finds one by its digest", async () => {
    const looks = await search({ url: `${registry.url}/mirror`, images: { addonTag: `harness/ci-addon@${digest}` } });
    assert.deepEqual(outcomes(looks), ["present"]);
  });

  it("says what is missing, a tag as well as a repository, and only of the fields asked for", async () => {
    const images = { ...IMAGES, addonTag: "harness/ci-addon:2", gitCloneTag: "harness/drone-git:1" };
    assert.deepEqual(outcomes(await search({ url: `${registry.url}/mirror`, images })), [
      "missing",
      "present",
      "missing",
    ]);
    const few = await search({ url: `${registry.url}/mirror`, images, fields: ["liteEngineTag"] });
    assert.deepEqual(outcomes(few), ["present"]);
  });

  it("wants linux/amd64 of each image, and linux/arm64 too of one that is made for several", async () => {
    assert.deepEqual(outcomes(await search({ url: `${registry.url}/flat` })), ["present", "lacking"]);
    await pushImage(registry, "one/harness/ci-addon", "1.16.92", { platforms: ["linux/amd64", "unknown/unknown"] });
    assert.deepEqual(
      outcomes(await search({ url: `${registry.url}/one`, fields: ["addonTag"] })),
      ["present"],
      "with a proof of origin",
    );
    const half = await search({ url: `${registry.url}/half`, fields: ["addonTag"] });
    assert.deepEqual(half[0]?.look, { outcome: "lacking", lacks: ["linux/arm64"] });
  });

  it("wants exactly the platforms it is told, of every image", async () => {
    const url = `${registry.url}/half`;
    const windows = await search({ url, fields: ["addonTag"], platforms: ["windows/amd64"] });
    assert.deepEqual(outcomes(windows), ["present"]);
    const flat = await search({ url: `${registry.url}/flat`, platforms: ["linux/arm64"] });
    assert.deepEqual(outcomes(flat), ["lacking", "present"]);
  });

  it("tells a wrong password, nobody, and a registry that is down from each other, and does not go on asking", async () => {
    const url = `${registry.url}/mirror`;
    const wrong = { username: REGISTRY_LOGIN.username, password: "wrong-password-7f21" };
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, `harness/x${index}:1`]));
    const refused = await search({ url, login: wrong, images: many });
    assert.deepEqual([...new Set(outcomes(refused))], ["login"]);
    assert.equal(refused.length, 30);
    assert.deepEqual(outcomes(await search({ url, login: undefined })), ["login", "login"]);
    assert.deepEqual(outcomes(await search({ url: `http://127.0.0.1:${await freePort()}` })), [
      "unreachable",
      "unreachable",
    ]);
  });

  it("follows a registry's challenge to its token server, with the login [H170] [H184]", async () => {
    const tokens = await startTokenServer(REGISTRY_LOGIN);
    const guarded = await startRegistry({ tokens });
    try {
      const looks = await search({ url: guarded.url });
      assert.deepEqual(outcomes(looks), ["missing", "missing"]);
      assert.equal(tokens.asked(), 2, "a token an image");
      const wrong = await search({ url: guarded.url, login: { username: "robot", password: "wrong-password-7f21" } });
      assert.deepEqual(outcomes(wrong), ["login", "login"]);
    } finally {
      await guarded.stop();
      await tokens.stop();
    }
  });
});
