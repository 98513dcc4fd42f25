import type { HarnessObjects } from "../api/objects";
import type { Purpose } from "../client/call";
import { type Address, idOf } from "../domain/scope";
import { isHarnessError, RefusedError, StillReferencedError } from "../errors";
import type { Session } from "../session";

/** Reference records go away some seconds after what referred. [H89] */
const REFERENCE_PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;
const TELL_EVERY_MS = 10_000;

/** One object to be deleted. */
export interface Removal {
  readonly session: Session;
  readonly objects: HarnessObjects;
  readonly noun: string;
  readonly address: Address;
  readonly doing: string;
  readonly purpose: Purpose;
  /** The resource, for notices. */
  readonly label: string;
  /** Delete even while something refers to it. */
  readonly force: boolean;
  /** How the program can have it deleted all the same, as a sentence; absent where it cannot. */
  readonly way?: string | undefined;
}

/** Deletes, waiting a bounded time for references that are already gone but still on record. */
export async function removed(removal: Removal): Promise<void> {
  const { session, noun, address, doing, label, force } = removal;
  const { client } = session.harness(doing);
  const started = client.now();
  const stop = client.every(TELL_EVERY_MS, () => {
    const waited = Math.round((client.now() - started) / 1000);
    session.notices.progress(
      `${label}: still referenced after ${waited} s, waiting for ${noun} ${idOf(address)} to be released`,
    );
  });
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const refusal = await attempt(removal, force);
      if (refusal === undefined) return;
      if (client.now() - started + pause > REFERENCE_PATIENCE_MS) throw stillReferenced(removal, refusal);
      await client.sleep(pause, doing);
    }
  } finally {
    stop();
  }
}

/** Sends one delete. @returns the refusal when something still refers to the object. */
async function attempt({ objects, address, doing, purpose }: Removal, force: boolean): Promise<Error | undefined> {
  try {
    if (await objects.delete(address, force, purpose)) return undefined;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    if (error.code === "NOT_FOUND") return undefined;
    if (error.answer.code === "ENTITY_REFERENCE_EXCEPTION") return error;
    // "Not there" has no code of its own here, and a lost answer may mean success: look. [H47]
    if ((error.code === "REFUSED" || error.uncertain) && (await objects.get(address, purpose)) === undefined)
      return undefined;
    throw error;
  }
  if ((await objects.get(address, purpose)) === undefined) return undefined;
  throw new RefusedError({
    doing,
    what: "Harness answered that it did not delete it, and it is still there",
    next: "Run again; if it stays, delete it in Harness, where the reason may be shown.",
  });
}

function stillReferenced({ noun, doing, way }: Removal, refusal: Error): StillReferencedError {
  return new StillReferencedError({
    doing,
    what: `something in Harness still uses this ${noun}`,
    next: `open it in Harness, see Referenced By, and remove what uses it (or destroy it first); then run again.${way === undefined ? "" : ` ${way}`}`,
    answer: isHarnessError(refusal) ? refusal.answer : undefined,
    cause: refusal,
  });
}
