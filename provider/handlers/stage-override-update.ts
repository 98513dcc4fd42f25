import { differ, needsCall } from "../domain/diff";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { omit, type Plain } from "../domain/plain";
import { stageImageOverrideRules } from "../domain/stage-image-override";
import type { Session } from "../session";
import { inputKeys } from "./given-inputs";
import { labelOf, requireSameAccount } from "./handler";
import {
  doingTo,
  memoryIn,
  messageIn,
  overrideOutputs,
  pipelineOf,
  requireStage,
  requireStore,
  tellOf,
} from "./stage-override";
import { decideUpdate, isOurs, WRITTEN_KEY } from "./stage-override-decide";

/** Gives the stage the wanted reference; sends nothing when nothing differs. */
export async function updateOverride(session: Session, id: string, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const label = labelOf("StageImageOverride", news, id);
  const stage = requireStage(news, label);
  const doing = doingTo("change", label, stage);
  requireSameAccount(session, olds, doing);
  if (!needsCall(stageImageOverrideRules, differ(stageImageOverrideRules, olds, news))) {
    const dropped = Object.keys(stageImageOverrideRules).filter((key) => !(key in news));
    // The owner stays the one whose name is in the mark, also when the resource was renamed.
    const kept = { ...omit(olds, dropped), ...omit(news, ["__provider", OWNER_KEY]), ...inputKeys(news) };
    return { outs: { ...kept, accountId: olds["accountId"], [WRITTEN_KEY]: news["connectorRef"] } };
  }
  const outcome = await session.harness(doing).gathering.submit(pipelineOf(stage), {
    stage: stage.stageIdentifier,
    purpose: { doing },
    message: messageIn(news),
    summary: `stage ${stage.stageIdentifier}: ${news["connectorRef"]}`,
    expects: (mark) => isOurs(mark, olds, news),
    decide: (pipeline, stored) => {
      requireStore(stored, stage, { doing });
      return decideUpdate(pipeline, olds, news, { doing });
    },
  });
  const commit = outcome.saved ? { lastCommitId: outcome.stored.git?.commitId } : {};
  const memory = { ...memoryIn(olds), written: knownText(news["connectorRef"]), ...commit };
  const outs = { ...overrideOutputs(session, outcome.stored, news, memory), ...inputKeys(news) };
  tellOf(session, outcome, { label, doing, id, outs, inputs: news });
  return { outs };
}
