import type { Purpose } from "../client/call";
import { FORMER_TAG, unmarked } from "../domain/marks";
import { SERVER_KEYS, type WireObject, wireObject } from "../domain/object";
import { omit, type Plain } from "../domain/plain";
import { type Address, addressOf } from "../domain/scope";
import { InvalidInputError, isHarnessError, RefusedError, StillReferencedError } from "../errors";
import { KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { callsOf, formerIn, keyOf, type Owned, ownershipOf, tagsOf } from "./owned";

/** Reference records go away some seconds after what referred. [H89] */
const REFERENCE_PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;
const TELL_EVERY_MS = 10_000;

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
  if (wish !== "retain" && (wish !== "restore" || former === undefined)) return remove(deletion);
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
  const before = wireObject.safeParse(parsed(former)).data;
  if (before === undefined) {
    const what = `what the ${owned.domain.noun} was before it was adopted cannot be read`;
    const next = `give it the settings it should keep and write onDelete: "retain", or onDelete: "delete"; the tag ${FORMER_TAG} was changed by hand.`;
    throw new InvalidInputError({ doing, what, next });
  }
  const { identifier, orgId, projectId } = address;
  // Whatever a tag says, no other object may be written to.
  const body = { ...before, identifier, orgIdentifier: orgId, projectIdentifier: projectId };
  await callsOf(owned, doing).update(address, body, purpose);
  owned.session.notices.say(label, "put back as it was before it was adopted");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deletes, waiting a bounded time for references that are already gone but still on record. */
async function remove(deletion: Deletion): Promise<void> {
  const { owned, props, address, doing, label } = deletion;
  const { client } = owned.session.harness(doing);
  const started = client.now();
  let told = started;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const refusal = await attempt(deletion, props["forceDelete"] === true);
    if (refusal === undefined) return;
    const waited = client.now() - started;
    if (waited + pause > REFERENCE_PATIENCE_MS) throw stillReferenced(deletion, refusal);
    if (client.now() - told >= TELL_EVERY_MS) {
      told = client.now();
      owned.session.notices.progress(
        `${label}: still referenced after ${Math.round(waited / 1000)} s, waiting for ${keyOf(owned, address)} to be released`,
      );
    }
    await client.sleep(pause, doing);
  }
}

/** Sends one delete. @returns the refusal when something still refers to the object. */
async function attempt({ owned, address, doing, purpose }: Deletion, force: boolean): Promise<Error | undefined> {
  const calls = callsOf(owned, doing);
  try {
    if (await calls.delete(address, force, purpose)) return undefined;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    if (error.code === "NOT_FOUND") return undefined;
    if (error.answer.code === "ENTITY_REFERENCE_EXCEPTION") return error;
    // "Not there" has no code of its own here, and a lost answer may mean success: look. [H47]
    if ((error.code === "REFUSED" || error.uncertain) && (await calls.get(address, purpose)) === undefined)
      return undefined;
    throw error;
  }
  if ((await calls.get(address, purpose)) === undefined) return undefined;
  throw new RefusedError({
    doing,
    what: "Harness answered that it did not delete it, and it is still there",
    next: "Run again; if it stays, delete it in Harness, where the reason may be shown.",
  });
}

function stillReferenced({ owned, doing }: Deletion, refusal: Error): StillReferencedError {
  return new StillReferencedError({
    doing,
    what: `something in Harness still uses this ${owned.domain.noun}`,
    next:
      "open it in Harness, see Referenced By, and remove what uses it (or destroy it first); then run again. " +
      "forceDelete: true deletes it all the same, where the account allows that.",
    answer: isHarnessError(refusal) ? refusal.answer : undefined,
    cause: refusal,
  });
}
