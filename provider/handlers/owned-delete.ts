import type { Purpose } from "../client/call";
import { unmarked } from "../domain/marks";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { omit, type Plain } from "../domain/plain";
import { type Address, addressOf } from "../domain/scope";
import { KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { callsOf, formerIn, keyOf, type Owned, ownershipOf, tagsOf } from "./owned";
import { formerBody } from "./owned-claim";
import { removed } from "./removal";

const FORCE = "forceDelete: true deletes it all the same, where the account allows that.";

/** One delete under way. */
interface Deletion {
  readonly owned: Owned;
  readonly props: Plain;
  readonly address: Address;
  readonly doing: string;
  readonly purpose: Purpose;
  readonly label: string;
}

/** Undoes what the resource did: deletes what it made, restores or leaves what it adopted. Already gone is success. */
export async function deleteOwned(owned: Owned, id: string, props: Plain): Promise<void> {
  const { domain, session } = owned;
  const label = labelOf(domain.type, props, id);
  const doing = `delete ${label} (${domain.noun} ${id})`;
  const purpose = { doing, hint: KEY_FROM_STATE };
  const address = addressOf(id);
  if (address === undefined)
    return session.notices.say(label, `"${id}" is the id of no ${domain.noun}; nothing to delete`);
  requireSameAccount(session, props, doing);
  const key = keyOf(owned, address);
  if (session.made.has(key) || session.declared.has(key)) {
    // Left over from a replacement under the same identifier, perhaps of a run that was killed: the object itself is in use.
    return session.notices.say(label, `${key} is declared by this program; only the old record is dropped`);
  }
  const live = await callsOf(owned, doing).shelf.find(address, purpose);
  if (live === undefined) return;
  await undo({ owned, props, address, doing, purpose, label }, live);
}

async function undo(deletion: Deletion, live: WireObject, fresh = false): Promise<void> {
  const { owned, props, address, doing, purpose, label } = deletion;
  const { domain, session } = owned;
  const owner = ownershipOf(live, props);
  if (typeof owner === "object") return session.notices.say(label, `left in place: it now belongs to ${owner.other}`);
  if (live.type !== domain.wireType)
    return session.notices.say(label, `left in place: Harness has a ${live.type} there now`);
  const former = formerIn(props, live);
  const wish = props["onDelete"] ?? (former === undefined ? "delete" : domain.restorable ? "restore" : "retain");
  if (wish !== "retain" && (wish !== "restore" || former === undefined)) {
    const force = props["forceDelete"] === true;
    return removed({ ...deletion, session, objects: callsOf(owned, doing), noun: domain.noun, force, way: FORCE });
  }
  if (!fresh) {
    // What is written back must not be some seconds old.
    const now = await callsOf(owned, doing).get(address, purpose);
    return now === undefined ? undefined : undo(deletion, now, true);
  }
  return wish === "retain" || former === undefined ? retain(deletion, live) : restore(deletion, former);
}

/** Leaves the object, without our mark where that can be done without touching what cannot be read. */
async function retain({ owned, address, doing, purpose, label }: Deletion, live: WireObject): Promise<void> {
  if (!owned.domain.restorable) {
    const text = 'left in place with its tag pulumi_owner; a program that wants it says adopt: "takeover"';
    return owned.session.notices.say(label, text);
  }
  const body = { ...omit(live, SERVER_KEYS), tags: unmarked(tagsOf(live)) };
  await callsOf(owned, doing).update(address, body, purpose);
  owned.session.notices.say(label, "left in place, without the tag pulumi_owner");
}

async function restore({ owned, address, doing, purpose, label }: Deletion, former: string): Promise<void> {
  const body = formerBody(former, address, owned.domain.noun, doing);
  await callsOf(owned, doing).update(address, body, purpose);
  owned.session.notices.say(label, "put back as it was before it was adopted");
}
