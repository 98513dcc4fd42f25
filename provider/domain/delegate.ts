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
    return `needs a delegate, and none is connected${near.length === 0 ? "" : `: ${listed(near.map(({ name }) => name))} not`}; start one, or write connectivityMode: "Platform"`;
  }
  const asked = `no connected delegate carries ${selectors.length === 1 ? `"${selectors[0]}"` : `all of ${quoted(selectors)}`}`;
  if (sleeping.length > 0)
    return `${asked}: ${listed(sleeping)} would, but is not connected; start it, or correct them`;
  return `${asked}: ${reasonOf(selectors, connected)}. ${present(connected)}`;
}

/** Which selector nobody has, or that nobody has all of them together. */
function reasonOf(selectors: readonly string[], connected: readonly Delegate[]): string {
  const tags = [...new Set(connected.flatMap((delegate) => delegate.tags))];
  const unheard = selectors.filter((selector) => !tags.includes(selector));
  if (unheard.length === 0) return "each is a tag of some delegate, but no delegate has them together";
  const words = unheard.map((selector) => {
    const near = nearest(selector, tags);
    return `none has "${selector}"${near === undefined ? "" : `; did you mean "${near}"?`}`;
  });
  return words.join("; ").replace(/\?$/, "");
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
