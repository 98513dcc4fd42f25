import type { StageChange } from "./stage-change";

/** A commit message goes into the address of the request, for which proxies have no more room than some thousand characters. [H163] */
const MOST_LINES = 20;
const LONGEST_MESSAGE = 2_000;

/** The message of a commit for gathered changes: the program's own words, or what happens to which stage. */
export function commitMessage(changes: readonly Pick<StageChange, "message" | "summary">[]): string {
  const given = new Set(changes.flatMap(({ message }) => message ?? []));
  const unsaid = changes.filter(({ message }) => message === undefined).map(({ summary }) => summary);
  if (given.size === 0 && unsaid.length === 1) return `Image connector of ${unsaid[0]}`;
  const subject = given.size > 0 ? [...given] : [`Image connectors of ${unsaid.length} stages`];
  const more = unsaid.length > MOST_LINES ? [`and ${unsaid.length - MOST_LINES} more`] : [];
  const listed = unsaid.length > 0 ? ["", ...unsaid.slice(0, MOST_LINES), ...more] : [];
  return shortened([...subject, ...listed].join("\n"));
}

/** As many whole characters as there is room for in an address. Half of one, as a text may hold, cannot be written there at all. */
function shortened(message: string): string {
  let [kept, room] = ["", LONGEST_MESSAGE];
  for (const character of Buffer.from(message).toString()) {
    room -= encodeURIComponent(character).length;
    if (room < 0) break;
    kept += character;
  }
  return kept;
}
