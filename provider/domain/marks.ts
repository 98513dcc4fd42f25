/**
 * The marks by which a killed run recognises what it had made: tags on the Harness object. They are ours, never part of the
 * arguments, never part of a difference.
 */

/** Tag that names the Pulumi resource an object belongs to: `organisation/project/stack/name`. */
export const OWNER_TAG = "pulumi_owner";
/** Tag that an adopted object carries: what it was before, as JSON, so that it can be put back even if the run was killed. */
export const FORMER_TAG = "pulumi_former";

/** Tags as Harness keeps them. */
export type Tags = Readonly<Record<string, string>>;

/** Tag keys that arguments may not use. */
export const MARK_TAGS: readonly string[] = [OWNER_TAG, FORMER_TAG];

/** The tags without our marks. */
export function unmarked(tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !MARK_TAGS.includes(key)));
}

/** The tags with our marks. */
export function marked(tags: Tags, owner: string, former: string | undefined): Record<string, string> {
  return { ...tags, [OWNER_TAG]: owner, ...(former === undefined ? {} : { [FORMER_TAG]: former }) };
}

/** Whose object it is, seen by a resource with this owner. */
export type Ownership = "ours" | "nobody" | { readonly other: string };

/** Reads the mark of an object. `mine` may hold several spellings, e.g. from before a stack was renamed. */
export function ownership(tags: Tags, mine: readonly (string | undefined)[]): Ownership {
  const owner = tags[OWNER_TAG];
  if (owner === undefined || owner === "") return "nobody";
  return mine.includes(owner) ? "ours" : { other: owner };
}
