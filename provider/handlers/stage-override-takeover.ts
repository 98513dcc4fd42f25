import type { StoredPipeline } from "../api/stored-pipeline";
import { knownText } from "../domain/object-args";
import { placeOf } from "../domain/override-place";
import type { Plain } from "../domain/plain";
import { type StageAddress, stageId } from "../domain/stage-image-override";
import { isUnknown } from "../domain/unknown";
import { isOurs, type Sight, sightAt } from "./stage-override-decide";

const FAREWELLS: Readonly<Record<string, string>> = {
  restore: "puts that back",
  remove: "takes the setting out",
  retain: "leaves the new one",
};

/**
 * What would be taken over, and from whom: the plan shows a create, or an update, like any other.
 *
 * @param stored what the state has of the resource; undefined for a new one
 */
export function takeoverOf(
  { content }: StoredPipeline,
  stage: StageAddress,
  inputs: Plain,
  stored: Plain | undefined,
): string | undefined {
  const place = "problem" in content ? undefined : placeOf(content, stage.stageIdentifier);
  if ("problem" in content || place === undefined || "what" in place) return undefined;
  const sight = sightAt(content, place);
  const where = `stage ${stageId(stage)}`;
  if (stored !== undefined) return losing(sight, where, [inputs, stored]);
  return isUnknown(inputs["adopt"]) || isUnknown(inputs["connectorRef"]) ? undefined : taking(sight, where, inputs);
}

/** The inputs, which is all that preview has, do not tell under what name a resource that was renamed since has written its mark. */
function losing({ mark }: Sight, where: string, known: readonly Plain[]): string | undefined {
  if (mark === undefined || isOurs(mark, ...known)) return undefined;
  return `${where} carries the comment of the Pulumi resource ${mark.owner}: unless that is a former name of this one, \`pulumi up\` will not change it`;
}

function taking({ mark, value }: Sight, where: string, inputs: Plain): string | undefined {
  if (mark !== undefined && !isOurs(mark, inputs)) {
    if (inputs["marker"] === false) {
      return `takes ${where} from the Pulumi resource ${mark.owner}, which marker: false keeps it from noticing: its destroy would take this override along. Remove it with \`pulumi state delete\`, or leave marker out`;
    }
    return `takes ${where} from the Pulumi resource ${mark.owner}; take that one out of its program, which leaves the stage as it is then`;
  }
  if (value === undefined) return undefined;
  if (mark !== undefined) {
    if (value === inputs["connectorRef"]) return undefined;
    return `finds its own comment at ${where}, beside the image connector ${value}, which it replaces: a run that was killed wrote it, or somebody has changed it`;
  }
  const onDelete = knownText(inputs["onDelete"]) ?? "restore";
  const asked = value.startsWith("<+input>") ? ". Input sets and triggers that give it lose their effect" : "";
  return `takes over ${where}, which has the image connector ${value} now; destroy ${FAREWELLS[onDelete]}${asked}`;
}
