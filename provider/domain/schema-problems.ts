import { z } from "zod";
import { dotted, nearest, type Problem } from "./problem";
import { isUnknownAt } from "./unknown";

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
