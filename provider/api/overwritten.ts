/** What a save of ours came over. [H149] [H157] */
export function overwrittenWords(saves: number): string {
  const others = saves === 1 ? "a save of somebody else" : `${saves} saves of others`;
  const mind = "a run that starts or ends is counted too, and loses nothing";
  return `${others} came in the same moment and may be lost: of an inline pipeline Harness keeps the last save only (${mind})`;
}

/** What somebody has to do then. */
export const LOOK_INTO_HISTORY =
  "Look into the pipeline's history in Harness whether an edit is missing, and make it again.";

/** What to know of a save that nobody could watch. @param stage the id of its stage */
export function unwatchedWords(stage: string): string {
  const pipeline = stage.split("/").slice(0, 3).join("/");
  return `Harness does not tell how often pipeline ${pipeline} was saved: an edit of somebody else in the same moment would go unnoticed; look into its history if somebody works on it`;
}
