import { claim } from "./claim";
import { pipelineIn, pipelineScope, pipelineText } from "./pipeline-view";
import type { Scene } from "./theatre";

/** A stage that can have no override: preview says so, and what to do instead. */
export const stageRefusalScene: Scene = {
  title: "A stage that cannot have a connector of its own",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say(
      "The pipeline checkout belongs to another team. Its stages build and integration run in places that reach only a mirror; " +
        "lint runs on Harness Cloud. Somebody wants an override for lint too.",
    );
    harness.putPipeline({ scope: pipelineScope(harness), yaml: pipelineText });
    await theatre.enter("stage-override");
    await theatre.configure({ stages: '["lint"]' });
    const preview = await theatre.failingPulumi("preview");
    claim("Preview names the reason.", /runs on Harness Cloud/.test(preview.output), true);
    claim("Preview names the way out.", /Change the account-wide connector instead/.test(preview.output), true);
    claim("The pipeline is as it was.", pipelineIn(harness), pipelineText);
    return "An override that could not work was an error of the preview, with the way out.";
  },
};
