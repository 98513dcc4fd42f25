import { unreadable } from "./errors";
import type { JsonObject } from "./json";
import { isObject, isStringArray, isStringMap } from "./json";

/**
 * Readers for the fields of a request body. A value of the wrong JSON type cannot be read [H21]; `null` is the same as
 * absent. The server would turn some scalars into strings; the emulator does not.
 */
function mistyped(key: string, wanted: string): never {
  throw unreadable(`Cannot deserialize value of field "${key}": ${wanted} expected`);
}

/** A string field. */
export function text(from: JsonObject, key: string): string | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  return mistyped(key, "a string");
}

/** A boolean field. */
export function bool(from: JsonObject, key: string): boolean | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  return mistyped(key, "a boolean");
}

/** A field that is a list of strings. */
export function texts(from: JsonObject, key: string): string[] | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined || isStringArray(value)) return value;
  return mistyped(key, "a list of strings");
}

/** A field that is a map of string to string. */
export function textMap(from: JsonObject, key: string): Record<string, string> | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined || isStringMap(value)) return value;
  return mistyped(key, "a map of string to string");
}

/** A field that is an object. */
export function object(from: JsonObject, key: string): JsonObject | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  return mistyped(key, "an object");
}

/** A string field with fixed values. */
export function oneOf(from: JsonObject, key: string, words: readonly string[]): string | undefined {
  const value = text(from, key);
  if (value === undefined || words.includes(value)) return value;
  return mistyped(key, `one of ${words.join(", ")}`);
}

/** The body itself as an object. */
export function bodyObject(body: unknown): JsonObject {
  return isObject(body) ? body : mistyped("body", "an object");
}
