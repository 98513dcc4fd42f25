import type { Refusal } from "./errors";
import { refusal } from "./errors";
import type { Scope } from "./scope";
import type { State } from "./state";

/** A missing object, in the form the switch `notFound` asks for. [H42] */
export function notFound(state: State, message: string): Refusal {
  if (state.switches.notFound === "404-entity") return refusal("ENTITY_NOT_FOUND", message);
  const status = state.switches.notFound === "400" ? 400 : 404;
  return refusal("RESOURCE_NOT_FOUND_EXCEPTION", message, {}, status);
}

/** Refuses a scope whose organisation or project does not exist. [H51] */
export function requirePlace(state: State, scope: Scope): void {
  const missing = state.store.missingPlace(scope);
  if (missing !== undefined) throw notFound(state, missing);
}
