import { claim } from "./claim";
import { connectorsIn, writesTo } from "./harness-view";
import type { Scene } from "./theatre";

const foreign = "https://mirror.example.net/other";

/** A change made in the console: seen by refresh, mended by up. */
export const driftScene: Scene = {
  title: "A change behind Pulumi's back",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say("Somebody opens the connector in the Harness console and gives it another address.");
    const [declared] = connectorsIn(harness);
    harness.editConnector({}, "registry", ({ spec }) => {
      spec["dockerRegistryUrl"] = foreign;
    });
    theatre.showHarness();
    theatre.say("refresh looks at Harness and sees that url differs. It changes nothing there.");
    harness.clearRequests();
    const refresh = await theatre.pulumi("refresh");
    claim("refresh sees one resource that differs.", refresh.changes, { same: 2, update: 1 });
    claim("refresh names what differs.", refresh.output.includes("[diff: ~url]"), true);
    claim("refresh changed nothing in Harness.", writesTo(harness), []);
    theatre.say("up puts back what the program says.");
    const up = await theatre.pulumi("up", { diff: true });
    claim("up updates one resource.", up.changes, { same: 2, update: 1 });
    claim("up sent one change to Harness.", writesTo(harness), ["PUT /ng/api/connectors"]);
    claim("Harness has the declared connector again.", connectorsIn(harness), [declared]);
    theatre.showHarness();
    return "A change made in the console was seen by refresh and mended by up, with one request.";
  },
};
