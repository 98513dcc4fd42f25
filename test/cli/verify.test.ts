import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { pushImage } from "../support/oci-images";
import { type OciRegistry, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { withDesk } from "./command-line";

describe("pulumi-harness-images verify", function () {
  this.timeout(120_000);
  let registry: OciRegistry;
  let harness: Emulator;

  before(async () => {
    [registry, harness] = await Promise.all([startRegistry(), startEmulator()]);
    await pushImage(registry, "my-ns/harness/ci-addon", "1.16.92");
    await pushImage(registry, "my-ns/harness/ci-lite-engine", "1.16.92", { platforms: ["linux/amd64", "linux/s390x"] });
  });
  after(async () => {
    await registry.stop();
    await harness.close();
  });
  const url = () => `${registry.url}/my-ns`;
  const fields = (...names: readonly string[]) => names.flatMap((name) => ["--field", name]);

  it("prints a row for each image of the account's list, and ends with 0 when all are there, with Docker's login", () =>
    withDesk(async (desk) => {
      await desk.logIn(registry);
      const { code, out, told } = await desk.run(["verify", "--url", url(), ...fields("addonTag")], { harness });
      assert.equal(out, `addonTag  ${registry.host}/my-ns/harness/ci-addon:1.16.92  there\n`);
      assert.deepEqual([code, told], [0, `the image is in ${url()}\n`]);
    }));

  it("ends with 1 when one is missing or not for a platform, and says how to copy it", () =>
    withDesk(async (desk) => {
      await desk.logIn(registry);
      const run = await desk.run(["verify", "--url", url(), ...fields("addonTag", "liteEngineTag", "gitCloneTag")], {
        harness,
      });
      assert.equal(run.code, 1);
      assert.match(run.out, /^gitCloneTag +\S+drone-git\S+ +MISSING$/m);
      assert.match(run.out, /^liteEngineTag +\S+ +NOT FOR linux\/arm64$/m);
      assert.match(run.told, /2 of 3 images are not as needed[\s\S]*crane copy us-docker/);
      const other = await desk.run(
        ["verify", "--url", url(), ...fields("liteEngineTag"), "--platform", "linux/s390x"],
        { harness },
      );
      assert.equal(other.code, 0);
    }));

  it("takes a login from the environment, or from Docker's credential helper, and shows neither", () =>
    withDesk(async (desk) => {
      const images = ["--image", "harness/ci-addon:1.16.92"];
      const { username, password } = REGISTRY_LOGIN;
      const given = await desk.run(
        ["verify", "--url", url(), ...images, "--username", username, "--password-from-env", "KEY"],
        {
          environment: { KEY: password },
        },
      );
      assert.equal(given.code, 0, given.told);
      const helper = join(desk.folder, "docker-credential-desk");
      await writeFile(
        helper,
        `#!/bin/sh\nread host\n[ "$host" = "${registry.host}" ] && echo '${JSON.stringify({ Username: username, Secret: password })}'\n`,
      );
      await chmod(helper, 0o755);
      await writeFile(join(desk.folder, "config.json"), JSON.stringify({ credsStore: "desk" }));
      const helped = await desk.run(["verify", "--url", url(), ...images], { path: `${desk.folder}:/bin:/usr/bin` });
      assert.equal(helped.code, 0, helped.told);
      assert(![given, helped].some(({ out, told }) => `${out}${told}`.includes(password)));
    }));

  it("ends with 1 where it cannot be found out, and with 2 where it is called wrongly", () =>
    withDesk(async (desk) => {
      const { code, told } = await desk.run(["verify", "--url", url(), "--image", "harness/ci-addon:1.16.92"]);
      assert.equal(code, 1);
      assert.match(told, /could not be found out: .* does not accept the login \(it wants one\)/);
      for (const [wrong, words] of [
        [["verify"], /--url is missing/],
        [["verify", "--url", url(), "--username", "x"], /belong together/],
        [
          ["verify", "--url", url(), "--username", "x", "--password-from-env", "KEY"],
          /the variable KEY is not set or empty/,
        ],
        [["verify", "--url", url(), "--image", "a:1", "--field", "b"], /--field names what is not in the list: "b"/],
      ] as const) {
        const run = await desk.run(wrong);
        assert.equal(run.code, 2, run.told);
        assert.match(run.told, words);
      }
      await writeFile(
        join(desk.folder, "config.json"),
        JSON.stringify({ auths: { [registry.host]: { identitytoken: "x" } } }),
      );
      const token = await desk.run(["verify", "--url", url(), "--image", "a:1"]);
      assert.equal(token.code, 1);
      assert.match(token.told, /Docker holds an identity token for .*, which cannot be used here/);
      await writeFile(join(desk.folder, "config.json"), "{");
      const broken = await desk.run(["verify", "--url", url(), "--image", "a:1"]);
      assert.equal(broken.code, 1);
      assert.match(broken.told, /cannot read the registry logins in .*config\.json/);
    }));
});
