import type { Answer } from "./answers";
import { success } from "./answers";
import type { JsonObject } from "./json";
import { copyOf } from "./json";
import type { State } from "./state";

/** The answer of a denying policy: a success that holds nothing but the verdict. Nothing was saved. [H40] [H93] */
export function policyDenial(state: State, entity: JsonObject, identifier: string): Answer | undefined {
  const policy = state.switches.opaDeny;
  if (policy === null) return undefined;
  if (policy.identifiers !== undefined && !policy.identifiers.includes(identifier)) return undefined;
  if (policy.when !== undefined && !policy.when(copyOf(entity))) return undefined;
  const denial = { policyName: "emulator policy", severity: "error", denyMessages: [policy.message] };
  const set = { policySetName: "emulator policies", status: "error", deny: true, policyMetadata: [denial] };
  return success({
    governanceMetadata: { id: "1", status: "error", deny: true, message: policy.message, details: [set] },
  });
}
