import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { differ, sameOrBlank } from "../domain/diff";
import { dockerSpecRules } from "../domain/docker-spec";
import {
  harnessImageConnectorArgs,
  harnessImageConnectorRules,
  reviewAccountDefault,
  switchNews,
  unaskedNews,
} from "../domain/harness-image-connector";
import type { Review } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import type { Finding, Question } from "../preflight";
import type { Session } from "../session";
import { ADDRESS, objectionTo, ownerOf, TYPE, taskOf } from "./account-default";
import { backupOf } from "./account-default-backup";
import { createDefault, GONE, updateDefault } from "./account-default-change";
import { deleteDefault } from "./account-default-delete";
import { readDefault } from "./account-default-read";
import { claimOf } from "./account-default-switch";
import { delegateQuestions, permissionQuestion, secretQuestions } from "./account-questions";
import { defineHandler, type Handler, labelOf } from "./handler";
import { imagesQuestion } from "./image-proof";

const ID = ACCOUNT_DEFAULT;
const NEEDED = ["core_connector_view", "core_connector_edit", "core_connector_delete"];

/** The account's default: switched only after its new settings have proved good, and put back at the end. */
export function harnessImageConnector(session: Session): Handler {
  const definition = {
    type: TYPE,
    schema: harnessImageConnectorArgs,
    rules: harnessImageConnectorRules,
    deleteBeforeReplace: true,
    review: (args: Plain, stored: Plain) => review(session, args, stored),
    questions: (inputs: Plain, stored: Plain) => questions(session, inputs, stored),
  };
  return defineHandler(session, definition, {
    create: (inputs) => createDefault(session, inputs),
    read: (id, props) => readDefault(session, id, props),
    update: (_id, olds, news) => updateDefault(session, olds, news),
    delete: (_id, props) => deleteDefault(session, props),
  });
}

function review(session: Session, args: Plain, stored: Plain): Review {
  const found = reviewAccountDefault(args);
  const isNew = stored["identifier"] === undefined;
  const isAsked = session.settings.apiKey !== undefined && (args["preflight"] ?? session.settings.preflight) !== "off";
  const wanted = { ...args, ...found.computed };
  const news = isNew && !isAsked && found.problems.length === 0 ? [{ path: "", text: unaskedNews(wanted) }] : [];
  const twice = declaredTwice(session, args);
  return {
    ...found,
    remarks: [...found.remarks, ...news],
    problems: twice === undefined ? found.problems : [...found.problems, { path: "", text: twice }],
  };
}

function declaredTwice(session: Session, args: Plain): string | undefined {
  const owner = knownText(args[OWNER_KEY]);
  if (owner === undefined) return undefined;
  const key = `connector ${ACCOUNT_DEFAULT}`;
  const first = session.declared.get(key) ?? owner;
  session.declared.set(key, first);
  if (first === owner) return undefined;
  return `an account has one default, and ${labelOf(TYPE, { [OWNER_KEY]: first })} of this program declares it already; remove one of them`;
}

/** What is asked of Harness, and what the switch means for builds. */
function questions(session: Session, inputs: Plain, stored: Plain): Question[] {
  return [
    permissionQuestion(session, {}, inputs["verify"] === undefined ? NEEDED : [...NEEDED, "core_account_view"]),
    { path: "", needs: [], ask: () => askSwitch(session, inputs, stored) },
    ...(isSwitch(inputs, stored) ? [imagesQuestion(session, () => claimOf(taskOf(session, "switch", inputs)))] : []),
    ...secretQuestions(session, inputs, {}),
    ...delegateQuestions(session, inputs, {}),
  ];
}

/** Whether images are looked for in `up`: not where it only tests again, which must not be held up by what has nothing to do with it. */
function isSwitch(inputs: Plain, stored: Plain): boolean {
  const { changed } = differ(dockerSpecRules, stored, inputs);
  const isTaking = inputs["adopt"] === "takeover" && stored["adopt"] !== "takeover";
  return isTaking || changed.some((key) => key !== "triggers" && key !== "testConnection");
}

async function askSwitch(session: Session, inputs: Plain, stored: Plain): Promise<Finding> {
  const task = taskOf(session, "look up", inputs, { olds: stored });
  const live = await task.connectors.get(ADDRESS, task.purpose).catch((error: unknown) => {
    // Who may not look is to know all the same what it means.
    session.notices.say(task.label, unaskedNews(inputs));
    throw error;
  });
  const isKnown = stored["identifier"] !== undefined;
  if (live === undefined && isKnown) return `connector ${ID} ${GONE.what}; ${GONE.next} [GONE]`;
  const objection = objectionTo(task, live, await backupOf(task));
  if (objection !== undefined)
    return `cannot switch connector ${ID}: ${objection.what}; ${objection.next} [OWNED_ELSEWHERE]`;
  const owner = live === undefined ? "nobody" : ownerOf(live, ...task.mine);
  const news = switchNews(live, inputs, typeof owner === "object" ? owner.other : undefined);
  if (news !== undefined) return { news };
  return isKnown && !sameOrBlank(stored["triggers"], inputs["triggers"]) ? { news: ROTATION } : undefined;
}

const ROTATION =
  "tests the connector as it is. A secret that is rotated in the same run has its new value before that: every build uses it at once, " +
  "and a wrong one breaks them. To have it tested first, put it into a new SecretText with another identifier and refer to that";
