import type { HarnessObjects } from "../api/objects";
import type { Purpose } from "../client/call";
import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { OWNER_TAG, type Ownership, ownership } from "../domain/marks";
import type { WireObject } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { isPlain, omit, type Plain, withoutUndefined } from "../domain/plain";
import { type Address, refOf } from "../domain/scope";
import { InvalidInputError, isHarnessError, OwnedElsewhereError } from "../errors";
import type { Session } from "../session";
import { labelOf } from "./handler";
import { FORMER_KEY } from "./owned";

/** The resource type. */
export const TYPE = "HarnessImageConnector";
/** Where the account's default lives. */
export const ADDRESS: Address = { identifier: ACCOUNT_DEFAULT };
/** Output that remembers the settings we wrote last, so that what somebody changed since is known as theirs. */
export const WRITTEN_KEY = "__written";

/** One operation on the account's default. */
export interface Task {
  readonly session: Session;
  /** Arguments, or on destroy the outputs. */
  readonly inputs: Plain;
  readonly label: string;
  /** A phrase that follows "cannot". */
  readonly doing: string;
  readonly purpose: Purpose;
  readonly connectors: HarnessObjects;
  /** `organisation/project/stack/name` */
  readonly owner: string;
}

/** What an operation is about. */
interface Subject {
  readonly type: string;
  readonly verb: string;
  readonly what: string;
  readonly inputs: Plain;
  readonly hint?: string | undefined;
}

/** Begins an operation on something of the account. @throws ConfigurationError without usable credentials */
export function taskFor(session: Session, { type, verb, what, inputs, hint }: Subject): Task {
  const label = labelOf(type, inputs);
  const doing = `${verb} ${what} (${label})`;
  return {
    session,
    inputs,
    label,
    doing,
    purpose: hint === undefined ? { doing } : { doing, hint },
    connectors: session.harness(doing).connectors,
    owner: knownText(inputs[OWNER_KEY]) ?? "",
  };
}

/** Begins an operation on the account's default. @throws ConfigurationError without usable credentials */
export function taskOf(session: Session, verb: string, inputs: Plain, hint?: string): Task {
  return taskFor(session, {
    type: TYPE,
    verb,
    what: `the account's image connector, ${ACCOUNT_DEFAULT}`,
    inputs,
    hint,
  });
}

/** Whose a connector is, seen by a resource with these inputs or outputs. */
export function ownerOf(live: WireObject, ...props: readonly Plain[]): Ownership {
  const mark = live.tags?.[OWNER_TAG];
  return ownership(
    typeof mark === "string" ? { [OWNER_TAG]: mark } : {},
    props.map((some) => knownText(some[OWNER_KEY])),
  );
}

/** Why the connector may not become ours; undefined when it may. */
export function objectionTo(live: WireObject, ...props: readonly Plain[]): { what: string; next: string } | undefined {
  if (live.type !== "DockerRegistry") {
    const what = `it is a connector of type ${live.type}, not a Docker registry`;
    return { what, next: "look into it in Harness; this resource only manages a Docker registry." };
  }
  const owner = ownerOf(live, ...props);
  if (typeof owner === "string" || props.some(({ adopt }) => adopt === "takeover")) return undefined;
  return {
    what: `it is already managed by the Pulumi resource ${owner.other}`,
    next:
      "an account has one default: leave it to that resource and remove this one; if the resource was renamed, give it an alias; " +
      'to take it away from its owner, write adopt: "takeover".',
  };
}

/** @throws OwnedElsewhereError, InvalidInputError when it may not become ours */
export function requireOurs({ doing }: Task, live: WireObject, ...props: readonly Plain[]): void {
  const objection = objectionTo(live, ...props);
  if (objection === undefined) return;
  if (live.type !== "DockerRegistry") throw new InvalidInputError({ doing, ...objection });
  throw new OwnedElsewhereError({ doing, ...objection });
}

/** Sends a whole connector, where one is there or not. When the answer is lost, what is there tells whether it was applied. */
export async function written(
  { connectors, purpose }: Task,
  address: Address,
  body: Plain,
  live: WireObject | undefined,
  isDone: (there: WireObject) => boolean,
): Promise<WireObject> {
  try {
    return await (live === undefined
      ? connectors.create(address, body, purpose)
      : connectors.update(address, body, purpose));
  } catch (error) {
    if (!isHarnessError(error) || !error.uncertain) throw error;
    const there = await connectors.get(address, purpose).catch(() => undefined);
    if (there === undefined || !isDone(there)) throw error;
    return there;
  }
}

/** What is stored after a write or a read. */
export function defaultOutputs({ session, doing }: Task, live: WireObject, props: Plain, more: Plain = {}): Plain {
  return withoutUndefined({
    ...omit(props, ["__provider"]),
    ...specSettings(live),
    identifier: ACCOUNT_DEFAULT,
    ref: refOf(ADDRESS),
    accountId: session.harness(doing).accountId,
    previous: previousOf(more[FORMER_KEY] ?? props[FORMER_KEY]),
    ...more,
  });
}

/** The output `previous`: what destroy puts back. */
function previousOf(former: unknown): Plain | undefined {
  const before = formerIn(former);
  return before === undefined ? undefined : specSettings(before);
}

/** The connector in a snapshot; undefined where there was none, or where it cannot be read. */
export function formerIn(former: unknown): WireObject | undefined {
  if (typeof former !== "string" || former === ABSENT) return undefined;
  try {
    const parsed: unknown = JSON.parse(former);
    return isPlain(parsed) && typeof parsed["identifier"] === "string" && typeof parsed["name"] === "string"
      ? { ...parsed, identifier: parsed["identifier"], name: parsed["name"], type: String(parsed["type"]) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The snapshot of an account that had no such connector. */
export const ABSENT = "absent";
