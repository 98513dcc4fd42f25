import { knownText } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { type StageAddress, stageId } from "../domain/stage-image-override";
import { AlreadyExistsError } from "../errors";
import type { Session } from "../session";
import { inputKeys } from "./given-inputs";
import { labelOf, requireSameAccount } from "./handler";
import {
  changeKey,
  doingTo,
  messageIn,
  overrideOutputs,
  pipelineOf,
  requireStage,
  requireStore,
  tellOf,
} from "./stage-override";
import { type Before, decideCreate, isOurs, keptFormer } from "./stage-override-decide";

/** Writes the reference into the stage; takes up what a killed run of the same resource left; adopts only when told to. */
export async function createOverride(session: Session, inputs: Plain): Promise<{ id: string; outs: Plain }> {
  const label = labelOf("StageImageOverride", inputs);
  const stage = requireStage(inputs, label);
  const doing = doingTo("override", label, stage);
  requireSameAccount(session, inputs, doing);
  const { id, outs, outcome } = await claimed(session, stage, doing, () => make(session, stage, inputs, doing));
  tellOf(session, outcome, { label, doing, id, outs, inputs });
  return { id, outs };
}

async function make(session: Session, stage: StageAddress, inputs: Plain, doing: string) {
  const { gathering } = session.harness(doing);
  const address = pipelineOf(stage);
  let before: Before | undefined;
  const outcome = await gathering.submit(address, {
    stage: stage.stageIdentifier,
    purpose: { doing },
    message: messageIn(inputs),
    summary: `stage ${stage.stageIdentifier}: ${inputs["connectorRef"]}`,
    expects: (mark) => isOurs(mark, inputs),
    decide: (pipeline, stored) => {
      requireStore(stored, stage, { doing });
      return decideCreate(pipeline, inputs, { doing }, (was) => {
        before = was;
      });
    },
  });
  const { stored } = outcome;
  const memory = {
    former: before && keptFormer(before),
    previous: before?.reference,
    written: knownText(inputs["connectorRef"]),
    lastCommitId: outcome.saved ? stored.git?.commitId : undefined,
  };
  const outs = { ...overrideOutputs(session, stored, inputs, memory), ...inputKeys(inputs) };
  return { id: stageId(stage), outs, outcome };
}

/** Two resources may carry the same Pulumi name under different parents; only one of them may have the stage. */
async function claimed<T>(session: Session, stage: StageAddress, doing: string, make: () => Promise<T>): Promise<T> {
  const key = changeKey(stage);
  if (session.made.has(key)) {
    const next = "remove one of the two resources, or let it name another stage.";
    throw new AlreadyExistsError({ doing, what: "another resource of this program has just overridden it", next });
  }
  session.made.add(key);
  try {
    return await make();
  } catch (error) {
    session.made.delete(key);
    throw error;
  }
}
