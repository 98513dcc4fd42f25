import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { CANARY } from "../support/harness";
import { pushImage } from "../support/oci-images";
import { type OciRegistry, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { failure, mistakes } from "./contract/life";
import { Engine, type RunOptions, UNKNOWN } from "./engine";
import { hurriedClock } from "./hurried-clock";

const ADDON = "harness/ci-addon:1.16.92";
const BLIND = { config: { "harness:preflight": "off" } };

describe("verify, which has images looked for before Harness is made to pull them", function () {
  this.timeout(300_000);
  let registry: OciRegistry;
  let harness: Emulator;

  before(async () => {
    [registry, harness] = await Promise.all([startRegistry(), startEmulator()]);
    await pushImage(registry, "harness/ci-addon", "1.16.92");
  });
  beforeEach(() => harness.reset());
  after(async () => {
    await registry.stop();
    await harness.close();
  });

  const engine = (type: string, options: RunOptions = {}) =>
    new Engine(harness, type, { clock: hurriedClock(4), ...options });
  const images = (verify: Plain, more: Plain = {}) => ({
    infra: "K8",
    images: { addonTag: ADDON },
    verify: { url: registry.url, ...verify },
    ...more,
  });

  it("says all that is wrong with it at once, without a value of it", async () => {
    const secret = `${CANARY}-password`;
    for (const [verify, expected] of [
      [
        { url: "https://cloud.ibm.com/registry", password: secret },
        /verify\.url is the address of IBM Cloud's console[\s\S]*verify\.username is missing/,
      ],
      [{ username: "robot" }, /verify\.password is missing: a username needs password or passwordFromEnv/],
      [
        { username: "robot", password: secret, passwordFromEnv: "KEY" },
        /verify\.password and passwordFromEnv are both given/,
      ],
      [
        { mode: "requires", platforms: ["Linux"] },
        /verify\.mode must be[\s\S]*verify\.platforms\.0 must be a platform/,
      ],
      [{ pasword: secret }, /verify\.pasword is not an argument of this resource/],
    ] as const) {
      const error = await mistakes(engine("CiImages", { secrets: [secret] }).preview(images(verify)));
      assert.match(error.message, expected);
    }
  });

  it("reads the password from the environment, and says which variable is not set", async () => {
    const verify = { username: REGISTRY_LOGIN.username, passwordFromEnv: "REGISTRY_KEY" };
    const error = await mistakes(engine("CiImages").preview(images(verify)));
    assert.match(
      error.message,
      /REGISTRY_KEY, is not set or empty\. \[CONFIGURATION\][\s\S]*Set REGISTRY_KEY where Pulumi runs/,
    );
    const environment = { REGISTRY_KEY: REGISTRY_LOGIN.password };
    const made = await engine("CiImages", { environment, secrets: [REGISTRY_LOGIN.password] }).up(images(verify));
    assert.deepEqual(harness.ciImages("K8"), { addonTag: ADDON });
    assert(!JSON.stringify(made.outs).includes(REGISTRY_LOGIN.password));
  });

  it("does not take a field it does not find for one that has been looked for", async () => {
    const error = await mistakes(engine("CiImages").preview(images({ ...REGISTRY_LOGIN, fields: ["adonTag"] })));
    assert.match(error.message, /verify\.fields names what is not in the list: "adonTag" \(did you mean addonTag\?\)/);
  });

  it("leaves out in preview what is only known after the update, and looks for it in up", async () => {
    const args = (image: string) => images({ ...REGISTRY_LOGIN }, { images: { addonTag: image } });
    const preview = engine("CiImages");
    await preview.preview(args(UNKNOWN));
    assert.doesNotMatch(preview.said.join(), /is missing|found out/);
    const error = await failure(engine("CiImages", BLIND).up(args("harness/ci-addon:2")), "IMAGES_NOT_VERIFIED");
    assert.match(error.message, /harness\/ci-addon:2 \(addonTag\) is missing/);
    assert.deepEqual([harness.ciImages("K8"), harness.connectors()], [{}, []]);
  });

  it("holds for an update as well: the fields stay as they were, and so does what is noted of them", async () => {
    const made = await engine("CiImages").up(images({ ...REGISTRY_LOGIN }));
    const before = [harness.ciImages("K8"), harness.connectors()];
    const more = images(
      { ...REGISTRY_LOGIN },
      { images: { addonTag: ADDON, liteEngineTag: "harness/ci-lite-engine:1" } },
    );
    await failure(engine("CiImages", BLIND).up(more, made), "IMAGES_NOT_VERIFIED");
    assert.deepEqual([harness.ciImages("K8"), harness.connectors()], before);
  });

  it("asks nothing when only itself has changed, nor when it is off", async () => {
    const made = await engine("CiImages").up(images({ mode: "off" }));
    const changed = await engine("CiImages").up(images({ mode: "require" }), made);
    assert.deepEqual(harness.ciImages("K8"), { addonTag: ADDON });
    await engine("CiImages").destroy(changed);
    assert.deepEqual(harness.ciImages("K8"), {});
  });

  it("of a registry that does not let it in is a notice in preview, and an error where preflight is strict", async () => {
    const once = engine("CiImages");
    await once.preview(images({}));
    assert.match(once.said.join("\n"), /whether the images are there could not be found out/);
    const strict = engine("CiImages", { config: { "harness:preflight": "strict" } });
    await assert.rejects(strict.preview(images({})), /could not be found out/);
  });

  it("looks for the account's own list, overrides before Harness's own, before the account is switched", async () => {
    harness.putHarnessImage("docker-hub");
    harness.putSecret({ identifier: "key", value: REGISTRY_LOGIN.password });
    const args = (fields: string[]) => ({
      url: registry.url,
      auth: { type: "UsernamePassword", username: REGISTRY_LOGIN.username, passwordRef: "account.key" },
      connectivityMode: "Platform",
      verify: { ...REGISTRY_LOGIN, fields },
    });
    harness.setCiImage("K8", "addonTag", ADDON);
    const error = await mistakes(engine("HarnessImageConnector").preview(args(["addonTag", "liteEngineTag"])));
    assert.match(error.message, /1 of 2 images is not as needed[\s\S]*\(liteEngineTag\) is missing/);
    const made = await engine("HarnessImageConnector").up(args(["addonTag"]));
    await failure(
      engine("HarnessImageConnector", BLIND).up({ ...args(["liteEngineTag"]), url: `${registry.url}/other` }, made),
      "IMAGES_NOT_VERIFIED",
    );
    assert.equal(
      harness.connectors().find(({ identifier }) => identifier === "harnessImage")?.spec["dockerRegistryUrl"],
      registry.url,
    );
    await engine("HarnessImageConnector").destroy(made);
  });
});
