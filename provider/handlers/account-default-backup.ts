import { BACKUP, CANARY } from "../domain/account-default";
import { specWire } from "../domain/docker-spec";
import { backupWire, hasSettings } from "../domain/harness-image-connector";
import { FORMER_TAG, OWNER_TAG } from "../domain/marks";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { isPlain, omit, type Plain } from "../domain/plain";
import { isHarnessError } from "../errors";
import { ABSENT, formerIn, ownerOf, type Task, written } from "./account-default";
import { unmarkedTags } from "./owned";
import { removed } from "./removal";

const AT = { identifier: BACKUP };

/** The backup connector as it is. */
export function backupOf({ connectors, purpose }: Task): Promise<WireObject | undefined> {
  return connectors.get(AT, purpose);
}

/** What was there before, as a backup has it that is ours, or that of the one we take over from. */
export function keptFormer({ mine, inputs }: Task, backup: WireObject | undefined): string | undefined {
  if (backup === undefined) return undefined;
  const owner = ownerOf(backup, ...mine);
  const isMine = owner === "ours" || (typeof owner === "object" && inputs["adopt"] === "takeover");
  return isMine ? (backup.tags?.[FORMER_TAG] ?? undefined) : undefined;
}

/**
 * What destroy is to put back, seen before a switch. What an earlier run kept goes before what is there now, where that is ours, or is
 * gone, or has our settings and has lost only its mark; else it is somebody's, and a snapshot is taken. Undefined: nobody knows.
 */
export function formerOf(task: Task, live: WireObject | undefined, backup: WireObject | undefined): string | undefined {
  const kept = keptFormer(task, backup);
  const isMarked = live !== undefined && ownerOf(live) !== "nobody";
  if (isMarked) return kept;
  const isTakenOver = backup !== undefined && typeof ownerOf(backup, ...task.mine) === "object";
  const isOurs = live === undefined || isTakenOver || hasSettings(live, task.inputs);
  return (isOurs ? kept : undefined) ?? snapshotOf(live);
}

function snapshotOf(live: WireObject | undefined): string {
  if (live === undefined) return ABSENT;
  return JSON.stringify({ ...omit(live, SERVER_KEYS), ...unmarkedTags(live) });
}

/** Writes the backup connector, over the one that is there. */
export async function keep(task: Task, former: string, backup: WireObject | undefined): Promise<void> {
  const isDone = (there: WireObject) => there.tags?.[FORMER_TAG] === former && ownerOf(there, task.inputs) === "ours";
  if (backup !== undefined && isDone(backup)) return;
  const { spec } = formerIn(former) ?? {};
  const write = (own: Plain | undefined) => written(task, AT, backupWire(former, task.owner, own), backup, isDone);
  try {
    await write(isPlain(spec) ? spec : undefined);
  } catch (error) {
    // The secret of the former login may be gone, or a policy may forbid what was there. The wanted settings have just been taken for
    // the canary, and the snapshot itself is in the tag.
    if (!isHarnessError(error, "REFUSED") && !isHarnessError(error, "POLICY_DENIED")) throw error;
    await write(specWire(task.inputs));
  }
}

/** Leaves the backup to whoever wants it: with what it keeps, and without our mark. */
export async function disown(task: Task): Promise<void> {
  const backup = await backupOf(task);
  if (backup === undefined || ownerOf(backup, ...task.mine) !== "ours") return;
  const tags = omit(backup.tags ?? {}, [OWNER_TAG]);
  await task.connectors.update(AT, { ...omit(backup, SERVER_KEYS), tags }, task.purpose);
}

/** Removes canary and backup, as far as they are ours. */
export async function dropHelpers(task: Task, which: readonly string[] = [CANARY, BACKUP]): Promise<void> {
  const { session, connectors, purpose, doing, label, mine } = task;
  for (const identifier of which) {
    const address = { identifier };
    const there = await connectors.get(address, purpose);
    if (there === undefined || ownerOf(there, ...mine) !== "ours") continue;
    await removed({ session, objects: connectors, noun: "connector", address, doing, purpose, label, force: false });
  }
}
