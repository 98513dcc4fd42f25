import { differ, needsCall } from "../domain/diff";
import { knownText } from "../domain/object-args";
import { omit, type Plain } from "../domain/plain";
import { addressOf, idOf } from "../domain/scope";
import { GoneError, OwnedElsewhereError } from "../errors";
import { labelOf, requireSameAccount } from "./handler";
import {
  callsOf,
  FORMER_KEY,
  INPUTS_KEY,
  type Owned,
  outputsOf,
  ownershipOf,
  settingsOf,
  tagsFor,
  unequal,
} from "./owned";

/** Gives the object the wanted settings; sends nothing when nothing differs. */
export async function updateOwned(owned: Owned, id: string, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const { domain, session } = owned;
  const doing = `update ${labelOf(domain.type, news, id)} (${domain.noun} ${id})`;
  requireSameAccount(session, olds, doing);
  const inputKeys = Object.keys(news).filter((key) => key !== "__provider");
  const kept = {
    [INPUTS_KEY]: inputKeys,
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
  const owner = ownershipOf(live, olds, news);
  if (typeof owner === "object") {
    const what = `the ${domain.noun} now belongs to the Pulumi resource ${owner.other}`;
    const next =
      "leave it to that resource and remove this one from the program (`pulumi state delete` forgets it), or take it back there.";
    throw new OwnedElsewhereError({ doing, what, next });
  }
  const settled = unequal(domain, settingsOf(domain, live), { description: "", tags: {}, ...news }).length === 0;
  if (settled && owner === "ours" && !domain.unseenChange(olds, news)) {
    return { outs: { ...outputsOf(owned, address, live, news), ...kept } };
  }
  const body = domain.wire(owned.reveal?.(news, doing) ?? news, tagsFor(news, knownText(olds[FORMER_KEY])), live);
  const saved = await objects.update(address, body, { doing });
  return { outs: { ...outputsOf(owned, address, saved, news), ...kept } };
}

/** Remembered arguments that the program no longer gives must not stay in the outputs. */
function absentArgs({ domain }: Owned, olds: Plain, news: Plain): string[] {
  return Object.keys(domain.rules).filter(
    (key) => domain.rules[key]?.effect === "note" && key in olds && !(key in news),
  );
}
