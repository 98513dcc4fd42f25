import { FORMER_TAG, type Ownership } from "../domain/marks";
import { type ObjectDomain, SERVER_KEYS, type WireObject, wireObject } from "../domain/object";
import { omit, type Plain } from "../domain/plain";
import type { Address } from "../domain/scope";
import { hasUnknown } from "../domain/unknown";
import { AlreadyExistsError, type HarnessError, InvalidInputError, OwnedElsewhereError } from "../errors";
import { ownershipOf, settingsOf, tagsOf, unequal, unmarkedTags } from "./owned";

/** Arguments whose values an error may show. The others can hold what the program marked as secret, which is not visible here. */
const SHOWN: ReadonlySet<string> = new Set(["name", "url", "providerType", "connectivityMode", "delegateSelectors"]);

/** Why an object that is there may not become ours. */
export interface Objection {
  readonly code: "ALREADY_EXISTS" | "OWNED_ELSEWHERE";
  /** Follows the name of the object, e.g. "already exists". */
  readonly what: string;
  readonly next: string;
}

/** What stands against taking an existing object; undefined when it is ours already, or the program said to take it. Refused arguments are not compared. */
export function objectionTo(
  domain: ObjectDomain,
  live: WireObject,
  inputs: Plain,
  refused: ReadonlySet<string> = new Set(),
): Objection | undefined {
  if (live.type !== domain.wireType) {
    const what = `already exists, as a ${domain.noun} of type ${live.type}`;
    return { code: "ALREADY_EXISTS", what, next: "Choose another identifier." };
  }
  const owner = ownershipOf(live, inputs);
  if (owner === "ours" || inputs["adopt"] === "takeover") return undefined;
  if (owner !== "nobody") return ownedBy(owner);
  return inputs["adopt"] === true ? undefined : alreadyThere(domain, live, inputs, refused);
}

/** The objection as the error of a create. */
export function objectionError(doing: string, { code, what, next }: Objection): HarnessError {
  const parts = { doing, what: `it ${what}`, next };
  return code === "OWNED_ELSEWHERE" ? new OwnedElsewhereError(parts) : new AlreadyExistsError(parts);
}

/** What an object was before we took it, kept on the object itself so that even a killed run can put it back. */
function snapshotOf(live: WireObject): string {
  return JSON.stringify({ ...omit(live, SERVER_KEYS), ...unmarkedTags(live) });
}

/** The snapshot to keep when an object is claimed: the one it carries, if we took it in an earlier run. */
export function formerOf(live: WireObject, owner: Ownership): string | undefined {
  return owner === "ours" ? tagsOf(live)[FORMER_TAG] : snapshotOf(live);
}

/** The body that puts an object back. @throws InvalidInputError when the snapshot cannot be read */
export function formerBody(
  former: string,
  { identifier, orgId, projectId }: Address,
  noun: string,
  doing: string,
): Plain {
  const before = wireObject.safeParse(parsed(former)).data;
  if (before === undefined) {
    const what = `what the ${noun} was before it was adopted cannot be read`;
    const next = `give it the settings it should keep and write onDelete: "retain", or onDelete: "delete"; the tag ${FORMER_TAG} was changed by hand.`;
    throw new InvalidInputError({ doing, what, next });
  }
  // Whatever a tag says, no other object may be written to.
  return { ...before, identifier, orgIdentifier: orgId, projectIdentifier: projectId };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ownedBy({ other }: { readonly other: string }): Objection {
  const what = `is managed by the Pulumi resource ${other}`;
  const next =
    "Leave it to that resource and choose another identifier here; if the resource was renamed, give it an alias; " +
    'to take it away from its owner, write adopt: "takeover".';
  return { code: "OWNED_ELSEWHERE", what, next };
}

function alreadyThere(domain: ObjectDomain, live: WireObject, inputs: Plain, refused: ReadonlySet<string>): Objection {
  const settings = settingsOf(domain, live);
  const differing = unequal(domain, settings, inputs).filter((key) => !refused.has(key));
  const different = differing.map((key) =>
    SHOWN.has(key) ? `${key} (there ${shown(settings[key])}, wanted ${shown(inputs[key])})` : key,
  );
  const comparison =
    different.length === 0 ? "; its settings are the wanted ones" : `; it differs in ${different.join(", ")}`;
  const undone = domain.restorable ? "destroy puts the present settings back" : "destroy leaves it there";
  return {
    code: "ALREADY_EXISTS",
    what: `already exists and nothing says that it is ours${comparison}`,
    next: `To take it over, write adopt: true (${undone}); otherwise choose another identifier.`,
  };
}

function shown(value: unknown): string {
  if (hasUnknown(value)) return "a value known only after the update";
  return value === undefined || value === "" ? "nothing" : JSON.stringify(value);
}
