import { nearest } from "./problem";
import type { Scope } from "./scope";

/** A delegate group as Harness lists it. [H101] */
export interface Delegate {
  readonly name: string;
  /** Its own name is one of them. [H102] */
  readonly tags: readonly string[];
  readonly connected: boolean;
  /** The *name* of its organisation or project, which need not be the identifier; absent for one of the account. */
  readonly orgName: string | undefined;
  readonly projectName: string | undefined;
}

const MOST_LISTED = 8;
/** Words this short, e.g. of regions, all look alike: of these only another case is taken for a slip. */
const LONGEST_CODE = 3;

/**
 * Why no connected delegate would serve a connector of a scope; undefined when one would. A delegate must carry all selectors. [H102]
 * It is a hint, not a proof: tags can come from where the list does not show them. [H103]
 */
export function delegateDoubt(
  delegates: readonly Delegate[],
  selectors: readonly string[],
  scope: Scope,
): string | undefined {
  const near = delegates.filter((delegate) => serves(delegate, scope));
  const connected = near.filter((delegate) => delegate.connected);
  const carries = ({ tags }: Delegate) => selectors.every((selector) => tags.includes(selector));
  if (connected.some(carries)) return undefined;
  const sleeping = near.filter((delegate) => carries(delegate)).map(({ name }) => name);
  if (selectors.length === 0) {
    const known = near.length === 0 ? "" : ` (known: ${listed(near.map(({ name }) => name))})`;
    return `needs a delegate, and none is connected${known}; start one, or write connectivityMode: "Platform"`;
  }
  const asked = `ask for ${selectors.length === 1 ? "" : "all of "}${quoted(selectors)}, which no connected delegate carries`;
  if (sleeping.length > 0) {
    const but = sleeping.length === 1 ? "does, but is not connected; start it" : "do, but are not connected; start one";
    return `${asked}: ${listed(sleeping)} ${but}, or correct the selectors`;
  }
  return `${asked}${reasonOf(selectors, connected)}. ${present(connected)}`;
}

/** Which selectors nobody has, or that nobody has all of them together; of a single one only what may be meant. */
function reasonOf(selectors: readonly string[], connected: readonly Delegate[]): string {
  const tags = [...new Set(connected.flatMap((delegate) => delegate.tags))];
  const unheard = selectors.filter((selector) => !tags.includes(selector));
  if (unheard.length === 0) return ": each is a tag of some delegate, but no delegate has them together";
  const hint = (selector: string) => {
    const alike = (tag: string) => selector.length > LONGEST_CODE || tag.toLowerCase() === selector.toLowerCase();
    const near = nearest(
      selector,
      tags.filter((tag) => !selectors.includes(tag) && alike(tag)),
    );
    return near === undefined ? "" : ` (did you mean "${near}"?)`;
  };
  if (selectors.length === 1) return unheard.map(hint).join();
  return `: ${unheard.map((selector) => `none has "${selector}"${hint(selector)}`).join(", ")}`;
}

function present(connected: readonly Delegate[]): string {
  if (connected.length === 0) return "No delegate is connected at all";
  const shown = connected.map(({ name, tags }) => {
    const others = tags.filter((tag) => tag !== name);
    return others.length === 0 ? name : `${name} (${others.join(", ")})`;
  });
  return `Connected are ${listed(shown)}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(", ");
}

/** Delegates serve their own scope and what is below it. Of another organisation or project only the name is known: in doubt it serves. [H103] */
function serves({ orgName, projectName }: Delegate, { orgId, projectId }: Scope): boolean {
  if (orgName !== undefined && orgId === undefined) return false;
  return projectName === undefined || projectId !== undefined;
}
