import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { harnessImageConnectorRules } from "../domain/harness-image-connector";
import type { Plain } from "../domain/plain";
import { InvalidInputError, NotFoundError } from "../errors";
import type { Session } from "../session";
import { ADDRESS, defaultOutputs, ownerOf, taskOf } from "./account-default";
import { inputsOf } from "./given-inputs";
import { KEY_FROM_STATE, requireSameAccount } from "./handler";

/** Reports what Harness says now. "Gone" is an empty id, not an error. */
export async function readDefault(
  session: Session,
  id: string,
  props: Plain,
): Promise<{ id: string; props?: Plain; inputs?: Plain }> {
  const task = taskOf(session, "read", props, { hint: KEY_FROM_STATE });
  const { doing } = task;
  if (id !== ACCOUNT_DEFAULT) {
    throw new InvalidInputError({ doing, what: `"${id}" is not its id`, next: `write ${ACCOUNT_DEFAULT}.` });
  }
  requireSameAccount(session, props, doing);
  const live = await task.connectors.get(ADDRESS, task.purpose);
  if (live === undefined) {
    if (props["ref"] !== undefined) return { id: "" };
    const next = "declare a HarnessImageConnector, which makes it.";
    throw new NotFoundError({ doing, what: "this account has no such connector", next });
  }
  const owner = ownerOf(live, props);
  if (typeof owner === "object" && props["ref"] !== undefined) {
    session.notices.say(task.label, `connector ${ACCOUNT_DEFAULT} now belongs to the Pulumi resource ${owner.other}`);
  }
  return {
    id,
    props: defaultOutputs(task, live, props),
    ...inputsOf(harnessImageConnectorRules, props, specSettings(live)),
  };
}
