import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { pushImage } from "../support/oci-images";
import { type OciRegistry, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import { startTokenServer } from "../support/token-server";
import { connectorsIn, notices, problems, withSite } from "./connection-site";
import { looking, type Proof, pinned, pinnedAndSwitched, switchedTo } from "./programs/verified";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";
const PINNED = { addonTag: ADDON, liteEngineTag: ENGINE };
const AT = "127.0.0.1:…";
const GAR = "us-docker.pkg.dev/gar-prod-setup/harness-public";

/** What a registry lacks, or how it cannot be asked, and what a person reads of it after "cannot ...:". */
const PROOFS: Readonly<Record<string, readonly [proof: Proof, what: string, next: string]>> = {
  "one missing": [
    { path: "/half" },
    `1 of 2 images is not as needed in http://${AT}/half, and builds would fail: ${AT}/half/${ENGINE} (liteEngineTag) is missing`,
    `Copy it with \`npx pulumi-harness-images mirror --to http://${AT}/half\`, or by hand:\n    crane copy ${GAR}/${ENGINE} ${AT}/half/${ENGINE}\n    skopeo copy --all docker://${GAR}/${ENGINE} docker://${AT}/half/${ENGINE}`,
  ],
  "wrong platform": [
    { platforms: ["linux/s390x"], path: "/half" },
    `2 of 2 images are not as needed in http://${AT}/half, and builds would fail: ${AT}/half/${ADDON} (addonTag) is not for linux/s390x, ${AT}/half/${ENGINE} (liteEngineTag) is missing`,
    `Copy them with \`npx pulumi-harness-images mirror --to http://${AT}/half\`, or by hand:\n    crane copy ${GAR}/${ADDON} ${AT}/half/${ADDON}\n    skopeo copy --all docker://${GAR}/${ADDON} docker://${AT}/half/${ADDON}\n    crane copy ${GAR}/${ENGINE} ${AT}/half/${ENGINE}\n    skopeo copy --all docker://${GAR}/${ENGINE} docker://${AT}/half/${ENGINE}`,
  ],
  "wrong password": [
    { login: "wrongPassword" },
    `whether the images are there could not be found out: http://${AT}/mirror does not accept the login (it answered 401)`,
    "Check the username and password it was asked with; one that may pull is enough.",
  ],
  "a login that is wanted": [
    { login: "nobody" },
    `whether the images are there could not be found out: http://${AT}/mirror does not accept the login (it wants one)`,
    "Check the username and password it was asked with; one that may pull is enough.",
  ],
  "registry down": [
    { address: "closed" },
    `whether the images are there could not be found out: http://${AT}/mirror cannot be reached from here (${AT}: ECONNREFUSED)`,
    "Check the URL, and that this computer reaches the registry: name, port, proxy, certificate.",
  ],
};

describe("images proved to be in a real registry before Harness is made to pull them", function () {
  this.timeout(300_000);
  let registry: OciRegistry;
  /** In preview a registry that cannot be asked is a notice: it may be seen from where `up` runs. */
  const isKnown = (name: string) => name === "one missing" || name === "wrong platform";
  const untouched = (harness: Emulator, before: readonly unknown[]) => {
    assert.deepEqual(harness.ciImages("K8"), {});
    assert.deepEqual(connectorsIn(harness), before);
  };

  before(async () => {
    registry = await startRegistry();
    for (const place of ["mirror", "half"]) await pushImage(registry, `${place}/harness/ci-addon`, "1.16.92");
    await pushImage(registry, "mirror/harness/ci-lite-engine", "1.16.92");
  });
  after(() => registry.stop());

  it("pins images that are all there, keeps the password out of the state, and destroy takes them back", () =>
    withSite(registry.url, pinned({}), async ({ stack, harness }) => {
      const before = connectorsIn(harness);
      await stack.up();
      assert.deepEqual(harness.ciImages("K8"), PINNED);
      assert(!JSON.stringify(stack.deployment()).includes(REGISTRY_LOGIN.password));
      assert.deepEqual((await stack.preview()).changes, { same: 2 });
      await stack.refresh();
      assert(!JSON.stringify(stack.deployment()).includes(REGISTRY_LOGIN.password));
      await stack.destroy();
      untouched(harness, before);
    }));

  it("leaves the account's list alone whatever fails, in up, and says what and what to do", () =>
    withSite(registry.url, pinned({}), async ({ stack, harness }) => {
      const before = connectorsIn(harness);
      const read: Record<string, string[]> = {};
      for (const [name, [proof]] of Object.entries(PROOFS)) {
        read[name] = problems(await stack.failing(stack.up({ program: pinned({ ...proof, blind: true }) })));
        untouched(harness, before);
      }
      const doing = 'set the CI images of the account for K8 (CiImages "pinned")';
      const expected = Object.entries(PROOFS).map(([name, [, what, next]]) => [
        name,
        [`cannot ${doing}: ${what}. [IMAGES_NOT_VERIFIED]\n  Next: ${next}\n  Nothing was changed.`],
      ]);
      assert.deepEqual(read, Object.fromEntries(expected));
    }));

  it("says in preview already what is missing, and as a notice what could not be found out", () =>
    withSite(registry.url, pinned({}), async ({ stack, harness }) => {
      for (const [name, [proof, what]] of Object.entries(PROOFS)) {
        const program = pinned(proof);
        if (isKnown(name)) {
          const [problem = ""] = problems(await stack.failing(stack.preview({ program })));
          assert(problem.includes(`${what}. `) && problem.includes("[IMAGES_NOT_VERIFIED]"), problem);
        } else {
          const said = notices(await stack.preview({ program }), "found out");
          assert.equal(said.length, 1, name);
          assert(said[0]?.includes(what), said[0]);
        }
      }
      assert.deepEqual(harness.ciImages("K8"), {});
    }));

  it("only tells where it is to warn", () =>
    withSite(registry.url, pinned({ path: "/half", mode: "warn" }), async ({ stack, harness }) => {
      const said = notices(await stack.up(), "is missing");
      assert.equal(said.length, 2, "in preview and in up");
      assert.deepEqual(harness.ciImages("K8"), PINNED);
      await stack.destroy();
    }));

  it("switches the account only to a registry that has its images", () =>
    withSite(registry.url, switchedTo({}), async ({ stack, harness }) => {
      harness.setCiImage("K8", "addonTag", ADDON);
      harness.setCiImage("K8", "liteEngineTag", ENGINE);
      const before = connectorsIn(harness);
      for (const [name, [proof, what]] of Object.entries(PROOFS)) {
        const [problem = ""] = problems(
          await stack.failing(stack.up({ program: switchedTo({ ...proof, blind: true }) })),
        );
        const doing = `switch the account's image connector, harnessImage (HarnessImageConnector "default")`;
        assert(problem.startsWith(`cannot ${doing}: ${what}. [IMAGES_NOT_VERIFIED]`), `${name}: ${problem}`);
        assert.deepEqual(connectorsIn(harness), before, name);
      }
      await stack.up();
      assert.equal(harness.connectors().length, before.length + 1, "the backup");
      await stack.destroy();
      assert.deepEqual(connectorsIn(harness), before);
    }));

  it("looks for what the same run pins, not for what the account has now", () =>
    withSite(registry.url, pinnedAndSwitched("harness/ci-addon:2"), async ({ stack, harness }) => {
      const before = connectorsIn(harness);
      await pushImage(registry, "story/harness/ci-addon", "2");
      assert.deepEqual((await stack.preview()).changes, { create: 4 });
      await stack.up();
      assert.deepEqual(harness.ciImages("K8"), { addonTag: "harness/ci-addon:2" });
      await stack.destroy();
      untouched(harness, before);
    }));

  it("lets a program look for itself, through the account's list", () =>
    withSite(registry.url, looking(["addonTag", "liteEngineTag"]), async ({ stack }) => {
      await stack.up();
      const { statuses } = await stack.outputs();
      assert.deepEqual(statuses?.value, { addonTag: "present", liteEngineTag: "missing" });
      await stack.up({ program: looking(["adonTag"]) });
      const { problem } = await stack.outputs();
      assert.match(
        String(problem?.value),
        /fields names what is not in the list: "adonTag" \(did you mean addonTag\?\)/,
      );
    }));

  it("asks a token server where the registry sends it to one", async () => {
    const tokens = await startTokenServer(REGISTRY_LOGIN);
    const guarded = await startRegistry({ tokens });
    try {
      await withSite(guarded.url, pinned({}), async ({ stack, harness }) => {
        const [missing = ""] = problems(await stack.failing(stack.preview()));
        assert.match(missing, /has a problem: 2 of 2 images are not as needed/);
        const refused = problems(
          await stack.failing(stack.up({ program: pinned({ login: "wrongPassword", blind: true }) })),
        );
        assert.match(
          refused.join(),
          /does not accept the login \(127\.0\.0\.1:…, which gives out its tokens, answered 401\)/,
        );
        assert.deepEqual(harness.ciImages("K8"), {});
        assert(tokens.asked() >= 3);
      });
    } finally {
      await guarded.stop();
      await tokens.stop();
    }
  });
});
