import { BACKUP } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { hasSettings, shown } from "../domain/harness-image-connector";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import { isPlain, omit, type Plain } from "../domain/plain";
import type { Session } from "../session";
import { ABSENT, ADDRESS, formerIn, ownerOf, type Task, taskOf, WRITTEN_KEY } from "./account-default";
import { backupOf, disown, dropHelpers, keptFormer } from "./account-default-backup";
import { restored } from "./account-default-restore";
import { KEY_FROM_STATE, requireSameAccount } from "./handler";
import { FORMER_KEY, unmarkedTags } from "./owned";

/** Puts back what was there before, unless somebody has changed it since. Canary and backup go, where they are of no more use. */
export async function deleteDefault(session: Session, props: Plain): Promise<void> {
  const task = taskOf(session, "put back", props, { hint: KEY_FROM_STATE });
  requireSameAccount(session, props, task.doing);
  const live = await task.connectors.get(ADDRESS, task.purpose);
  const owner = live === undefined ? "nobody" : ownerOf(live, props);
  if (typeof owner === "object") return say(task, `left as it is: it now belongs to ${owner.other}`);
  const former = knownText(props[FORMER_KEY]) ?? keptFormer(task, await backupOf(task));
  await undo(task, live, former);
  await dropHelpers(task);
}

async function undo(task: Task, live: WireObject | undefined, former: string | undefined): Promise<void> {
  const { inputs: props } = task;
  const present = live === undefined ? "there is none" : shown(specSettings(live));
  if (props["onDelete"] === "retain") return leave(task, live, `left as it is, as onDelete says: ${present}`);
  if (former === undefined) {
    return leave(
      task,
      live,
      `left as it is, ${present}: what was before is not known, for connector ${BACKUP} is gone`,
    );
  }
  if (isBack(live, former)) return;
  const changed = live === undefined ? "deleted" : isOurs(live, props) ? undefined : "changed";
  if (changed !== undefined && props["force"] !== true) return leaveChanged(task, live, former, changed);
  await restored(task, former, live);
  const was = formerIn(former);
  say(
    task,
    was === undefined ? "removed: there was none before" : `put back to ${shown(specSettings(was))}, as before Pulumi`,
  );
}

/** Whoever changed it may still want what was there before, and this run is the last that knows it. */
async function leaveChanged(task: Task, live: WireObject | undefined, former: string, changed: string): Promise<void> {
  const was = formerIn(former);
  const before =
    was === undefined
      ? "Before Pulumi there was none"
      : `What was there before Pulumi, ${shown(specSettings(was))}, stays in connector ${BACKUP}: copy it from there if you want it, then delete that connector`;
  if (was !== undefined) await disown(task);
  await leave(
    task,
    live,
    `left as it is: somebody ${changed} it since. ${before}. (force: true, set before a destroy, puts it back.)`,
  );
}

/** Whether it still has the settings we wrote last, whatever a refresh has read since. */
function isOurs(live: WireObject, props: Plain): boolean {
  const written = props[WRITTEN_KEY];
  return live.type === "DockerRegistry" && hasSettings(live, isPlain(written) ? written : props);
}

/** Whether a run that was killed has put it back already. */
function isBack(live: WireObject | undefined, former: string): boolean {
  const before = formerIn(former);
  if (live === undefined || before === undefined) return live === undefined && former === ABSENT;
  return ownerOf(live) === "nobody" && hasSettings(live, specSettings(before));
}

/** Takes our mark off and leaves the settings. */
async function leave(task: Task, live: WireObject | undefined, text: string): Promise<void> {
  if (live !== undefined && ownerOf(live, task.inputs) === "ours") {
    const body = { ...omit(live, SERVER_KEYS), ...unmarkedTags(live) };
    await task.connectors.update(ADDRESS, body, task.purpose);
  }
  say(task, text);
}

function say({ session, label }: Task, text: string): void {
  session.notices.say(label, text);
}
