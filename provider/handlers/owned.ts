import type { HarnessObjects } from "../api/objects";
import { sameOrBlank } from "../domain/diff";
import { FORMER_TAG, marked, type Ownership, ownership, type Tags, unmarked } from "../domain/marks";
import type { ObjectDomain, Review, WireObject } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { isPlain, omit, type Plain, withoutUndefined } from "../domain/plain";
import { type Address, idOf, refOf, type Scope } from "../domain/scope";
import { hasUnknown } from "../domain/unknown";
import { InvalidInputError } from "../errors";
import type { Question } from "../preflight";
import type { Harness, Session } from "../session";

/** A kind of object this provider makes and owns, and the session it is made in. */
export interface Owned {
  readonly session: Session;
  readonly domain: ObjectDomain;
  /** The calls for this kind. */
  readonly objects: (harness: Harness) => HarnessObjects;
  /** Adds to the offline review what only this process knows, e.g. an environment variable. */
  readonly reviewHere?: (args: Plain, stored: Plain, review: Review) => Review;
  /** What is asked of Harness before a change, besides what every object needs. */
  readonly questionsHere?: (inputs: Plain, scope: Scope) => readonly Question[];
  /** Tries out what was written. @throws HarnessError when it does not hold; the change is taken back then */
  readonly prove?: (proof: Proof) => Promise<Plain>;
  /** Puts into the arguments what must not be stored, just before they are sent. */
  readonly reveal?: (args: Plain, doing: string) => Plain;
}

/** What was written and is to be tried out. */
export interface Proof {
  readonly address: Address;
  readonly inputs: Plain;
  readonly doing: string;
  /** The arguments that differ from those of the last run; absent for what is new. */
  readonly changed?: readonly string[];
  /** Undoes what was written. @returns what became of it, as a sentence */
  readonly takeBack: () => Promise<string>;
}

/** Output that remembers what an adopted object was before. */
export const FORMER_KEY = "__former";
/** Output that tells how the last connection test ended. */
export const LAST_TEST_KEY = "lastTest";

/** Where the inputs say the object lives; undefined while a part of it is not known. */
export function addressIn(inputs: Plain): Address | undefined {
  const identifier = knownText(inputs["identifier"]);
  if (identifier === undefined || hasUnknown([inputs["orgId"], inputs["projectId"]])) return undefined;
  return { identifier, orgId: knownText(inputs["orgId"]), projectId: knownText(inputs["projectId"]) };
}

/** The tags of a live object; Harness may answer a tag without value as null. */
export function tagsOf(live: WireObject): Tags {
  return Object.fromEntries(Object.entries(live.tags ?? {}).map(([key, value]) => [key, value ?? ""]));
}

/** The tags to send for an object that is not ours any more; absent where it has none. */
export function unmarkedTags(live: WireObject): { tags?: Tags } {
  return live.tags ? { tags: unmarked(tagsOf(live)) } : {};
}

/** Whose the live object is, as seen by a resource with these inputs or outputs. */
export function ownershipOf(live: WireObject, ...props: readonly Plain[]): Ownership {
  return ownership(
    tagsOf(live),
    props.map((some) => knownText(some[OWNER_KEY])),
  );
}

/** @throws InvalidInputError when another type of object has taken the place of ours. */
export function requireType({ domain }: Owned, live: WireObject, doing: string): void {
  if (live.type === domain.wireType) return;
  const what = `Harness has a ${domain.noun} of type ${live.type} there, not ${domain.wireType}`;
  const next = `use a resource for ${live.type}; if this one was managed here, \`pulumi state delete\` forgets it.`;
  throw new InvalidInputError({ doing, what, next });
}

/** The settings of a live object under the names of the arguments. */
export function settingsOf(domain: ObjectDomain, live: WireObject): Plain {
  return {
    name: live.name,
    description: live.description ?? "",
    tags: unmarked(tagsOf(live)),
    ...domain.settings(live),
  };
}

/** The arguments whose live value is not the wanted one. */
export function unequal(domain: ObjectDomain, live: Plain, wanted: Plain): string[] {
  return Object.keys(live).filter((key) => !(domain.rules[key]?.same ?? sameOrBlank)(live[key], wanted[key]));
}

/** What an adopted object was before. The tag is for a run that lost its state: people can edit it, or remove it. */
export function formerIn(props: Plain, live: WireObject): string | undefined {
  return knownText(props[FORMER_KEY]) ?? tagsOf(live)[FORMER_TAG];
}

/** What is stored of an object after a write or a read. */
export function outputsOf(owned: Owned, address: Address, live: WireObject, props: Plain): Plain {
  const former = formerIn(props, live);
  return withoutUndefined({
    ...omit(props, ["__provider", FORMER_KEY]),
    ...settingsOf(owned.domain, live),
    ...address,
    ref: refOf(address),
    accountId: owned.session.harness(`read ${owned.domain.noun} ${idOf(address)}`).accountId,
    [FORMER_KEY]: former,
  });
}

/** The tags to send: the program's and our marks. */
export function tagsFor(inputs: Plain, former: string | undefined): Record<string, string> {
  const given = isPlain(inputs["tags"]) ? inputs["tags"] : {};
  const tags = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
  return marked(tags, knownText(inputs[OWNER_KEY]) ?? "", former);
}

/** The calls for this kind of object. @throws ConfigurationError without usable credentials. */
export function callsOf({ session, objects }: Owned, doing: string): HarnessObjects {
  return objects(session.harness(doing));
}

/** `connector org/docker_hub` as a key of what this run knows. */
export function keyOf({ domain }: Owned, address: Address): string {
  return `${domain.noun} ${idOf(address)}`;
}
