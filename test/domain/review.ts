import fc from "fast-check";
import type { ObjectDomain } from "../../provider/domain/object";
import { isPlain, type Plain } from "../../provider/domain/plain";
import { problemsOf } from "../../provider/domain/schema-problems";

const UNKNOWN_VALUES = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];
/** What a Node program sends for a value not yet known. */
export const [UNKNOWN = ""] = UNKNOWN_VALUES;

/** Everything the offline ring says about arguments, as a user reads it: first the schema, then the rules. */
export function problemsIn(domain: ObjectDomain, args: Plain, stored: Plain = {}): string[] {
  const parsed = domain.schema.safeParse(args);
  const shape = parsed.success ? [] : problemsOf(parsed.error, args, domain.schema);
  const review = domain.review({ ...args, __owner: "org/project/stack/registry" }, stored);
  return [...shape, ...review.problems].map(({ path, text }) => `${path} ${text}`);
}

/** Arguments in which any parts, whole objects and lists too, are not yet known. */
export function partlyUnknown(args: Plain): fc.Arbitrary<Plain> {
  const unknowns = fc.array(fc.tuple(fc.constantFrom(...pathsIn(args)), fc.constantFrom(...UNKNOWN_VALUES)), {
    maxLength: 4,
  });
  return unknowns.map((places) => places.reduce((made, [path, unknown]) => replaced(made, path, unknown), args));
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

function replaced(value: Plain, [key = "", ...rest]: readonly string[], by: string): Plain {
  return { ...value, [key]: rest.length === 0 ? by : inside(value[key], rest, by) };
}

/** Below a part that is unknown already there is nothing to replace. */
function inside(value: unknown, path: readonly string[], by: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === path[0] ? by : item));
  return isPlain(value) ? replaced(value, path, by) : value;
}
