import { LOOK_INTO_HISTORY, overwrittenWords, unwatchedWords } from "../api/overwritten";
import type { Plain } from "../domain/plain";
import { type StageAddress, stageId, stageIn } from "../domain/stage-image-override";
import { isHarnessError } from "../errors";
import type { Session } from "../session";
import { KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { changeKey, doingTo, messageIn, pipelineOf } from "./stage-override";
import { decideDelete } from "./stage-override-decide";

/** A commit that nobody asked for is not made. */
const MOVED_TO_GIT = {
  wish: undefined,
  told: "left as it is: the pipeline has moved to Git since, where taking the override back would be a commit on a branch nobody named; take the setting and its comment out there",
};

/** Takes the override back. A pipeline or stage that is gone is success; what is no longer ours is left, and said. */
export async function deleteOverride(session: Session, id: string, props: Plain): Promise<void> {
  const stage = stageIn(props);
  const label = labelOf("StageImageOverride", props, id);
  if (stage === undefined) return session.notices.say(label, `"${id}" names no stage; nothing to take back`);
  const doing = doingTo("take back", label, stage);
  requireSameAccount(session, props, doing);
  if (session.made.has(changeKey(stage))) {
    return session.notices.say(label, "the stage is overridden by this program anew; only the old record is dropped");
  }
  const { pipelines } = session.harness(doing);
  const address = pipelineOf(stage);
  const purpose = { doing, hint: KEY_FROM_STATE };
  if ((await pipelines.glance(address, purpose)) === undefined) return;
  try {
    await takeBack(session, stage, props, label, purpose);
  } catch (error) {
    if (!isHarnessError(error, "NOT_FOUND") || (await pipelines.read(address, purpose)) !== undefined) throw error;
  }
}

async function takeBack(
  session: Session,
  stage: StageAddress,
  props: Plain,
  label: string,
  purpose: { readonly doing: string; readonly hint: string },
): Promise<void> {
  let told: string | undefined;
  const { overwritten, unwatched } = await session.harness(purpose.doing).gathering.submit(pipelineOf(stage), {
    stage: stage.stageIdentifier,
    purpose,
    message: messageIn(props),
    summary: `stage ${stage.stageIdentifier} taken back`,
    // Whatever is there by now: what is not ours any more is left in any case.
    expects: () => true,
    decide: (pipeline, { git }) => {
      const moved = git !== undefined && stage.branch === undefined;
      const farewell = moved ? MOVED_TO_GIT : decideDelete(pipeline, props, stage);
      told = farewell.told;
      return farewell.wish;
    },
  });
  if (told !== undefined) session.notices.say(label, told);
  if (unwatched) session.notices.sayForAll(label, unwatchedWords(stageId(stage)));
  if (overwritten === undefined) return;
  // The override is gone: the record of it must not stay, so this is said and not thrown.
  session.notices.say(label, `is taken back, but ${overwrittenWords(overwritten)}. ${LOOK_INTO_HISTORY}`);
}
