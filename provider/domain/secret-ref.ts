import { identifierProblem } from "./identifier";
import type { Scope } from "./scope";

/**
 * What is wrong with a reference to a secret, seen from an object at a scope; undefined when it is fine. The reference itself
 * is never quoted: a password pasted into the wrong field would be shown. [H78] [H79]
 */
export function secretRefProblem(reference: string, scope: Scope): string | undefined {
  const [prefix, identifier] = split(reference);
  if (identifierProblem(identifier, true) !== undefined) {
    return (
      "is not a reference to a Harness secret; write account.<id>, org.<id>, or <id> for a secret of the same project " +
      "(the password itself never goes here: put it into a SecretText and pass its ref)"
    );
  }
  if (scope.orgId === undefined && prefix !== "account") {
    const level = prefix === "org" ? "an organisation-level" : "a project-level";
    return `is ${level} secret, which something at account scope cannot use; create the secret at account scope and write account.<id>`;
  }
  if (scope.projectId === undefined && prefix === undefined) {
    return "is a project-level secret, which something at organisation scope cannot use; write org.<id> or account.<id>";
  }
  return undefined;
}

function split(reference: string): ["account" | "org" | undefined, string] {
  if (reference.startsWith("account.")) return ["account", reference.slice("account.".length)];
  if (reference.startsWith("org.")) return ["org", reference.slice("org.".length)];
  return [undefined, reference];
}
