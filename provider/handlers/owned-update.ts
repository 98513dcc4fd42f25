import type { HarnessObjects } from "../api/objects";
import { differ, needsCall } from "../domain/diff";
import type { WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import { omit, type Plain } from "../domain/plain";
import { type Address, addressOf, idOf } from "../domain/scope";
import { GoneError, isHarnessError, OwnedElsewhereError } from "../errors";
import { inputKeys } from "./given-inputs";
import { labelOf, requireSameAccount } from "./handler";
import {
  callsOf,
  FORMER_KEY,
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
    ...(olds[FORMER_KEY] === undefined ? {} : { [FORMER_KEY]: olds[FORMER_KEY] }),
  };
  if (!needsCall(domain.rules, differ(domain.rules, olds, news))) {
    return { outs: { ...omit(olds, absentArgs(owned, olds, news)), ...omit(news, ["__provider"]), ...kept } };
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
    ownershipOf(there, olds, news) === "ours" &&
    unequal(domain, settingsOf(domain, there), { description: "", tags: {}, ...news }).length === 0 &&
    !domain.unseenChange(olds, news);
  if (isDone(live)) return { outs: { ...outputsOf(owned, address, live, news), ...kept } };
  const body = domain.wire(owned.reveal?.(news, doing) ?? news, tagsFor(news, knownText(olds[FORMER_KEY])), live);
  const saved = await save(objects, address, body, doing, isDone);
  return { outs: { ...outputsOf(owned, address, saved, news), ...kept } };
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

/** Remembered arguments that the program no longer gives must not stay in the outputs. */
function absentArgs({ domain }: Owned, olds: Plain, news: Plain): string[] {
  return Object.keys(domain.rules).filter(
    (key) => domain.rules[key]?.effect === "note" && key in olds && !(key in news),
  );
}
