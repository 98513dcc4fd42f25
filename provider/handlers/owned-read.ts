import { sameOrBlank } from "../domain/diff";
import type { Plain } from "../domain/plain";
import { withoutUndefined } from "../domain/plain";
import { addressOf } from "../domain/scope";
import { InvalidInputError, NotFoundError } from "../errors";
import { inputsIn } from "./given-inputs";
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
  return { id, props: outs, ...inputsOf(owned, props, settingsOf(domain, live)) };
}

/** A look-up from the program (`get`) of what is not there is a mistake; of what we knew, a refresh. */
function gone(noun: string, id: string, props: Plain, doing: string): { id: string } {
  if (props["ref"] !== undefined) return { id: "" };
  const next = "correct the id ([org/[project/]]identifier), or create it first.";
  throw new NotFoundError({ doing, what: `Harness has no ${noun} with the id ${id}`, next });
}

/** Exactly the inputs there were, with drifted values: anything more would end up in the state's inputs, secrets in clear. */
function inputsOf({ domain }: Owned, props: Plain, settings: Plain): { inputs?: Plain } {
  const names = inputsIn(props);
  if (names === undefined) return {};
  const entries = names.map((name) => {
    const equal = (domain.rules[name]?.same ?? sameOrBlank)(props[name], settings[name]);
    return [name, name in settings && !equal ? settings[name] : props[name]];
  });
  return { inputs: withoutUndefined(Object.fromEntries(entries)) };
}
