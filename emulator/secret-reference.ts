import { refusal } from "./errors";
import type { Level, Scope } from "./scope";
import { entityKey, levelOf, scopeAt } from "./scope";
import type { State } from "./state";
import { secretNode } from "./store";

/** A secret that a connector refers to. */
export interface SecretTarget {
  readonly scope: Scope;
  readonly identifier: string;
}

/** The level and identifier that a reference names. [H78] */
function parse(reference: string, owner: Level, bare: "project" | "own"): { level: Level; identifier: string } {
  const [prefix, identifier, ...more] = reference.split(".");
  if (identifier === undefined && prefix !== undefined && prefix !== "") {
    return { level: bare === "own" ? owner : "project", identifier: prefix };
  }
  if (
    (prefix === "account" || prefix === "org") &&
    identifier !== undefined &&
    identifier !== "" &&
    more.length === 0
  ) {
    return { level: prefix, identifier };
  }
  throw refusal("INVALID_IDENTIFIER_REF", `Invalid Identifier Reference ${reference}.`);
}

/** Why a connector may not refer to a secret of a level, if so. [H79] */
function scopeProblem(owner: Level, level: Level): string | undefined {
  if (owner === "org" && level === "project") return "The project level secret cannot be used at a org level";
  if (owner === "account" && level !== "account") return `The ${level} level secret cannot be used at account level`;
  return undefined;
}

/**
 * Resolves a reference of a connector and checks that it may be used and that the secret exists.
 * @throws Refusal 400 `INVALID_REQUEST` [H79] [H80]
 */
export function resolveSecret(state: State, owner: Scope, field: string, reference: string): SecretTarget {
  const { level, identifier } = parse(reference, levelOf(owner), state.switches.bareSecretRef);
  const prefix = state.switches.secretRefFieldPrefix ? `Error while validating ${field} field : ` : "";
  const problem = scopeProblem(levelOf(owner), level);
  if (problem !== undefined) throw refusal("INVALID_REQUEST", prefix + problem);
  const scope = scopeAt(owner, level);
  if (state.store.secrets.get(entityKey(scope, identifier)) === undefined) {
    const org = scope.orgId === undefined ? "" : ` in organization ${scope.orgId}`;
    const project = scope.projectId === undefined ? "" : ` in project ${scope.projectId}`;
    throw refusal("INVALID_REQUEST", `${prefix}No secret exists with the id ${identifier} ${org}${project}`);
  }
  return { scope, identifier };
}

/** The name of the target in the usage index. */
export function nodeOf(target: SecretTarget): string {
  return secretNode(target.scope, target.identifier);
}
