import assert from "node:assert/strict";
import { planOf } from "../../cli/mirror-plan";

const FROM = "https://us-docker.pkg.dev/gar-prod-setup/harness-public";
const TO = "https://us.icr.io/my-ns";
const IMAGES = {
  cacheGCSTag: "plugins/cache:1.9.8",
  cacheS3Tag: "plugins/cache:1.9.8",
  securityTag: "harness/sto-plugin:latest",
  sscaComplianceTag: "harness/ssca-compliance-plugin:0.39.0",
  iacmTerraform: "plugins/harness_terraform:dev",
  somethingNewTag: "plugins/new:1",
};

describe("the plan of a mirror", () => {
  const wish = { from: FROM, to: TO, images: IMAGES, scanners: [], onlyCi: false };
  const names = (plan: ReturnType<typeof planOf>) => plan.map(({ image }) => image);

  it("has each image once, with all fields that use it, under the names of both registries [H122]", () => {
    const [first] = planOf(wish);
    assert.deepEqual(
      [first?.image, first?.fields, first?.source.pulled, first?.target.pulled],
      [
        "plugins/cache:1.9.8",
        ["cacheGCSTag", "cacheS3Tag"],
        "us-docker.pkg.dev/gar-prod-setup/harness-public/plugins/cache:1.9.8",
        "us.icr.io/my-ns/plugins/cache:1.9.8",
      ],
    );
    assert.equal(planOf(wish).length, 5);
  });

  it("leaves out what other modules use, and keeps a field it does not know [H177]", () => {
    assert.deepEqual(names(planOf({ ...wish, onlyCi: true })), ["plugins/cache:1.9.8", "plugins/new:1"]);
  });

  it("adds the images of scanners, which are in no list [H186]", () => {
    const plan = planOf({ ...wish, images: {}, scanners: ["snyk"] });
    assert.deepEqual([names(plan), plan[0]?.fields], [["harness/snyk-job-runner:latest"], ["scanner snyk"]]);
  });
});
