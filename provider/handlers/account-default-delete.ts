import { BACKUP } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { hasSettings, shown } from "../domain/harness-image-connector";
import { SERVER_KEYS, type WireObject } from "../domain/object";
import { knownText } from "../domain/object-args";
import { isPlain, omit, type Plain } from "../domain/plain";
import type { Session } from "../session";
import { ABSENT, ADDRESS, formerIn, ownerOf, type Task, taskOf, WRITTEN_KEY } from "./account-default";
import { dropHelpers, keptFormer } from "./account-default-backup";
import { restored } from "./account-default-restore";
import { KEY_FROM_STATE, requireSameAccount } from "./handler";
import { FORMER_KEY, unmarkedTags } from "./owned";

/** Puts back what was there before, unless somebody has changed it since; leaves no canary and no backup. */
export async function deleteDefault(session: Session, props: Plain): Promise<void> {
  const task = taskOf(session, "put back", props, KEY_FROM_STATE);
  requireSameAccount(session, props, task.doing);
  const live = await task.connectors.get(ADDRESS, task.purpose);
  const owner = live === undefined ? "nobody" : ownerOf(live, props);
  if (typeof owner === "object") return say(task, `left as it is: it now belongs to ${owner.other}`);
  const former = knownText(props[FORMER_KEY]) ?? (await keptFormer(task));
  await undo(task, live, former);
  await dropHelpers(task);
}

async function undo(task: Task, live: WireObject | undefined, former: string | undefined): Promise<void> {
  const { inputs: props } = task;
  if (props["onDelete"] === "retain") return leave(task, live, "left as it is, as onDelete says");
  if (former === undefined) {
    return leave(task, live, `left as it is: what it was before is not known, for connector ${BACKUP} is gone`);
  }
  if (isBack(live, former)) return;
  const changed = live === undefined ? "deleted" : isOurs(live, props) ? undefined : "changed";
  if (changed !== undefined && props["force"] !== true) {
    const was = formerIn(former);
    const before = was === undefined ? "there was none" : shown(specSettings(was));
    return leave(
      task,
      live,
      `left as it is: somebody ${changed} it since. Before Pulumi: ${before}. With force: true destroy puts that back`,
    );
  }
  await restored(task, former, live);
  say(task, former === ABSENT ? "removed: there was none before" : "put back as it was before Pulumi");
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
