import { CANARY } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { canaryWire, defaultWire, hasSettings, shown } from "../domain/harness-image-connector";
import type { WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { idOf } from "../domain/scope";
import { testSettings } from "../domain/test-connection";
import { verifySettings } from "../domain/verify-arg";
import { isHarnessError, OwnedElsewhereError } from "../errors";
import { ADDRESS, ownerOf, type Task, written } from "./account-default";
import { dropHelpers } from "./account-default-backup";
import { lastTest, type Trial, tellFailure, testFailed, tried, type Verdict } from "./connection-trial";
import { type ImageClaim, proveImages } from "./image-proof";

const AT = { identifier: CANARY };
const MOST_CANARIES = 3;
/** What is said of a switch that fails before it counts. */
const UNTOUCHED = "The account's default was not touched";

/** How the account's default is switched. */
export interface Switching {
  /** Called when the settings have proved good, right before they count. @returns what is there now */
  readonly before: () => Promise<WireObject | undefined>;
  /** Puts back what was there, when the switched connector fails its test. @returns what became of it, as a sentence */
  readonly takeBack: () => Promise<string>;
}

/** The switched connector, and what its test adds to the outputs. */
export interface Switched {
  readonly live: WireObject;
  readonly proved: Plain;
}

/** Tries the wanted settings out on a canary, switches, tests again. The canary goes away however that ends. */
export async function switched(task: Task, { before, takeBack }: Switching): Promise<Switched> {
  const { session, label, inputs } = task;
  const trial = trialOf(task);
  await proveImages(session, claimOf(task));
  if (trial.settings.mode !== "off") await tryOnCanary(task, trial);
  const there = await before();
  const body = defaultWire(inputs, task.owner, there);
  const isDone = (live: WireObject) => hasSettings(live, inputs) && ownerOf(live, inputs) === "ours";
  const live = there !== undefined && isDone(there) ? there : await written(task, ADDRESS, body, there, isDone);
  const proved = await testedAgain(trial, takeBack);
  const tested = trial.settings.mode === "off" ? "was not tested" : "has been tested";
  session.notices.say(label, `the account's image connector now is ${shown(specSettings(live))}, and ${tested}`);
  return { live, proved };
}

/** What builds will pull through the connector: the account's list, its own images where nobody has overridden them, and what this run pins. */
export function claimOf({ session, inputs, label, doing, purpose }: Task): ImageClaim {
  const { infra } = verifySettings(inputs);
  const images = async () => {
    const listed = await session.harness(doing).ciImages.effective(infra, purpose);
    return { ...listed, ...Object.fromEntries(session.pinned[infra]) };
  };
  return { label, doing, inputs, url: knownText(inputs["url"]), images };
}

/** Tests the account's default as it is. @throws ConnectionTestFailedError after taking it back, where the test is required */
export async function testedAgain(trial: Trial, takeBack: () => Promise<string>): Promise<Plain> {
  const { session, settings } = trial;
  if (settings.mode === "off") return {};
  const verdict = await tried(trial);
  if (!verdict.ok && settings.mode === "require") throw testFailed(trial, verdict, await takeBack());
  tellFailure(trial, verdict);
  return lastTest(session, verdict);
}

/** The test of the account's default. */
export function trialOf({ session, inputs, label, doing }: Task): Trial {
  return { session, settings: testSettings(inputs, "require"), address: ADDRESS, inputs, label, doing };
}

async function tryOnCanary(task: Task, trial: Trial): Promise<void> {
  const { session, label } = task;
  session.notices.progress(`${label}: trying the new settings out on connector ${idOf(AT)} first`);
  let left = "";
  const verdict = await canaryVerdict(task, trial)
    .catch((error: unknown) => {
      session.notices.say(label, `${UNTOUCHED}: the new settings could not be tried out`);
      throw error;
    })
    .finally(async () => {
      left = await dropCanary(task);
    });
  if (!verdict.ok && trial.settings.mode === "require") {
    const where = left === "" ? "which is removed" : "which is left";
    throw testFailed(trial, verdict, `${UNTOUCHED}: the test was made on the connector ${idOf(AT)}, ${where}.`);
  }
  tellFailure(trial, verdict);
}

/** A killed run whose plugin is still at work may remove the canary under our hands: then it is made again. */
async function canaryVerdict(task: Task, trial: Trial): Promise<Verdict> {
  for (let attempt = 1; ; attempt += 1) {
    await makeCanary(task);
    const verdict = await tried({ ...trial, address: AT });
    const vanished = "untested" in verdict && verdict.untested.code === "NOT_FOUND";
    if (!vanished || attempt >= MOST_CANARIES) return verdict;
  }
}

/** Makes the canary, or takes the one that a killed run left. */
async function makeCanary(task: Task): Promise<void> {
  const { connectors, purpose, inputs, mine, owner, doing } = task;
  const isDone = (live: WireObject) => hasSettings(live, inputs) && ownerOf(live, inputs) === "ours";
  const write = (there: WireObject | undefined) =>
    written(task, AT, canaryWire(CANARY, inputs, owner, there), there, isDone);
  try {
    await write(undefined);
  } catch (error) {
    if (!isHarnessError(error, "REFUSED")) throw error;
    const there = await connectors.get(AT, purpose);
    if (there === undefined) throw error;
    const owned = ownerOf(there, ...mine);
    if (typeof owned === "object" && inputs["adopt"] !== "takeover") {
      const what = `the Pulumi resource ${owned.other} is trying settings out on connector ${CANARY}, or was killed while it did`;
      const next = `wait until it is done; if it will not go on, delete connector ${CANARY} in Harness and run again.`;
      throw new OwnedElsewhereError({ doing, what, next, cause: error });
    }
    await write(there);
  }
}

/** That the canary stays behind must not hide how the switch ended. @returns why it is left; nothing when it is gone */
async function dropCanary(task: Task): Promise<string> {
  try {
    await dropHelpers(task, [CANARY]);
    return "";
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const text = `connector ${CANARY} could not be removed and is left in Harness (${error.code}); the next \`pulumi up\` removes it`;
    task.session.notices.say(task.label, text);
    return error.code;
  }
}
