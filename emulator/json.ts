/** JSON as it comes from outside: unknown until a guard has looked at it. */

/** A JSON object of unknown content. */
export type JsonObject = Record<string, unknown>;

/** Tells whether a value is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells whether a value is an array of strings. */
export function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Tells whether a value is a map of string to string. */
export function isStringMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === "string");
}

/** An independent copy, so that nobody outside can change what is stored. */
export function copyOf<T>(value: T): T {
  return structuredClone(value);
}

/** The value at a path of keys; undefined where there is none. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((here: unknown, key) => (isObject(here) ? here[key] : undefined), value);
}

/** A copy without the keys whose value is null, at every depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) kept[key] = withoutNulls(item);
  }
  return kept;
}
