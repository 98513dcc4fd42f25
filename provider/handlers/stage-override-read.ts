import { knownText, OWNER_KEY } from "../domain/object-args";
import { placeOf } from "../domain/override-place";
import type { Pipeline } from "../domain/pipeline-stages";
import { type Plain, withoutUndefined } from "../domain/plain";
import { type StageAddress, sameReference, stageId, stageIn, stageOfId } from "../domain/stage-image-override";
import { InvalidInputError, NotFoundError } from "../errors";
import type { Session } from "../session";
import { inputsIn } from "./given-inputs";
import { KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { doingTo, memoryIn, overrideOutputs, pipelineOf, requireContent } from "./stage-override";
import { isOurs, movedTo, sightAt } from "./stage-override-decide";

/** What `read` answers. */
type Found = { id: string; props?: Plain; inputs?: Plain };

/** Reports what the stage has now. A stage that is no longer there is "gone", an empty id; one without the reference has drifted. */
export async function readOverride(session: Session, id: string, props: Plain): Promise<Found> {
  const label = labelOf("StageImageOverride", props, id);
  const stage = stageIn(props) ?? stageOfId(id);
  if (stage === undefined) {
    const doing = `read ${label}`;
    const next = "write org/project/pipeline/stage, e.g. default/demo/checkout/build.";
    throw new InvalidInputError({ doing, what: `"${id}" is not the id of a stage`, next });
  }
  const doing = doingTo("read", label, stage);
  requireSameAccount(session, props, doing);
  const known = { orgId: stage.orgId, projectId: stage.projectId };
  const names = { ...known, pipelineIdentifier: stage.pipelineIdentifier, stageIdentifier: stage.stageIdentifier };
  const { pipelines } = session.harness(doing);
  const stored = await pipelines.glance(pipelineOf(stage), { doing, hint: KEY_FROM_STATE });
  // Text that cannot be read is no news of the stage: to call it gone, or changed, would lose what is remembered of it.
  const pipeline = stored && requireContent(stored, { doing });
  const isThere = pipeline?.stages.some(({ identifier }) => identifier === stage.stageIdentifier) === true;
  const told = pipeline && (isThere ? lostTo : movedTo)(pipeline, props, stage);
  if (told !== undefined) session.notices.say(label, told);
  if (stored === undefined || !isThere) {
    if (props["yamlPath"] !== undefined) return { id: "" };
    const next = "correct the id (org/project/pipeline/stage).";
    throw new NotFoundError({ doing, what: `Harness has no stage ${stageId(stage)}`, next });
  }
  const outs = overrideOutputs(session, stored, { ...props, ...names }, memoryIn(props));
  return { id, props: outs, ...inputsOf(props, outs["connectorRef"]) };
}

/** A takeover with the same reference changes nothing that `refresh` would show. */
function lostTo(pipeline: Pipeline, props: Plain, stage: StageAddress): string | undefined {
  const place = placeOf(pipeline, stage.stageIdentifier);
  if ("what" in place || knownText(props[OWNER_KEY]) === undefined) return undefined;
  const { mark } = sightAt(pipeline, place);
  if (mark === undefined || isOurs(mark, props)) return undefined;
  return `the image connector of stage ${stageId(stage)} now belongs to the Pulumi resource ${mark.owner}`;
}

/** Exactly the inputs there were; only the reference can have drifted. */
function inputsOf(props: Plain, live: unknown): { inputs?: Plain } {
  const names = inputsIn(props);
  if (names === undefined) return {};
  const inputs = Object.fromEntries(names.map((key) => [key, props[key]]));
  const drifted = sameReference(String(live ?? ""), inputs["connectorRef"]) ? {} : { connectorRef: live };
  return { inputs: withoutUndefined({ ...inputs, ...drifted }) };
}
