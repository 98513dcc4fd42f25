import { delegateDoubt } from "../domain/delegate";
import { knownText } from "../domain/object-args";
import { isPlain, type Plain } from "../domain/plain";
import { type Address, addressOfRef, describeScope, idOf, type Scope } from "../domain/scope";
import { hasUnknown } from "../domain/unknown";
import {
  type ErrorParts,
  type HarnessError,
  isHarnessError,
  NotHarnessError,
  PermissionDeniedError,
  RefusedError,
  ServerFailedError,
} from "../errors";
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
  if (await isThere(session, address, doing, prefixed)) {
    session.found.add(key);
    return undefined;
  }
  // Where the project is missing, that is what is wrong.
  if (await isMissing(session, address, doing)) return undefined;
  const which = prefixed ? `secret ${reference}, which` : "a secret that";
  return (
    `names ${which} does not exist in ${describeScope(address)}; correct it, or create the secret first (of a SecretText of this ` +
    'program pass the ref; if another provider creates it in the same run, write preflight: "off" on this resource)'
  );
}

/** The failures in which others' words can stand, and what is said of them without those words. */
const UNQUOTED: ReadonlyMap<string, { readonly type: new (parts: ErrorParts) => HarnessError; readonly what: string }> =
  new Map([
    ["PERMISSION_DENIED", { type: PermissionDeniedError, what: "the API key lacks core_secret_view on it" }],
    ["REFUSED", { type: RefusedError, what: "Harness refused the request" }],
    ["SERVER_FAILED", { type: ServerFailedError, what: "Harness failed" }],
    ["NOT_HARNESS", { type: NotHarnessError, what: "what came is not an answer of the Harness API" }],
  ]);

/** Whether a secret is there. Who refuses to show it quotes its identifier: where that must not be repeated, his words are left out. */
async function isThere(session: Session, address: Address, doing: string, quotable: boolean): Promise<boolean> {
  try {
    return (await session.harness(doing).secrets.shelf.seek(address, { doing })) !== undefined;
  } catch (error) {
    if (quotable || !isHarnessError(error)) throw error;
    const unquoted = UNQUOTED.get(error.code);
    if (unquoted === undefined) throw error;
    const next =
      "Look into auth: a reference without account. or org. names a secret of the project, which the key must be allowed to view.";
    throw new unquoted.type({ doing, what: unquoted.what, next, answer: { ...error.answer, message: undefined } });
  }
}

/** Whether it is known that a place is not there. Not being allowed to look is for the question about the place itself to say. */
async function isMissing(session: Session, scope: Scope, doing: string): Promise<boolean> {
  try {
    return (await session.harness(doing).places.missing(scope)) !== undefined;
  } catch (error) {
    if (isHarnessError(error, "PERMISSION_DENIED")) return false;
    throw error;
  }
}

/** Whether the key may do what the resource needs. One call a scope and run. */
export function permissionQuestion(session: Session, scope: Scope, wanted: readonly string[]): Question {
  const ask = async (): Promise<Finding> => {
    const doing = "look up the permissions of the API key";
    const { permissions, places } = session.harness(doing);
    // A project that is not there permits nothing, and that it is missing says more.
    if (scope.orgId !== undefined && (await isMissing(session, scope, doing))) return undefined;
    const lacking = await permissions.lacking(scope, wanted);
    if (scope.orgId === undefined) places.prove(scope);
    if (lacking.length === 0) return undefined;
    const doubt =
      `the API key seems to lack ${lacking.join(", ")} in ${describeScope(scope)}; give its user or service account a role with ` +
      `${lacking.length === 1 ? "it" : "them"} (a role on single objects is not seen here)`;
    return { doubt };
  };
  return { path: "", needs: ["orgId", "projectId"], aside: true, ask };
}

/** Whether some connected delegate would serve the connector. */
export function delegateQuestions(session: Session, inputs: Plain, scope: Scope): Question[] {
  const { connectivityMode, delegateSelectors } = inputs;
  if (connectivityMode !== "Delegate" || hasUnknown(delegateSelectors)) return [];
  const selectors = Array.isArray(delegateSelectors) ? delegateSelectors.map(String) : [];
  const ask = async (): Promise<Finding> => {
    const doing = "look up the delegates";
    if (scope.orgId !== undefined && (await isMissing(session, scope, doing))) return undefined;
    const doubt = delegateDoubt(await session.harness(doing).delegates.all(), selectors, scope);
    return doubt === undefined ? undefined : { doubt };
  };
  const path = selectors.length === 0 ? "connectivityMode" : "delegateSelectors";
  return [{ path, needs: ["connectivityMode", "delegateSelectors", "orgId", "projectId"], aside: true, ask }];
}
