import type { HarnessObjects } from "../api/objects";
import type { Purpose } from "../client/call";
import { ACCOUNT_DEFAULT } from "../domain/account-default";
import { specSettings } from "../domain/docker-spec";
import { OWNER_TAG, type Ownership, ownership } from "../domain/marks";
import { type WireObject, wireObject } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { omit, type Plain, withoutUndefined } from "../domain/plain";
import { type Address, idOf, refOf } from "../domain/scope";
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
/** The snapshot of an account that had no such connector. */
export const ABSENT = "absent";

/** One operation on something of the account. */
export interface Task {
  readonly session: Session;
  /** Arguments, or on destroy the outputs. */
  readonly inputs: Plain;
  /** All that says who we are: a mark may be from before a stack or resource was renamed. */
  readonly mine: readonly Plain[];
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
  /** Outputs of the last run. */
  readonly olds?: Plain | undefined;
  readonly hint?: string | undefined;
}

/** Begins an operation on something of the account. @throws ConfigurationError without usable credentials */
export function taskFor(session: Session, { type, verb, what, inputs, olds, hint }: Subject): Task {
  const label = labelOf(type, inputs);
  const doing = `${verb} ${what} (${label})`;
  return {
    session,
    inputs,
    mine: olds === undefined ? [inputs] : [inputs, olds],
    label,
    doing,
    purpose: hint === undefined ? { doing } : { doing, hint },
    connectors: session.harness(doing).connectors,
    owner: knownText(inputs[OWNER_KEY]) ?? "",
  };
}

/** Begins an operation on the account's default. @throws ConfigurationError without usable credentials */
export function taskOf(session: Session, verb: string, inputs: Plain, more: Pick<Subject, "olds" | "hint"> = {}): Task {
  const what = `the account's image connector, ${ACCOUNT_DEFAULT}`;
  return taskFor(session, { type: TYPE, verb, what, inputs, ...more });
}

/** Whose a connector is, seen by a resource with these inputs or outputs. */
export function ownerOf(live: WireObject, ...props: readonly Plain[]): Ownership {
  const mark = live.tags?.[OWNER_TAG];
  return ownership(
    typeof mark === "string" ? { [OWNER_TAG]: mark } : {},
    props.map((some) => knownText(some[OWNER_KEY])),
  );
}

/** Why the connector may not become ours. */
interface Objection {
  readonly what: string;
  readonly next: string;
}

const ONE_DEFAULT =
  "an account has one default: leave it to that resource and remove this one; if the resource was renamed, give it an alias; " +
  'to take it away from its owner, write adopt: "takeover"';

/**
 * Why the connector may not become ours; undefined when it may. A backup that is another resource's says that the connector is too,
 * although somebody has taken the mark off it.
 */
export function objectionTo(
  { inputs, mine }: Pick<Task, "inputs" | "mine">,
  live: WireObject | undefined,
  backup: WireObject | undefined,
): Objection | undefined {
  if (live !== undefined && live.type !== "DockerRegistry") {
    const what = `it is a connector of type ${live.type}, not a Docker registry`;
    return { what, next: "look into it in Harness; this resource only manages a Docker registry." };
  }
  if (inputs["adopt"] === "takeover") return undefined;
  const owner = live === undefined ? "nobody" : ownerOf(live, ...mine);
  if (typeof owner === "object") {
    return { what: `it is already managed by the Pulumi resource ${owner.other}`, next: `${ONE_DEFAULT}.` };
  }
  const keeper = backup === undefined || owner === "ours" ? "nobody" : ownerOf(backup, ...mine);
  if (typeof keeper !== "object") return undefined;
  const what = `its former settings are kept, in connector ${backup?.identifier}, for the Pulumi resource ${keeper.other}, which manages it`;
  return {
    what,
    next: `${ONE_DEFAULT}; if that resource is no more, delete connector ${backup?.identifier} in Harness.`,
  };
}

/** @throws OwnedElsewhereError, InvalidInputError when it may not become ours */
export function requireOurs(task: Task, live: WireObject | undefined, backup: WireObject | undefined): void {
  const objection = objectionTo(task, live, backup);
  if (objection === undefined) return;
  const parts = { doing: task.doing, ...objection };
  if (live !== undefined && live.type !== "DockerRegistry") throw new InvalidInputError(parts);
  throw new OwnedElsewhereError(parts);
}

/**
 * Sends a whole connector, where one is there or not. When the answer is lost, or somebody was quicker to make it, what is there
 * tells whether it is done.
 */
export async function written(
  { connectors, purpose, doing }: Task,
  address: Address,
  body: Plain,
  live: WireObject | undefined,
  isDone: (there: WireObject) => boolean,
): Promise<WireObject> {
  const own = idOf(address) === ACCOUNT_DEFAULT ? doing : `write connector ${idOf(address)}, to ${doing}`;
  const writing = { ...purpose, doing: own };
  try {
    return await (live === undefined
      ? connectors.create(address, body, writing)
      : connectors.update(address, body, writing));
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const mayBeThere = error.uncertain || (live === undefined && error.code === "REFUSED");
    const there = mayBeThere ? await connectors.get(address, purpose).catch(() => undefined) : undefined;
    if (there === undefined || !isDone(there)) throw error;
    return there;
  }
}

/** What is stored after a write or a read. */
export function defaultOutputs({ session, doing }: Task, live: WireObject, props: Plain, more: Plain = {}): Plain {
  const before = formerIn(more[FORMER_KEY] ?? props[FORMER_KEY]);
  return withoutUndefined({
    ...omit(props, ["__provider"]),
    ...specSettings(live),
    identifier: ACCOUNT_DEFAULT,
    ref: refOf(ADDRESS),
    accountId: session.harness(doing).accountId,
    previous: before === undefined ? undefined : specSettings(before),
    ...more,
  });
}

/** The connector in a snapshot; undefined where there was none, or where it cannot be read. */
export function formerIn(former: unknown): WireObject | undefined {
  if (typeof former !== "string" || former === ABSENT) return undefined;
  try {
    return wireObject.safeParse(JSON.parse(former)).data;
  } catch {
    return undefined;
  }
}
