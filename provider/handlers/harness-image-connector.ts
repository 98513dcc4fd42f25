import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { differ, needsCall } from "../domain/diff";
import { specSettings } from "../domain/docker-spec";
import {
  defaultWire,
  harnessImageConnectorArgs,
  harnessImageConnectorRules,
  hasSettings,
  reviewAccountDefault,
  switchNews,
} from "../domain/harness-image-connector";
import { type Review, SERVER_KEYS, type WireObject } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { omit, type Plain } from "../domain/plain";
import { callsForTest } from "../domain/test-connection";
import { GoneError, isHarnessError } from "../errors";
import type { Question } from "../preflight";
import type { Session } from "../session";
import {
  ADDRESS,
  defaultOutputs,
  formerIn,
  objectionTo,
  ownerOf,
  requireOurs,
  type Task,
  TYPE,
  taskOf,
  WRITTEN_KEY,
} from "./account-default";
import { dropHelpers, keep, keptFormer, snapshotOf } from "./account-default-backup";
import { deleteDefault } from "./account-default-delete";
import { readDefault } from "./account-default-read";
import { putBack, putBackBody } from "./account-default-restore";
import { type Switched, switched, testedAgain, trialOf } from "./account-default-switch";
import { delegateQuestions, permissionQuestion, secretQuestions } from "./account-questions";
import { inputKeys, keptOutputs, rememberedOutputs } from "./given-inputs";
import { defineHandler, type Handler, labelOf, requireSameAccount } from "./handler";
import { FORMER_KEY, LAST_TEST_KEY } from "./owned";

const ID = ACCOUNT_DEFAULT;
const NEEDED = ["core_connector_view", "core_connector_edit", "core_connector_delete"];

/** The account's default: switched only after its new settings have proved good, and put back at the end. */
export function harnessImageConnector(session: Session): Handler {
  const definition = {
    type: TYPE,
    schema: harnessImageConnectorArgs,
    rules: harnessImageConnectorRules,
    deleteBeforeReplace: true,
    review: (args: Plain) => review(session, args),
    questions: (inputs: Plain) => questions(session, inputs),
  };
  return defineHandler(session, definition, {
    create: (inputs) => create(session, inputs),
    read: (id, props) => readDefault(session, id, props),
    update: (_id, olds, news) => update(session, olds, news),
    delete: (_id, props) => deleteDefault(session, props),
  });
}

function review(session: Session, args: Plain): Review {
  const found = reviewAccountDefault(args);
  const owner = knownText(args[OWNER_KEY]);
  if (owner === undefined) return found;
  const key = `connector ${ACCOUNT_DEFAULT}`;
  const first = session.declared.get(key) ?? owner;
  session.declared.set(key, first);
  if (first === owner) return found;
  const text = `an account has one default, and ${labelOf(TYPE, { [OWNER_KEY]: first })} of this program declares it already; remove one of them`;
  return { ...found, problems: [...found.problems, { path: "", text }] };
}

function questions(session: Session, inputs: Plain): Question[] {
  const ask = async () => {
    const { connectors, purpose } = taskOf(session, "look up", inputs);
    const live = await connectors.get(ADDRESS, purpose);
    const objection = live === undefined ? undefined : objectionTo(live, inputs);
    if (objection !== undefined) return `cannot switch connector ${ID}: ${objection.what}; ${objection.next}`;
    const news = switchNews(live, inputs);
    return news === undefined ? undefined : { news };
  };
  return [
    permissionQuestion(session, {}, NEEDED),
    { path: "", needs: [], ask },
    ...secretQuestions(session, inputs, {}),
    ...delegateQuestions(session, inputs, {}),
  ];
}

