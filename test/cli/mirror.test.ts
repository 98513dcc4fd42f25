import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { findCrane } from "../../tools/crane";
import { pushImage } from "../support/oci-images";
import { type OciRegistry, startRegistry } from "../support/oci-registry";
import { type Desk, withDesk } from "./command-line";

const IMAGES = {
  addonTag: "harness/ci-addon:1.16.92",
  liteEngineTag: "harness/ci-lite-engine:1.16.92",
  gitCloneTag: "harness/drone-git:1.6.9-rootless",
};
const NAMES = Object.values(IMAGES);

describe("pulumi-harness-images mirror", function () {
  this.timeout(300_000);
  let crane = "";
  let from: OciRegistry;
  let to: OciRegistry;
  let harness: Emulator;
  const digests: Record<string, string> = {};

  before(async () => {
    [crane, from, harness] = await Promise.all([findCrane(), startRegistry(), startEmulator()]);
    for (const name of NAMES) {
      const [repository = "", tag = ""] = name.split(":");
      digests[name] = await pushImage(from, `public/${repository}`, tag);
    }
  });
  beforeEach(async () => {
    to = await startRegistry();
    harness.reset();
  });
  afterEach(() => to.stop());
  after(async () => {
    await from.stop();
    await harness.close();
  });

  const args = (...more: readonly string[]) => [
    ...["mirror", "--from", `${from.url}/public`, "--to", `${to.url}/my-ns`],
    ...NAMES.flatMap((name) => ["--image", name]),
    ...more,
  ];
  const lockOf = async ({ folder }: Desk) =>
    JSON.parse(await readFile(join(folder, "harness-images.lock.json"), "utf8"));
  /** The digests of the images the target has, by image. */
  const copied = async () => {
    const login = Buffer.from(`${to.username}:${to.password}`).toString("base64");
    const entries = NAMES.map(async (name) => {
      const [repository, tag] = name.split(":");
      const accept = "application/vnd.oci.image.index.v1+json";
      const headers = { authorization: `Basic ${login}`, accept };
      const answer = await fetch(`${to.url}/v2/my-ns/${repository}/manifests/${tag}`, { method: "HEAD", headers });
      return answer.ok ? [[name, answer.headers.get("docker-content-digest") ?? ""] as const] : [];
    });
    return Object.fromEntries((await Promise.all(entries)).flat());
  };

  it("copies each image with all its platforms, and writes the digests both registries have into the lock file", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      const { code, told } = await desk.run(args(), { path: crane });
      assert.equal(code, 0, told);
      assert.deepEqual(await copied(), digests);
      const { version, from: source, to: target, images } = await lockOf(desk);
      assert.deepEqual([version, source, target], [1, `${from.url}/public`, `${to.url}/my-ns`]);
      assert.deepEqual(
        images,
        NAMES.map((image) => ({
          image,
          fields: [image],
          source: `${from.host}/public/${image}`,
          target: `${to.host}/my-ns/${image}`,
          digest: digests[image],
        })),
      );
      assert.match(
        told,
        /\[1\/3\] harness\/ci-addon:1\.16\.92: copying to .*\n\[1\/3\] harness\/ci-addon:1\.16\.92: copied, sha256:/,
      );
      assert(!told.includes(to.password));
    }));

  it("takes up what a killed run has begun, and copies nothing twice", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      const killed = await desk.run(args(), {
        path: crane,
        watch: (child, told) => {
          if (told.includes("[1/3] harness/ci-addon:1.16.92: copied")) child.kill("SIGKILL");
        },
      });
      assert.equal(killed.code, null);
      assert.equal((await lockOf(desk)).images.length, 3, "the list is written before the first image");
      const { code, told } = await desk.run(args(), { path: crane });
      assert.equal(code, 0, told);
      assert.match(told, /\[1\/3\] harness\/ci-addon:1\.16\.92: already there/);
      assert.deepEqual(await copied(), digests);
      const again = await desk.run(args(), { path: crane });
      assert.equal([...again.told.matchAll(/already there/g)].length, 3);
    }));

  it("reads the account's list, overrides before Harness's own, each image once, and prints a script when no tool is there", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      harness.setCiImage("K8", "addonTag", IMAGES.addonTag);
      harness.setCiImage("K8", "addonTagRootless", IMAGES.addonTag);
      const { code, out, told } = await desk.run(
        ["mirror", "--from", `${from.url}/public`, "--to", `${to.url}/my-ns`, "--only", "ci", "--scanner", "snyk"],
        { harness },
      );
      assert.equal(code, 1, "most of the list is not in this registry");
      assert.match(told, /Neither crane nor skopeo is on PATH/);
      assert.match(
        told,
        /Nothing was copied\. Run the script above, or put crane or skopeo on PATH and run the same command again\./,
      );
      assert.match(told, /harness-images\.lock\.json is left as it is: not every image was found/);
      assert.match(told, /plugins\/kaniko:1\.10\.6 \(buildAndPushDockerRegistryTag\): it is not there/);
      assert.match(
        told,
        /harness\/snyk-job-runner:latest \(scanner snyk\): it is not there[\s\S]*Correct their tags, or leave them out: --image and --only ci choose\./,
      );
      assert.match(told, /runner_registry_domain: 127\.0\.0\.1:\d+\/my-ns/);
      assert.doesNotMatch(told, /sto-plugin|ssca|iacm|slsa/);
      const line = `crane copy --insecure ${from.host}/public/harness/ci-addon@${digests[IMAGES.addonTag]} ${to.host}/my-ns/${IMAGES.addonTag}`;
      assert.equal(out.split("\n").filter((text) => text === line).length, 1);
      assert.deepEqual(await copied(), {});
    }));

  it("reads Harness's own images with --defaults, to copy newer ones than are pinned", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      harness.setCiImage("K8", "addonTag", "harness/ci-addon:pinned");
      const list = ["mirror", "--from", `${from.url}/public`, "--to", `${to.url}/my-ns`, "--only", "ci"];
      const pinned = await desk.run(list, { harness });
      assert.match(pinned.told, /harness\/ci-addon:pinned \(addonTag\): it is not there/);
      const own = await desk.run([...list, "--defaults"], { harness });
      assert.doesNotMatch(own.told, /ci-addon:pinned|\(addonTag\)/);
      assert.match(own.out, /harness\/ci-addon@sha256:/);
    }));

  it("changes nothing with --dry-run", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      const { code, out } = await desk.run(args("--dry-run"), { path: crane });
      assert.equal(code, 0);
      assert.equal(out.trim().split("\n").length, 3);
      assert.deepEqual(await copied(), {});
      await assert.rejects(lockOf(desk), /ENOENT/);
    }));

  it("goes on after an image that cannot be copied, says the tool's words, and ends with 1", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      const broken = join(desk.folder, "crane");
      await writeFile(
        broken,
        `#!/bin/sh\ncase "$*" in *ci-addon*) echo "no room left" >&2; exit 3;; esac\nexec ${join(crane, "crane")} "$@"\n`,
      );
      await chmod(broken, 0o755);
      const { code, told } = await desk.run(args(), { path: `${desk.folder}:/bin:/usr/bin` });
      assert.equal(code, 1);
      assert.match(
        told,
        /1 image could not be copied:\n {2}\S+ci-addon:1\.16\.92 \(\S+\): crane ended with 3: no room left\nRun the same command again/,
      );
      assert.deepEqual(Object.keys(await copied()), NAMES.slice(1));
    }));

  it("does not believe a tool that says it has copied", () =>
    withDesk(async (desk) => {
      await desk.logIn(from, to);
      const liar = join(desk.folder, "skopeo");
      await writeFile(liar, "#!/bin/sh\nexit 0\n");
      await chmod(liar, 0o755);
      const { code, told } = await desk.run(args(), { path: desk.folder });
      assert.equal(code, 1);
      assert.match(told, /it was copied, but looking for it afterwards: it is not there/);
    }));

  it("asks for a login where Docker has none, without copying", () =>
    withDesk(async (desk) => {
      const { code, told } = await desk.run(args(), { path: crane });
      assert.equal(code, 1);
      assert.match(told, /3 images cannot be copied:\n.*: http:\/\/127\.0\.0\.1:\d+: it wants one/);
    }));

  it("says how it is called", () =>
    withDesk(async (desk) => {
      for (const [wrong, words] of [
        [["mirror"], /--to is missing[\s\S]*Usage:\n {2}pulumi-harness-images mirror --to URL/],
        [
          ["mirror", "--to", "https://cloud.ibm.com/registry"],
          /--to is the address of IBM Cloud's console, not of a registry; write https:\/\/us\.icr\.io\/NAMESPACE/,
        ],
        [
          ["mirror", "--to", "https://user:pass-word@us.icr.io/ns"],
          /^--to carries credentials, .*; write https:\/\/us\.icr\.io\/ns and give them in auth\n/,
        ],
        [["mirror", "--to", "https://us.icr.io/ns", "--only", "sto"], /--only can only be ci/],
        [["mirror", "--to", "https://us.icr.io/ns", "--scanner", "../x"], /--scanner is the name/],
        [["mirror", "--to", "https://us.icr.io/ns", "--infra", "windows"], /--infra is K8 or VM/],
        [["mirror", "--too"], /Unknown option '--too'/],
        [["miror"], /there is no command miror[\s\S]*verify --url URL/],
      ] as const) {
        const { code, told } = await desk.run(wrong);
        assert.equal(code, 2);
        assert.match(told, words);
      }
      const { code, told } = await desk.run(["mirror", "--to", "https://us.icr.io/ns"]);
      assert.equal(code, 1);
      assert.match(told, /no Harness API key is configured/);
    }));
});
