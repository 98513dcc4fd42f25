import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { isUnknownAt } from "./unknown";

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

/** Schema issues as problems, without those about values that are not known yet. Values are never quoted: they may be secret. */
export function problemsOf(error: z.ZodError, input: unknown, keys: readonly string[]): Problem[] {
  return error.issues
    .filter((issue) => !isUnknownAt(input, issue.path))
    .flatMap((issue) => {
      if (issue.code !== "unrecognized_keys") return [{ path: dotted(issue.path), text: issue.message }];
      return issue.keys.map((key) => {
        const candidates = issue.path.length === 0 ? keys : [];
        const near = nearest(key, candidates);
        const text =
          near === undefined
            ? "is not an argument of this resource; remove it"
            : `is not an argument of this resource; did you mean ${near}?`;
        return { path: dotted([...issue.path, key]), text };
      });
    });
}
