import { Config } from "@pulumi/pulumi";
import { CiImages, type CiImagesArgs } from "pulumi-harness-images";

/** A program of these CiImages, by name. */
export const listing = (resources: Readonly<Record<string, CiImagesArgs>>) => async (): Promise<void> => {
  for (const [name, args] of Object.entries(resources)) new CiImages(name, args);
};

/** Three resources over two lists; some of their fields may be overridden already. The configuration may give one another tag. */
export const program = (): Promise<void> => {
  const addonTag = `harness/ci-addon:${new Config().get("addon") ?? "1.16.92"}`;
  const gitCloneTag = "harness/drone-git:1.6.9-rootless";
  return listing({
    agents: { infra: "K8", images: { addonTag, liteEngineTag: "harness/ci-lite-engine:1.16.92" }, adopt: true },
    clone: { infra: "K8", images: { gitCloneTag }, adopt: true },
    vm: { infra: "VM", images: { gitCloneTag, cacheS3Tag: "plugins/cache:1.9.8" }, adopt: true },
  })();
};
