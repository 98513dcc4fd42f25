import { BACKUP } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { hasSettings } from "../domain/harness-image-connector";
import { type WireObject, wireObject } from "../domain/object";
import type { Plain } from "../domain/plain";
import { isHarnessError } from "../errors";
import { ABSENT, ADDRESS, type Task, written } from "./account-default";
import { dropHelpers } from "./account-default-backup";
import { UNCHANGED } from "./connection-trial";
import { formerBody } from "./owned-claim";
import { removed } from "./removal";

/** Makes the account's default what it was: the former connector, or none. @throws HarnessError */
export async function restored(task: Task, former: string, live: WireObject | undefined): Promise<void> {
  const { session, connectors, purpose, doing, label } = task;
  if (former === ABSENT) {
    await removed({
      session,
      objects: connectors,
      noun: "connector",
      address: ADDRESS,
      doing,
      purpose,
      label,
      force: false,
    });
    return;
  }
  const body = formerBody(former, ADDRESS, "connector", doing);
  await written(task, ADDRESS, body, live, (there) => hasSettings(there, specSettings(wireObject.parse(body))));
}

/** Undoes a first switch. @returns what became of it, as a sentence */
export function putBack(task: Task, former: string | undefined): Promise<string> {
  const { connectors, purpose } = task;
  return told(async () => {
    if (former === undefined) return "What was there before is not known, so the new settings stay.";
    await restored(task, former, await connectors.get(ADDRESS, purpose));
    await dropHelpers(task, [BACKUP]);
    return former === ABSENT
      ? "There was no such connector before: it was removed again."
      : "The former settings were put back.";
  });
}

/** Undoes a later switch. @returns what became of it, as a sentence */
export function putBackBody({ connectors, purpose }: Task, body: Plain | undefined): Promise<string> {
  return told(async () => {
    if (body === undefined) return UNCHANGED;
    await connectors.update(ADDRESS, body, purpose);
    return "The former settings were put back.";
  });
}

/** A failure to undo must not hide why it was necessary. */
async function told(attempt: () => Promise<string>): Promise<string> {
  try {
    return await attempt();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const words = error.answer.message === undefined ? "" : `: ${error.answer.message}`;
    return (
      `PUTTING THE FORMER SETTINGS BACK FAILED (${error.code}${words}), so builds pull with the new ones: run \`pulumi up\` again, ` +
      `or copy the settings of connector ${BACKUP} in Harness`
    );
  }
}
