import { isPlain, type Plain } from "./plain";

/** The words of the policies that denied a save, e.g. `policy "no anonymous" says: use credentials`. Spellings vary. [H40] */
export function denialWords(governance: Plain): string[] {
  const sets = listOf(governance, ["detailsList", "details", "policySetMetadata", "policy_set_metadata"]);
  const policies = sets.flatMap((set) => listOf(set, ["policyMetadataList", "policyMetadata", "policy_metadata"]));
  const words = policies.filter(isDenial).map((policy) => {
    const name = textOf(policy, ["policyName", "policy_name", "identifier"]) ?? "a policy";
    const messages = [policy["denyMessagesList"], policy["denyMessages"], policy["deny_messages"]].flat();
    const said = messages.filter((message) => typeof message === "string").join("; ");
    return said === "" ? `policy "${name}"` : `policy "${name}" says: ${said}`;
  });
  const summary = textOf(governance, ["message"]);
  return words.length > 0 || summary === undefined || summary === "" ? words : [summary];
}

/** Whether governance metadata means that nothing was saved. [H40] */
export function isDenied(governance: unknown): governance is Plain {
  return isPlain(governance) && (governance["deny"] === true || governance["status"] === "error");
}

function isDenial(policy: Plain): boolean {
  return policy["status"] === undefined || policy["status"] === "error" || policy["status"] === "failure";
}

function listOf(value: Plain, keys: readonly string[]): Plain[] {
  const found = keys.map((key) => value[key]).find((item) => Array.isArray(item));
  return Array.isArray(found) ? found.filter(isPlain) : [];
}

function textOf(value: Plain, keys: readonly string[]): string | undefined {
  return keys.map((key) => value[key]).find((item) => typeof item === "string");
}
