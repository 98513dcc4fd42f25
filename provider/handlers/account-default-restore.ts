import { BACKUP } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { hasSettings, shown } from "../domain/harness-image-connector";
import { SERVER_KEYS, type WireObject, wireObject } from "../domain/object";
import { omit, type Plain } from "../domain/plain";
import { isHarnessError } from "../errors";
import { ABSENT, ADDRESS, type Task, written } from "./account-default";
import { formerBody } from "./owned-claim";
import { removed } from "./removal";

/** Makes the account's default what it was: the former connector, or none. @throws HarnessError */
export async function restored(task: Task, former: string, live: WireObject | undefined): Promise<void> {
  if (former === ABSENT) return removedDefault(task);
  await writtenBack(task, formerBody(former, ADDRESS, "connector", task.doing), live);
}

/** Undoes a switch: what was there right before it is there again. @returns what became of it, as a sentence */
export function putBack(task: Task, before: WireObject | undefined): Promise<string> {
  const body = before === undefined ? undefined : omit(before, SERVER_KEYS);
  return told(body, async () => {
    if (body === undefined) {
      await removedDefault(task);
      return "There was no such connector before: it was removed again.";
    }
    return putBackBody(task, body);
  });
}

/** Gives the connector settings it had. @returns what became of it, as a sentence */
export function putBackBody(task: Task, body: Plain): Promise<string> {
  return told(body, async () => {
    await writtenBack(task, body, await task.connectors.get(ADDRESS, task.purpose));
    return "The former settings were put back.";
  });
}

async function writtenBack(task: Task, body: Plain, live: WireObject | undefined): Promise<void> {
  const wanted = specSettings(wireObject.parse(body));
  await written(task, ADDRESS, body, live, (there) => hasSettings(there, wanted));
}

function removedDefault({ session, connectors, purpose, doing, label }: Task): Promise<void> {
  const what = { session, objects: connectors, noun: "connector", address: ADDRESS };
  return removed({ ...what, doing, purpose, label, force: false });
}

/** A failure to undo must not hide why it was necessary. */
async function told(body: Plain | undefined, attempt: () => Promise<string>): Promise<string> {
  try {
    return await attempt();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const words = error.answer.message === undefined ? "" : `: ${error.answer.message}`;
    const former = body === undefined ? "none at all" : shown(specSettings(wireObject.parse(body)));
    return (
      `PUTTING BACK WHAT WAS THERE FAILED (${error.code}${words}), so builds pull with the new settings. It was ${former}: run ` +
      `\`pulumi up\` again, or set that in Harness by hand (connector ${BACKUP} has what was there before Pulumi)`
    );
  }
}