async function create(session: Session, inputs: Plain): Promise<{ id: string; outs: Plain }> {
  const task = taskOf(session, "switch", inputs);
  requireSameAccount(session, inputs, task.doing);
  const found = await task.connectors.get(ADDRESS, task.purpose);
  if (found !== undefined) requireOurs(task, found, inputs);
  let former: string | undefined;
  const before = async () => {
    // Trying out takes time: what is kept must be what is there now.
    const live = await task.connectors.get(ADDRESS, task.purpose);
    if (live !== undefined) requireOurs(task, live, inputs);
    former = await formerFor(task, live);
    return live;
  };
  const takeBack = () => putBack(task, former);
  const { live, proved } = await switched(task, { before, takeBack }).catch(async (error: unknown) => {
    // What may still be applied needs its backup.
    if (isHarnessError(error) && !error.uncertain && error.code !== "CANCELLED") await tidied(task);
    throw error;
  });
  const kept = former === undefined ? {} : { [FORMER_KEY]: former };
  const more = { ...inputKeys(inputs), ...kept, ...proved, [WRITTEN_KEY]: specSettings(live) };
  return { id: ID, outs: defaultOutputs(task, live, inputs, more) };
}

/** A first switch that came to nothing leaves no backup: nobody would ever remove it. That it cannot be removed hides no error. */
async function tidied(task: Task): Promise<void> {
  try {
    const live = await task.connectors.get(ADDRESS, task.purpose);
    if (live === undefined || ownerOf(live, task.inputs) === "nobody") await dropHelpers(task);
  } catch (error) {
    if (!isHarnessError(error)) throw error;
  }
}

/** What destroy will put back: kept from the first switch, however often settings have changed since. */
async function formerFor(task: Task, live: WireObject | undefined): Promise<string | undefined> {
  const fromBefore = live !== undefined && ownerOf(live) !== "nobody";
  const former = fromBefore ? await keptFormer(task) : snapshotOf(live);
  if (former !== undefined) await keep(task, former, fromBefore ? formerIn(former) : live);
  return former;
}

async function update(session: Session, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const task = taskOf(session, "switch", news);
  requireSameAccount(session, olds, task.doing);
  const { changed } = differ(harnessImageConnectorRules, olds, news);
  const kept = { ...inputKeys(news), ...keptOutputs(olds, [FORMER_KEY, LAST_TEST_KEY, WRITTEN_KEY, "previous"]) };
  if (!needsCall(harnessImageConnectorRules, { changed })) {
    return { outs: { ...rememberedOutputs(harnessImageConnectorRules, olds, news), ...kept } };
  }
  const found = await present(task, olds, news);
  const isSwitched = hasSettings(found, news) && ownerOf(found, olds, news) === "ours";
  const { live, proved } = isSwitched
    ? { live: found, proved: callsForTest(changed) ? await testSwitched(task, found, olds) : {} }
    : await switchAgain(task, olds, news);
  const more = { ...kept, ...proved, [WRITTEN_KEY]: specSettings(live) };
  return { outs: defaultOutputs(task, live, news, more) };
}

function switchAgain(task: Task, olds: Plain, news: Plain): Promise<Switched> {
  let former: WireObject | undefined;
  const before = async () => {
    former = await present(task, olds, news);
    return former;
  };
  const takeBack = () => putBackBody(task, former && omit(former, SERVER_KEYS));
  return switched(task, { before, takeBack });
}

/** Nothing is to be sent: only a trigger has changed, or a killed run has already switched. */
function testSwitched(task: Task, live: WireObject, olds: Plain): Promise<Plain> {
  const former = hasSettings(live, olds) ? undefined : defaultWire(olds, task.owner, live);
  return testedAgain(trialOf(task), () => putBackBody(task, former));
}

async function present(task: Task, olds: Plain, news: Plain): Promise<WireObject> {
  const live = await task.connectors.get(ADDRESS, task.purpose);
  if (live !== undefined) {
    requireOurs(task, live, olds, news);
    return live;
  }
  const next = "run `pulumi refresh`, then `pulumi up`: that creates it again.";
  throw new GoneError({ doing: task.doing, what: `connector ${ID} is no longer there`, next });
}
