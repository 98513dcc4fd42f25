import { claim } from "./claim";
import { diffLines, pipelineIn, pipelineScope, pipelineText } from "./pipeline-view";
import type { Scene } from "./theatre";

/** Two stages overridden, an edit of the pipeline's owner in between, and everything taken back. */
export const stageOverrideScene: Scene = {
  title: "Two stages of somebody else's pipeline",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say("build and integration can have one. Both are written with one save of the pipeline.");
    await theatre.configure({ stages: '["build","integration"]' });
    harness.clearRequests();
    const up = await theatre.pulumi("up");
    claim("up made a connector and two overrides.", up.changes, { create: 4 });
    const calls = harness.requests().filter(({ path }) => path.includes("pipelines"));
    claim("Both overrides were saved together.", calls.filter(({ method }) => method === "PUT").length, 1);
    const changed = diffLines(pipelineText, pipelineIn(harness));
    claim("One line of the pipeline is new and one is changed.", changed.map(({ sign }) => sign).join(""), "+-+");
    theatre.say(
      "One line of the pipeline is new and one is changed, no other. The comment says which resource wrote it and what was " +
        "there before:",
    );
    theatre.showDiff(changed);
    theatre.say(
      "Its owner goes on working meanwhile, and changes a command of another stage. That is no drift of ours.",
    );
    const edit = (text: string) => text.replace("command: make lint", "command: make lint-all");
    harness.editPipeline(pipelineScope(harness), "checkout", edit);
    const refresh = await theatre.pulumi("refresh");
    claim("The rest of the pipeline is no difference to Pulumi.", refresh.changes, { same: 4 });
    theatre.say("destroy takes back what is ours, and only that.");
    const destroy = await theatre.pulumi("destroy");
    claim("destroy deletes all four.", destroy.changes, { delete: 4 });
    claim("The pipeline is the owner's, to the letter.", pipelineIn(harness), edit(pipelineText));
    claim("The connector is gone.", harness.connectors(), []);
    theatre.say("The pipeline is its owner's again, to the letter, with the command they changed.");
    return "Two stages of another team's pipeline were overridden with one save, and given back to the letter.";
  },
};
