/** What is wrong, in words. Free of zod: programs load it with `registries`. */
import { distance } from "fastest-levenshtein";

/** One mistake in a resource's arguments: where, and a sentence that says what, why and what to write instead. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

/** A thing the user should know that is no mistake: said when the resource is new or changes, or, if `standing`, always. */
export interface Remark extends Problem {
  readonly standing?: boolean;
}

/** `auth.passwordRef` from path segments. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** The candidate nearest to a misspelt word, when one is near enough to suggest. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** ` (did you mean mirror?)`, or nothing where no candidate is near. */
export function suggestion(word: string, candidates: readonly string[], prefix = ""): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` (did you mean ${prefix}${near}?)`;
}

/** Words that are none of those known, each with the nearest one. */
export function misspelt(words: readonly string[], known: readonly string[]): string[] {
  return words.filter((word) => !known.includes(word)).map((word) => `"${word}"${suggestion(word, known)}`);
}
