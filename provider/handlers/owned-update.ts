import type { HarnessObjects } from "../api/objects";
import { differ, needsCall } from "../domain/diff";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import { omit, type Plain, withoutUndefined } from "../domain/plain";
import { type Address, addressOf, idOf } from "../domain/scope";
import { GoneError, isHarnessError, OwnedElsewhereError } from "../errors";
import { UNCHANGED } from "./connection-trial";
import { inputKeys, keptOutputs, rememberedOutputs } from "./given-inputs";
import { labelOf, requireSameAccount } from "./handler";
import {
  callsOf,
  FORMER_KEY,
  LAST_TEST_KEY,
  type Owned,
  outputsOf,
  ownershipOf,
  requireType,
  settingsOf,
  tagsFor,
  unequal,
} from "./owned";

/** Gives the object the wanted settings; sends nothing when nothing differs. */
export async function updateOwned(owned: Owned, id: string, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const { domain, session } = owned;
  const doing = `update ${labelOf(domain.type, news, id)} (${domain.noun} ${id})`;
  requireSameAccount(session, olds, doing);
  const kept = {
    ...inputKeys(news),
    ...keptOutputs(olds, [FORMER_KEY, LAST_TEST_KEY]),
  };
  const { changed } = differ(domain.rules, olds, news);
  if (!needsCall(domain.rules, { changed })) {
    return { outs: { ...rememberedOutputs(domain.rules, olds, news), ...kept } };
  }
  const address = addressOf(id);
  if (address === undefined) throw new Error(`the state holds an id that is none of ours: ${id}`);
  const objects = callsOf(owned, doing);
  const live = await objects.get(address, { doing });
  if (live === undefined) {
    const next = "run `pulumi refresh`, then `pulumi up`: that creates it again.";
    throw new GoneError({ doing, what: `the ${domain.noun} ${idOf(address)} is no longer there`, next });
  }
  requireType(owned, live, doing);
  const owner = ownershipOf(live, olds, news);
  if (typeof owner === "object") {
    const what = `the ${domain.noun} now belongs to the Pulumi resource ${owner.other}`;
    const next =
      "leave it to that resource and remove this one from the program (`pulumi state delete` forgets it), or take it back there.";
    throw new OwnedElsewhereError({ doing, what, next });
  }
  const isDone = (there: WireObject) =>
    ownershipOf(there, news) === "ours" &&
    unequal(domain, settingsOf(domain, there), { description: "", tags: {}, ...news }).length === 0 &&
    !domain.unseenChange(olds, news);
  const body = domain.wire(owned.reveal?.(news, doing) ?? news, tagsFor(news, knownText(olds[FORMER_KEY])), live);
  const saved = isDone(live) ? live : await save(objects, address, body, doing, isDone);
  const before = isDone(live) ? formerSettings(owned, olds, live) : omit(live, SERVER_KEYS);
  const takeBack = () => takenBack(owned, address, before, doing);
  const proved = await owned.prove?.({ address, inputs: news, doing, changed, takeBack });
  return { outs: withoutUndefined({ ...outputsOf(owned, address, saved, news), ...kept, ...proved }) };
}

/** What to put back where nothing had to be sent: what a killed run had already sent, or nothing at all. */
function formerSettings({ domain }: Owned, olds: Plain, live: WireObject): Plain | undefined {
  const same = unequal(domain, settingsOf(domain, live), olds).length === 0;
  return same ? undefined : domain.wire(olds, tagsFor(olds, knownText(olds[FORMER_KEY])), live);
}

/** Gives the object the settings it had. What cannot be undone is seen by the next run, for the state still holds the old ones. */
async function takenBack(owned: Owned, address: Address, before: Plain | undefined, doing: string): Promise<string> {
  if (before === undefined) return UNCHANGED;
  try {
    await callsOf(owned, doing).update(address, before, { doing });
    return "The former settings were put back.";
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const words = error.answer.message === undefined ? "" : `: ${error.answer.message}`;
    return `Putting the former settings back failed (${error.code}${words}), so the new ones are in Harness; the next \`pulumi up\` sees to it.`;
  }
}

/** Sends the update. When its answer is lost, what is there tells whether it was applied. */
async function save(
  objects: HarnessObjects,
  address: Address,
  body: Plain,
  doing: string,
  isDone: (there: WireObject) => boolean,
): Promise<WireObject> {
  try {
    return await objects.update(address, body, { doing });
  } catch (error) {
    if (!isHarnessError(error) || !error.uncertain) throw error;
    const there = await objects.get(address, { doing }).catch(() => undefined);
    if (there === undefined || !isDone(there)) throw error;
    return there;
  }
}
