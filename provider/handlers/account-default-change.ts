import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { differ, needsCall } from "../domain/diff";
import { specSettings } from "../domain/docker-spec";
import { defaultWire, harnessImageConnectorRules, hasSettings } from "../domain/harness-image-connector";
import type { WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { callsForTest } from "../domain/test-connection";
import { GoneError, isHarnessError } from "../errors";
import type { Session } from "../session";
import { ADDRESS, defaultOutputs, ownerOf, requireOurs, type Task, taskOf, WRITTEN_KEY } from "./account-default";
import { backupOf, dropHelpers, formerOf, keep } from "./account-default-backup";
import { putBack, putBackBody } from "./account-default-restore";
import { type Switched, switched, testedAgain, trialOf } from "./account-default-switch";
import { inputKeys, keptOutputs, rememberedOutputs } from "./given-inputs";
import { requireSameAccount } from "./handler";
import { FORMER_KEY, LAST_TEST_KEY } from "./owned";

const ID = ACCOUNT_DEFAULT;

/** What is said of a connector that the state knows and Harness does not. */
export const GONE = {
  what: "is no longer there",
  next: "run `pulumi refresh`, then `pulumi up`: that creates it again.",
};

/** Switches for the first time. */
export async function createDefault(session: Session, inputs: Plain): Promise<{ id: string; outs: Plain }> {
  const task = taskOf(session, "switch", inputs);
  requireSameAccount(session, inputs, task.doing);
  const seen: Seen = await lookAt(task);
  requireOurs(task, seen.live, seen.backup);
  const { live, proved, former } = await switchFrom(task, {});
  const kept = former === undefined ? {} : { [FORMER_KEY]: former };
  const more = { ...inputKeys(inputs), ...kept, ...proved, [WRITTEN_KEY]: specSettings(live) };
  return { id: ID, outs: defaultOutputs(task, live, inputs, more) };
}

/** Switches again, tests what is there, or only remembers, as the change wants it. */
export async function updateDefault(session: Session, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const task = taskOf(session, "switch", news, { olds });
  requireSameAccount(session, olds, task.doing);
  const { changed } = differ(harnessImageConnectorRules, olds, news);
  const isTakingOver = news["adopt"] === "takeover" && olds["adopt"] !== "takeover";
  if (!needsCall(harnessImageConnectorRules, { changed }) && !isTakingOver) {
    const kept = keptOutputs(olds, [FORMER_KEY, LAST_TEST_KEY, WRITTEN_KEY, "previous"]);
    return { outs: { ...rememberedOutputs(harnessImageConnectorRules, olds, news), ...kept, ...inputKeys(news) } };
  }
  const { live: found } = await present(task);
  const isSwitched = hasSettings(found, news) && ownerOf(found, news) === "ours";
  const done: Done = isSwitched
    ? { live: found, proved: callsForTest(changed) ? await testSwitched(task, found, olds) : {}, former: undefined }
    : await switchFrom(task, olds);
  const former = knownText(olds[FORMER_KEY]) ?? done.former;
  const lastTest = callsForTest(changed) || !isSwitched ? {} : keptOutputs(olds, [LAST_TEST_KEY]);
  const kept = former === undefined ? {} : { [FORMER_KEY]: former };
  const more = { ...inputKeys(news), ...lastTest, ...kept, ...done.proved, [WRITTEN_KEY]: specSettings(done.live) };
  return { outs: defaultOutputs(task, done.live, news, more) };
}

/** A switch that is done, and what destroy will put back. */
interface Done extends Switched {
  readonly former: string | undefined;
}

/** The account's default and its backup at one moment. */
interface Seen {
  readonly live: WireObject | undefined;
  readonly backup: WireObject | undefined;
}

async function lookAt(task: Task): Promise<Seen> {
  return { live: await task.connectors.get(ADDRESS, task.purpose), backup: await backupOf(task) };
}

/**
 * Switches from whatever is there. A backup is written before anything of somebody's is changed; where the connector is marked
 * already, and has its backup, that is only put into our name, when all has gone well.
 */
async function switchFrom(task: Task, olds: Plain): Promise<Done> {
  let seen: Seen = { live: undefined, backup: undefined };
  let former = knownText(olds[FORMER_KEY]);
  let isMade = false;
  let isKept = false;
  const isNew = olds["identifier"] === undefined;
  const before = async () => {
    // Trying out takes time: what is kept must be what is there now.
    seen = isNew ? await lookAt(task) : await present(task);
    requireOurs(task, seen.live, seen.backup);
    former ??= formerOf(task, seen.live, seen.backup);
    const isMarked = seen.live !== undefined && ownerOf(seen.live) !== "nobody";
    if (former !== undefined && !(isMarked && seen.backup !== undefined)) {
      await keep(task, former, seen.backup);
      isKept = true;
      isMade = seen.backup === undefined;
    }
    return seen.live;
  };
  const done = await switched(task, { before, takeBack: () => putBack(task, seen.live) }).catch(
    async (error: unknown) => {
      if (isMade && isNew) await tidied(task, error);
      throw error;
    },
  );
  if (former !== undefined && !isKept) await keep(task, former, seen.backup);
  return { ...done, former };
}

/** A first switch that came to nothing leaves no backup: nobody would ever remove it. That it cannot be removed hides no error. */
async function tidied(task: Task, error: unknown): Promise<void> {
  // What may still be applied needs its backup.
  if (!isHarnessError(error) || error.uncertain || error.code === "CANCELLED") return;
  try {
    const live = await task.connectors.get(ADDRESS, task.purpose);
    if (live === undefined || ownerOf(live, ...task.mine) === "nobody") await dropHelpers(task);
  } catch (other) {
    if (!isHarnessError(other)) throw other;
  }
}

/** Nothing is to be sent: only a trigger has changed, or a killed run has already switched. */
async function testSwitched(task: Task, live: WireObject, olds: Plain): Promise<Plain> {
  const trial = { ...trialOf(task), doing: task.doing.replace(/^switch/, "vouch for") };
  if (hasSettings(live, olds)) return testedAgain(trial, async () => BROKEN);
  return testedAgain(trial, () => putBackBody(task, defaultWire(olds, task.owner, live)));
}

const BROKEN =
  "NOTHING WAS SWITCHED, AND EVERY BUILD WITHOUT AN OVERRIDE PULLS WITH IT AS IT IS. If a secret was rotated in this run, its new value is the " +
  "cause: give it the right one, or the former one, and run `pulumi up` again now.";

async function present(task: Task): Promise<Seen & { readonly live: WireObject }> {
  const { live, backup } = await lookAt(task);
  if (live === undefined)
    throw new GoneError({ doing: task.doing, what: `connector ${ID} ${GONE.what}`, next: GONE.next });
  requireOurs(task, live, backup);
  return { live, backup };
}
