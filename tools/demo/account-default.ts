import { BasicRegistry } from "../basic-registry";
import { claim } from "./claim";
import type { Scene, Theatre } from "./theatre";

/** Tokens of this scene: one the registry refuses, one it takes. Images are always looked for with the right one. */
export const imageTokens = { wrong: "mistyped-token-of-the-demo", right: "image-token-of-the-demo" } as const;
const DELEGATE = "demo-delegate";

/** The account's default: a missing image is caught by preview, a wrong password by the canary; the right one switches, destroy restores. */
export const accountDefaultScene: Scene = {
  title: "The connector every build depends on",
  async play(theatre) {
    const registry = new BasicRegistry();
    registry.login = { username: "harness-ci", password: imageTokens.right };
    await registry.start();
    try {
      return await playWith(theatre, registry);
    } finally {
      await registry.stop();
    }
  },
};

async function playWith(theatre: Theatre, registry: BasicRegistry): Promise<string> {
  const { harness } = theatre;
  harness.putConnector({
    identifier: "harnessImage",
    name: "Harness Docker Connector",
    description: "Harness internal connector",
    spec: {
      dockerRegistryUrl: "https://index.docker.io/v2/",
      providerType: "DockerHub",
      auth: { type: "Anonymous" },
      executeOnDelegate: false,
    },
  });
  harness.addDelegate({ name: DELEGATE });
  const before = settings(theatre);
  theatre.say(
    "harnessImage is the connector through which every build of the account pulls Harness's images, now from Docker Hub. It is to be a " +
      "registry of the company's own, to which the images have been copied; all but one.",
  );
  await theatre.enter("private-registry");
  await missingImage(theatre, registry);
  await wrongPassword(theatre);
  await theatre.configure({}, { registryToken: imageTokens.right });
  const up = await theatre.pulumi("up");
  claim("With the right password up switches.", up.changes, { create: 1, update: 1, same: 2 });
  claim("Builds pull from the company's registry.", settings(theatre)["harnessImage"], registry.url);
  theatre.say("destroy gives the account back what it had.");
  const destroy = await theatre.pulumi("destroy");
  claim("destroy deletes all four.", destroy.changes, { delete: 4 });
  claim("The account's default is the former one, and nothing else is left.", settings(theatre), before);
  claim("So are its images.", harness.ciImages("K8"), {});
  harness.deleteConnector({}, "harnessImage");
  return "A missing image and a wrong password for the whole account were caught before they counted, and destroy restored.";
}

async function missingImage(theatre: Theatre, registry: BasicRegistry): Promise<void> {
  const before = settings(theatre);
  registry.images = new Set(["harness/ci-addon:1.16.92"]);
  const tokens = { registryToken: imageTokens.wrong, lookupToken: imageTokens.right };
  await theatre.configure({ registryUrl: registry.url }, tokens);
  const { output } = await theatre.failingPulumi("preview");
  const named = /ci-lite-engine:1\.16\.92\s+\(liteEngineTag\)\s+is\s+missing/.test(output);
  claim("Preview names the missing image.", named, true);
  claim("Nothing was changed.", settings(theatre), before);
  theatre.say("The image is copied. Now somebody mistypes the password that Harness is to use.");
  registry.images.add("harness/ci-lite-engine:1.16.92");
}

async function wrongPassword(theatre: Theatre): Promise<void> {
  const { harnessImage } = settings(theatre);
  const failed = await theatre.failingPulumi("up");
  claim("The registry refuses the password.", /does not accept the credentials/.test(failed.output), true);
  claim("The account's default is as it was.", settings(theatre)["harnessImage"], harnessImage);
  theatre.say(
    "Harness tried the settings on a connector of their own, which is gone again. The images are pinned by now, to what builds use " +
      "anyway. No build has noticed anything.",
  );
}

/** Where each connector of the account leads. */
function settings({ harness }: Theatre): Record<string, unknown> {
  return Object.fromEntries(
    harness.connectors({}).map(({ identifier, spec }) => [identifier, spec["dockerRegistryUrl"]]),
  );
}
