import { delegateDoubt } from "../domain/delegate";
import { knownText } from "../domain/object-args";
import { isPlain, type Plain } from "../domain/plain";
import { addressOfRef, describeScope, idOf, type Scope } from "../domain/scope";
import { hasUnknown } from "../domain/unknown";
import type { Finding, Question } from "../preflight";
import type { Session } from "../session";

/** The scope a resource is in; undefined while a part of it is not known. */
export function scopeIn({ orgId, projectId }: Plain): Scope | undefined {
  return hasUnknown([orgId, projectId]) ? undefined : { orgId: knownText(orgId), projectId: knownText(projectId) };
}

/** Whether the secrets that a Docker connector signs in with are there. */
export function secretQuestions(session: Session, { auth }: Plain, scope: Scope): Question[] {
  if (!isPlain(auth)) return [];
  return ["usernameRef", "passwordRef"].flatMap((key) => {
    const reference = knownText(auth[key]);
    if (reference === undefined) return [];
    const needs = ["auth", "orgId", "projectId"];
    return [{ path: `auth.${key}`, needs, ask: () => askSecret(session, reference, scope) }];
  });
}

/** A reference without prefix may be a password in the wrong place: it is not repeated. */
async function askSecret(session: Session, reference: string, scope: Scope): Promise<Finding> {
  const address = addressOfRef(reference, scope);
  const key = `secret ${idOf(address)}`;
  if (session.declared.has(key) || session.found.has(key)) return undefined;
  const prefixed = reference.includes(".");
  const doing = `look up ${prefixed ? `secret ${idOf(address)}` : `a secret of ${describeScope(address)}`}`;
  const { secrets, places } = session.harness(doing);
  if ((await secrets.shelf.find(address, { doing })) !== undefined) {
    session.found.add(key);
    return undefined;
  }
  // Where the project is missing, that is what is wrong.
  if ((await places.missing(address)) !== undefined) return undefined;
  const which = prefixed ? `secret ${reference}, which` : "a secret that";
  return (
    `names ${which} does not exist in ${describeScope(address)}; correct it, or create the secret first (of a SecretText of this ` +
    'program pass the ref; if another provider creates it in the same run, write preflight: "off" on this resource)'
  );
}

/** Whether the key may do what the resource needs. One call a scope and run. */
export function permissionQuestion(session: Session, scope: Scope, wanted: readonly string[]): Question {
  const ask = async (): Promise<Finding> => {
    const { permissions, places } = session.harness("look up the permissions of the API key");
    // A project that is not there permits nothing, and that it is missing says more.
    if (scope.orgId !== undefined && (await places.missing(scope)) !== undefined) return undefined;
    const lacking = await permissions.lacking(scope, wanted);
    if (scope.orgId === undefined) places.prove(scope);
    if (lacking.length === 0) return undefined;
    const doubt =
      `the API key seems to lack ${lacking.join(", ")} in ${describeScope(scope)}; give its user or service account a role with ` +
      `${lacking.length === 1 ? "it" : "them"} (a role on single objects is not seen here)`;
    return { doubt };
  };
  return { path: "", needs: ["orgId", "projectId"], ask };
}

/** Whether some connected delegate would serve the connector. */
export function delegateQuestions(session: Session, inputs: Plain, scope: Scope): Question[] {
  const { connectivityMode, delegateSelectors } = inputs;
  if (connectivityMode !== "Delegate" || hasUnknown(delegateSelectors)) return [];
  const selectors = Array.isArray(delegateSelectors) ? delegateSelectors.map(String) : [];
  const ask = async (): Promise<Finding> => {
    const { delegates, places } = session.harness("look up the delegates");
    if (scope.orgId !== undefined && (await places.missing(scope)) !== undefined) return undefined;
    const doubt = delegateDoubt(await delegates.all(), selectors, scope);
    return doubt === undefined ? undefined : { doubt };
  };
  const path = selectors.length === 0 ? "connectivityMode" : "delegateSelectors";
  return [{ path, needs: ["connectivityMode", "delegateSelectors", "orgId", "projectId"], ask }];
}
