import assert from "node:assert/strict";
import { imagesReport, imagesTable, type LookedFor } from "../../provider/domain/verification-report";

const ADDON = "harness/ci-addon:1.16.92";
const ENGINE = "harness/ci-lite-engine:1.16.92";

describe("the report of images that were looked for", () => {
  const wanted = (field: string, image: string) => {
    const pulled = `us.icr.io/ns/${image}`;
    return {
      field,
      image,
      pulled,
      address: { origin: "https://us.icr.io", repository: `ns/${image}`, reference: "1" },
    };
  };

  it("names what is missing and the lines that copy it", () => {
    const looks: LookedFor[] = [
      { wanted: wanted("addonTag", ADDON), look: { outcome: "missing" } },
      { wanted: wanted("liteEngineTag", ENGINE), look: { outcome: "lacking", lacks: ["linux/arm64"] } },
      { wanted: wanted("gitCloneTag", "harness/drone-git:1"), look: { outcome: "present" } },
    ];
    const report = imagesReport("https://us.icr.io/ns", looks);
    assert.equal(report.verdict, "bad");
    assert.equal(
      report.what,
      "2 of 3 images are not as needed in https://us.icr.io/ns, and builds would fail: us.icr.io/ns/harness/ci-addon:1.16.92 (addonTag) is missing, " +
        "us.icr.io/ns/harness/ci-lite-engine:1.16.92 (liteEngineTag) is not for linux/arm64",
    );
    const source = "us-docker.pkg.dev/gar-prod-setup/harness-public";
    assert.equal(
      report.next,
      [
        "Copy them with `npx pulumi-harness-images mirror --to https://us.icr.io/ns`, or by hand:",
        `    crane copy ${source}/${ADDON} us.icr.io/ns/${ADDON}`,
        `    skopeo copy --all docker://${source}/${ADDON} docker://us.icr.io/ns/${ADDON}`,
        `    crane copy ${source}/${ENGINE} us.icr.io/ns/${ENGINE}`,
        `    skopeo copy --all docker://${source}/${ENGINE} docker://us.icr.io/ns/${ENGINE}`,
      ].join("\n"),
    );
    assert.equal(report.nextInShort, "Copy them with `npx pulumi-harness-images mirror --to https://us.icr.io/ns`.");
    assert.equal(
      imagesTable(looks),
      [
        "addonTag       us.icr.io/ns/harness/ci-addon:1.16.92        MISSING",
        "liteEngineTag  us.icr.io/ns/harness/ci-lite-engine:1.16.92  NOT FOR linux/arm64",
        "gitCloneTag    us.icr.io/ns/harness/drone-git:1             there",
      ].join("\n"),
    );
  });

  it("of no image at all is not good: nothing is proved", () => {
    assert.equal(imagesReport("https://us.icr.io/ns", []).verdict, "bad");
  });

  it("says once what stood in the way of all", () => {
    const look = { outcome: "unknown", trouble: "unreachable", words: "us.icr.io: ECONNREFUSED" } as const;
    const looks = ["a", "b", "c"].map((field) => ({ wanted: wanted(field, ADDON), look }));
    const { verdict, what, next } = imagesReport("https://us.icr.io/ns", looks);
    assert.deepEqual(
      [verdict, what, next],
      [
        "unknown",
        "whether the images are there could not be found out: https://us.icr.io/ns cannot be reached from here (us.icr.io: ECONNREFUSED)",
        "Check the URL, and that this computer reaches the registry: name, port, proxy, certificate.",
      ],
    );
  });
});
