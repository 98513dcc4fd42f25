import { claim } from "./claim";
import { connectorsIn, secretsIn, writesTo } from "./harness-view";
import type { Scene } from "./theatre";

const consoleUrl = "https://hub.docker.com/r/my-company";

/** A mistake that would break builds, stopped in preview. */
export const consoleUrlScene: Scene = {
  title: "A mistake is caught in preview",
  async play(theatre) {
    theatre.say(
      "Somebody copies the registry's address from the browser. It is a page of a web site, and no build could pull from " +
        "it. Preview refuses it and names the right one, before anything exists.",
    );
    await theatre.configure({ registryUrl: consoleUrl }, { registryToken: "first-token-of-the-demo" });
    const { output } = await theatre.failingPulumi("preview");
    const reason = "url is the address of Docker Hub's web site, not of a registry; write https://index.docker.io/v2/";
    claim("The preview says what is wrong and what to write.", output.includes(reason), true);
    claim(
      "Harness still has no connector and no secret.",
      [connectorsIn(theatre.harness), secretsIn(theatre.harness)],
      [[], []],
    );
    claim("Nothing was sent to Harness that could change it.", writesTo(theatre.harness), []);
    return "A wrong address was refused in preview, with the right one to write instead. Nothing was created.";
  },
};
