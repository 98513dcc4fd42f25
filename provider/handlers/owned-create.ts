import { SERVER_KEYS, type WireObject } from "../domain/object";
import { omit, type Plain, withoutUndefined } from "../domain/plain";
import { type Address, idOf } from "../domain/scope";
import { AlreadyExistsError, isHarnessError, OutcomeUnknownError } from "../errors";
import { inputKeys } from "./given-inputs";
import { labelOf, requireSameAccount } from "./handler";
import { addressIn, callsOf, keyOf, type Owned, outputsOf, ownershipOf, settingsOf, tagsFor, unequal } from "./owned";
import { formerOf, objectionError, objectionTo } from "./owned-claim";

/** A create whose answers keep getting lost is sent this often, each time after looking. */
const MOST_ATTEMPTS = 3;

/** One create under way. */
interface Creation {
  readonly owned: Owned;
  readonly inputs: Plain;
  readonly address: Address;
  readonly doing: string;
}

/** Creates the object; takes up what a killed run of the same resource left; adopts only when told to. */
export async function createOwned(owned: Owned, inputs: Plain): Promise<{ id: string; outs: Plain }> {
  const address = addressIn(inputs);
  const doing = `create ${labelOf(owned.domain.type, inputs)}${address === undefined ? "" : ` (${owned.domain.noun} ${idOf(address)})`}`;
  if (address === undefined) throw new Error("the engine created a resource without an identifier");
  requireSameAccount(owned.session, inputs, doing);
  const creation = { owned, inputs, address, doing };
  return claimed(creation, async () => {
    const { live, before } = await makeOrTake(creation);
    const takeBack = () => takenBack(creation, before);
    const proved = await owned.prove?.({ address, inputs, doing, takeBack });
    const outs = withoutUndefined({ ...outputsOf(owned, address, live, inputs), ...inputKeys(inputs), ...proved });
    return { id: idOf(address), outs };
  });
}

/** Removes what was made, or puts back what was taken. What cannot be undone carries our mark: the next run takes it up. */
async function takenBack({ owned, address, doing }: Creation, before: WireObject | undefined): Promise<string> {
  const { noun } = owned.domain;
  const objects = callsOf(owned, doing);
  try {
    if (before === undefined) {
      if (await objects.delete(address, false, { doing })) return `The ${noun} was removed again.`;
      return `Harness answered that it did not remove it again, so the ${noun} is still there; the next \`pulumi up\` takes it up.`;
    }
    await objects.update(address, omit(before, SERVER_KEYS), { doing });
    return `The ${noun} was put back as it was before.`;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return `Taking it back failed (${error.code}${error.answer.message === undefined ? "" : `: ${error.answer.message}`}), so the ${noun} is still there; the next \`pulumi up\` takes it up.`;
  }
}

/** Two resources may carry the same Pulumi name under different parents; only one of them may make the object. */
async function claimed<T>({ owned, address, doing }: Creation, make: () => Promise<T>): Promise<T> {
  const key = keyOf(owned, address);
  if (owned.session.made.has(key)) {
    const next = "give one of the two resources another identifier.";
    throw new AlreadyExistsError({ doing, what: "another resource of this program has just made it", next });
  }
  owned.session.made.add(key);
  try {
    return await make();
  } catch (error) {
    owned.session.made.delete(key);
    throw error;
  }
}

/** The object, and what was there in its place before this run; absent for what this run has made. */
interface Created {
  readonly live: WireObject;
  readonly before: WireObject | undefined;
}

async function makeOrTake(creation: Creation): Promise<Created> {
  const { owned, inputs, address, doing } = creation;
  const wishesToTake = inputs["adopt"] !== undefined && inputs["adopt"] !== false;
  const there = wishesToTake ? await callsOf(owned, doing).get(address, { doing }) : undefined;
  return there === undefined ? make(creation, 1) : take(creation, there);
}

/** Sends the create. Any answer that is not a clear yes is judged by looking at what is there. */
async function make(creation: Creation, attempt: number): Promise<Created> {
  const { owned, address, doing } = creation;
  try {
    const live = await callsOf(owned, doing).create(address, bodyOf(creation, undefined, undefined), { doing });
    return { live, before: undefined };
  } catch (error) {
    const lost = isHarnessError(error) && error.uncertain;
    if (!lost && !isHarnessError(error, "REFUSED")) throw error;
    const there = await lookAfter(creation, error, lost);
    if (there !== undefined) {
      const taken = await take(creation, there);
      // After a lost answer what carries our mark is what this run has sent.
      return lost && ownershipOf(there, creation.inputs) === "ours" ? { ...taken, before: undefined } : taken;
    }
    if (!lost || attempt >= MOST_ATTEMPTS) throw error;
    return make(creation, attempt + 1);
  }
}

async function lookAfter(
  { owned, address, doing }: Creation,
  error: Error,
  lost: boolean,
): Promise<WireObject | undefined> {
  try {
    return await callsOf(owned, doing).get(address, { doing });
  } catch (lookError) {
    if (!lost) throw error;
    throw new OutcomeUnknownError({
      doing,
      what: "the answer was lost, and looking whether it was created failed too",
      next: `run \`pulumi up\` again; it takes up what was created. The first failure was: ${error.message}`,
      cause: lookError,
    });
  }
}

/** Makes an existing object ours, when nothing stands against it, and gives it the wanted settings. */
async function take(creation: Creation, live: WireObject): Promise<Created> {
  const { owned, inputs, address, doing } = creation;
  const objection = objectionTo(owned.domain, live, inputs);
  if (objection !== undefined) throw objectionError(doing, objection);
  const owner = ownershipOf(live, inputs);
  const same = unequal(owned.domain, settingsOf(owned.domain, live), withDefaults(inputs)).length === 0;
  if (owner === "ours" && same && !owned.domain.unseenChange({}, inputs)) return { live, before: live };
  const body = bodyOf(creation, formerOf(live, owner), live);
  return { live: await callsOf(owned, doing).update(address, body, { doing }), before: live };
}

function bodyOf({ owned, inputs, doing }: Creation, former: string | undefined, base: WireObject | undefined): Plain {
  const args = owned.reveal?.(inputs, doing) ?? inputs;
  return owned.domain.wire(args, tagsFor(inputs, former), base);
}

/** The arguments with those that were left out, as Harness will report them. */
function withDefaults(inputs: Plain): Plain {
  return withoutUndefined({ description: "", tags: {}, ...inputs });
}
