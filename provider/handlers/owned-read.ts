import type { Plain } from "../domain/plain";
import { addressOf } from "../domain/scope";
import { InvalidInputError, NotFoundError } from "../errors";
import { inputsOf } from "./given-inputs";
import { KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { callsOf, type Owned, outputsOf, requireType, settingsOf } from "./owned";

/** Reports what Harness says now. "Gone" is an empty id, not an error. */
export async function readOwned(
  owned: Owned,
  id: string,
  props: Plain,
): Promise<{ id: string; props?: Plain; inputs?: Plain }> {
  const { domain, session } = owned;
  const doing = `read ${labelOf(domain.type, props, id)} (${domain.noun} ${id})`;
  const address = addressOf(id);
  if (address === undefined) {
    const next = "write [org/[project/]]identifier, e.g. docker_hub or default/images/docker_hub.";
    throw new InvalidInputError({ doing, what: `"${id}" is not the id of a ${domain.noun}`, next });
  }
  requireSameAccount(session, props, doing);
  const live = await callsOf(owned, doing).shelf.find(address, { doing, hint: KEY_FROM_STATE });
  if (live === undefined) return gone(domain.noun, id, props, doing);
  requireType(owned, live, doing);
  const outs = outputsOf(owned, address, live, props);
  return { id, props: outs, ...inputsOf(domain.rules, props, settingsOf(domain, live)) };
}

/** A look-up from the program (`get`) of what is not there is a mistake; of what we knew, a refresh. */
function gone(noun: string, id: string, props: Plain, doing: string): { id: string } {
  if (props["ref"] !== undefined) return { id: "" };
  const next = "correct the id ([org/[project/]]identifier), or create it first.";
  throw new NotFoundError({ doing, what: `Harness has no ${noun} with the id ${id}`, next });
}
