import type { Review } from "../domain/object";
import { deriveIdentity, knownText, OWNER_KEY } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { type Address, describeScope, idOf } from "../domain/scope";
import type { Question } from "../preflight";
import { permissionQuestion, scopeIn } from "./account-questions";
import { defineHandler, type Handler, labelOf } from "./handler";
import { addressIn, callsOf, keyOf, type Owned } from "./owned";
import { objectionTo } from "./owned-claim";
import { createOwned } from "./owned-create";
import { deleteOwned } from "./owned-delete";
import { readOwned } from "./owned-read";
import { updateOwned } from "./owned-update";

/** The whole life of an owned object. */
export function ownedObject(owned: Owned): Handler {
  const { session, domain } = owned;
  const definition = {
    type: domain.type,
    schema: domain.schema,
    rules: domain.rules,
    deleteBeforeReplace: false,
    review: (args: Plain, stored: Plain) => reviewOwned(owned, args, stored),
    questions: (inputs: Plain, stored: Plain) => questionsOf(owned, inputs, stored),
  };
  return defineHandler(session, definition, {
    create: (inputs) => createOwned(owned, inputs),
    read: (id, props) => readOwned(owned, id, props),
    update: (id, olds, news) => updateOwned(owned, id, olds, news),
    delete: (id, props) => deleteOwned(owned, id, props),
  });
}

function reviewOwned(owned: Owned, args: Plain, stored: Plain): Review {
  const base = owned.domain.review(args, stored);
  const review = owned.reviewHere?.(args, stored, base) ?? base;
  const identity = deriveIdentity(args, stored);
  const twice = declaredTwice(owned, { ...args, ...identity });
  return {
    problems: twice === undefined ? review.problems : [...review.problems, { path: "identifier", text: twice }],
    remarks: review.remarks,
    computed: { ...review.computed, ...identity },
  };
}

/** Two resources of one program must not be the same object. */
function declaredTwice(owned: Owned, inputs: Plain): string | undefined {
  const { session, domain } = owned;
  const address = addressIn(inputs);
  const owner = knownText(inputs[OWNER_KEY]);
  if (address === undefined || owner === undefined) return undefined;
  const key = keyOf(owned, address);
  const first = session.declared.get(key) ?? owner;
  session.declared.set(key, first);
  if (first === owner) return undefined;
  return `"${address.identifier}" in ${describeScope(address)} is already declared by ${labelOf(domain.type, { [OWNER_KEY]: first })} of this program; give one of them another identifier`;
}

/** The first question also tells whether the key works, and whether the place is there. */
function questionsOf(owned: Owned, inputs: Plain, stored: Plain): Question[] {
  const scope = scopeIn(inputs);
  const address = addressIn(inputs);
  if (scope === undefined) return [];
  const { session, domain } = owned;
  const doing = `look up ${address === undefined ? `a ${domain.noun}` : keyOf(owned, address)}`;
  const before = addressIn(stored);
  const isNew = address !== undefined && (before === undefined || idOf(before) !== idOf(address));
  const ask = () => session.harness(doing).places.missing(scope);
  return [
    permissionQuestion(session, scope, permissionsFor(owned, inputs)),
    { path: "", needs: ["orgId", "projectId"], ask },
    ...(isNew ? [freeQuestion(owned, address, inputs, doing)] : []),
    ...(owned.questionsHere?.(inputs, scope) ?? []),
  ];
}

function permissionsFor({ domain }: Owned, { onDelete }: Plain): string[] {
  const verbs = ["view", "edit", ...(onDelete === "retain" || onDelete === "restore" ? [] : ["delete"])];
  return verbs.map((verb) => `core_${domain.noun}_${verb}`);
}

function freeQuestion(owned: Owned, address: Address, inputs: Plain, doing: string): Question {
  const needs = ["orgId", "projectId", "identifier"];
  return { path: "", needs, ask: (refused) => askFree(owned, address, inputs, doing, refused) };
}

/** Whether the identifier is free for us: create would refuse, so preview says it. */
async function askFree(
  owned: Owned,
  address: Address,
  inputs: Plain,
  doing: string,
  refused: ReadonlySet<string>,
): Promise<string | undefined> {
  const live = await callsOf(owned, doing).shelf.glance(address, { doing });
  const objection = live === undefined ? undefined : objectionTo(owned.domain, live, inputs, refused);
  return objection === undefined
    ? undefined
    : `${keyOf(owned, address)} ${objection.what}. ${objection.next} [${objection.code}]`;
}
