import type { Review } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import {
  reviewOverride,
  stageImageOverrideArgs,
  stageImageOverrideRules,
  stageIn,
} from "../domain/stage-image-override";
import type { Session } from "../session";
import { defineHandler, type Handler, labelOf } from "./handler";
import { changeKey } from "./stage-override";
import { createOverride } from "./stage-override-create";
import { WRITTEN_KEY } from "./stage-override-decide";
import { deleteOverride } from "./stage-override-delete";
import { questionsAbout } from "./stage-override-questions";
import { readOverride } from "./stage-override-read";
import { updateOverride } from "./stage-override-update";

const TYPE = "StageImageOverride";

/** The image connector of one stage of a pipeline that is not ours. */
export function stageImageOverride(session: Session): Handler {
  const definition = {
    type: TYPE,
    schema: stageImageOverrideArgs,
    rules: stageImageOverrideRules,
    // The stage stays where it is: the old record's restore would undo what a new one has just written.
    deleteBeforeReplace: true,
    review: (args: Plain) => review(session, args),
    questions: (inputs: Plain, stored: Plain) => questionsAbout(session, inputs, stored),
  };
  const handler = defineHandler(session, definition, {
    create: (inputs) => createOverride(session, inputs),
    read: (id, props) => readOverride(session, id, props),
    update: (id, olds, news) => updateOverride(session, id, olds, news),
    delete: (id, props) => deleteOverride(session, id, props),
  });
  return {
    ...handler,
    diff: async (id, olds, news) => {
      const answer = await handler.diff(id, olds, news);
      return answer.changes ? answer : { ...answer, changes: isUnclaimed(olds, news) };
    },
  };
}

/** After a lost update and a refresh the stage has what the program says, but it is not on record that we wrote it. */
function isUnclaimed(olds: Plain, news: Plain): boolean {
  const written = knownText(olds[WRITTEN_KEY]);
  return written !== undefined && written !== news["connectorRef"];
}

function review(session: Session, args: Plain): Review {
  const { problems, ...rest } = reviewOverride(args);
  const twice = declaredTwice(session, args);
  return {
    ...rest,
    problems: twice === undefined ? problems : [...problems, { path: "stageIdentifier", text: twice }],
  };
}

/** Two resources of one program must not fight over one stage. */
function declaredTwice(session: Session, args: Plain): string | undefined {
  const stage = stageIn(args);
  const owner = knownText(args[OWNER_KEY]);
  if (stage === undefined || owner === undefined) return undefined;
  const key = changeKey(stage);
  const first = session.declared.get(key) ?? owner;
  session.declared.set(key, first);
  if (first === owner) return undefined;
  return `"${stage.stageIdentifier}" of pipeline ${stage.pipelineIdentifier} is already overridden by ${labelOf(TYPE, { [OWNER_KEY]: first })} of this program; remove one of them`;
}
