import { BACKUP, CANARY } from "../domain/account-default";
import { backupWire } from "../domain/harness-image-connector";
import { FORMER_TAG } from "../domain/marks";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { omit } from "../domain/plain";
import { isHarnessError } from "../errors";
import { ABSENT, ownerOf, type Task, written } from "./account-default";
import { unmarkedTags } from "./owned";
import { removed } from "./removal";

const AT = { identifier: BACKUP };

/** What was there before, as the backup connector has it; undefined without a backup of ours, or of the one we take over from. */
export async function keptFormer({ connectors, purpose, inputs }: Task): Promise<string | undefined> {
  const backup = await connectors.get(AT, purpose);
  if (backup === undefined) return undefined;
  const ours = ownerOf(backup, inputs) === "ours" || inputs["adopt"] === "takeover";
  return ours ? (backup.tags?.[FORMER_TAG] ?? undefined) : undefined;
}

/** A snapshot of what is there, without our own mark. */
export function snapshotOf(live: WireObject | undefined): string {
  if (live === undefined) return ABSENT;
  return JSON.stringify({ ...omit(live, SERVER_KEYS), ...unmarkedTags(live) });
}

/** Writes the backup connector, over one that an earlier run left. */
export async function keep(task: Task, former: string, before: WireObject | undefined): Promise<void> {
  const there = await task.connectors.get(AT, task.purpose);
  const isDone = (backup: WireObject) =>
    backup.tags?.[FORMER_TAG] === former && ownerOf(backup, task.inputs) === "ours";
  if (there !== undefined && isDone(there)) return;
  try {
    await written(task, AT, backupWire(former, task.owner, before), there, isDone);
  } catch (error) {
    // The former login may be with a secret that is gone: the snapshot itself still has it.
    if (!isHarnessError(error, "REFUSED") || before === undefined) throw error;
    await written(task, AT, backupWire(former, task.owner, undefined), there, isDone);
  }
}

/** Removes canary and backup, as far as they are ours. */
export async function dropHelpers(task: Task, which: readonly string[] = [CANARY, BACKUP]): Promise<void> {
  const { session, connectors, purpose, doing, label, inputs } = task;
  for (const identifier of which) {
    const address = { identifier };
    const there = await connectors.get(address, purpose);
    if (there === undefined || ownerOf(there, inputs) !== "ours") continue;
    await removed({ session, objects: connectors, noun: "connector", address, doing, purpose, label, force: false });
  }
}
