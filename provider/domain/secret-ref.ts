import { identifierProblem } from "./identifier";
import { readRef, type Scope } from "./scope";

/**
 * What is wrong with a reference to a secret, seen from an object at a scope; undefined when it is fine. The reference itself
 * is never quoted: a password pasted into the wrong field would be shown. [H78] [H79]
 */
export function secretRefProblem(reference: string, scope: Scope): string | undefined {
  const { level, identifier } = readRef(reference);
  if (identifierProblem(identifier, true) !== undefined) {
    return (
      "is not a reference to a Harness secret; write account.<id>, org.<id>, or <id> for a secret of the same project " +
      "(the password itself never goes here: put it into a SecretText and pass its ref)"
    );
  }
  if (scope.orgId === undefined && level !== "account") {
    const named = level === "org" ? "an organisation-level" : "a project-level";
    return `is ${named} secret, which something at account scope cannot use; create the secret at account scope and write account.<id>`;
  }
  if (scope.projectId === undefined && level === "project") {
    return "is a project-level secret, which something at organisation scope cannot use; write org.<id> or account.<id>";
  }
  return undefined;
}
