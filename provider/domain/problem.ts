import { distance } from "fastest-levenshtein";
import { z } from "zod";
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

/**
 * Schema issues as problems, without those about values that are not known yet. Values are never quoted: they may be secret.
 *
 * @param whose what takes the arguments
 */
export function problemsOf(error: z.ZodError, input: unknown, schema: z.ZodObject, whose = "this resource"): Problem[] {
  return error.issues
    .filter((issue) => !isUnknownAt(input, issue.path))
    .flatMap((issue) => {
      const known = keysAt(schema, issue.path);
      if (issue.code !== "unrecognized_keys") {
        const isPlainWord = issue.code === "invalid_type" && issue.expected === "object" && known.length > 0;
        const text = isPlainWord ? `must be an object of ${known.join(", ")}` : issue.message;
        return [{ path: dotted(issue.path), text }];
      }
      return issue.keys.map((key) => {
        const near = nearest(key, known);
        const next = near === undefined ? "remove it" : `did you mean ${near}?`;
        return { path: dotted([...issue.path, key]), text: `is not an argument of ${whose}; ${next}` };
      });
    });
}

/** What can be written at a path, as far as it is one shape. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of path) {
    at = inside(at);
    at = at instanceof z.ZodObject ? at.shape[String(key)] : undefined;
  }
  at = inside(at);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function inside(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? inside(schema.unwrap()) : schema;
}
