import { BasicRegistry } from "../basic-registry";
import { claim } from "./claim";
import type { Scene, Theatre } from "./theatre";

/** Tokens of this scene: one the registry refuses, one it takes. */
export const imageTokens = { wrong: "mistyped-token-of-the-demo", right: "image-token-of-the-demo" } as const;
const DELEGATE = "demo-delegate";

/** The account's default: a wrong password is caught by the canary, the right one switches, destroy restores. */
export const accountDefaultScene: Scene = {
  title: "The connector every build depends on",
  async play(theatre) {
    const registry = new BasicRegistry();
    registry.login = { username: "harness-ci", password: imageTokens.right };
    await registry.start();
    try {
      return await playWith(theatre, registry.url);
    } finally {
      await registry.stop();
    }
  },
};

async function playWith(theatre: Theatre, url: string): Promise<string> {
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
      "registry of the company's own. Somebody mistypes its password.",
  );
  await theatre.enter("private-registry");
  await theatre.configure({ registryUrl: url }, { registryToken: imageTokens.wrong });
  const failed = await theatre.failingPulumi("up");
  claim("The registry refuses the password.", /does not accept the credentials/.test(failed.output), true);
  claim("The account's default is as it was.", settings(theatre), before);
  theatre.say(
    "Harness tried the settings on a connector of their own, which is gone again. No build has noticed anything.",
  );
  await theatre.configure({}, { registryToken: imageTokens.right });
  const up = await theatre.pulumi("up");
  claim("With the right password up switches.", up.changes, { create: 1, update: 1, same: 1 });
  claim("Builds pull from the company's registry.", settings(theatre)["harnessImage"], url);
  theatre.say("destroy gives the account back what it had.");
  const destroy = await theatre.pulumi("destroy");
  claim("destroy deletes all three.", destroy.changes, { delete: 3 });
  claim("The account's default is the former one, and nothing else is left.", settings(theatre), before);
  harness.deleteConnector({}, "harnessImage");
  return "A wrong password for the whole account was caught before it counted; the right one switched, and destroy restored.";
}

/** Where each connector of the account leads. */
function settings({ harness }: Theatre): Record<string, unknown> {
  return Object.fromEntries(
    harness.connectors({}).map(({ identifier, spec }) => [identifier, spec["dockerRegistryUrl"]]),
  );
}
