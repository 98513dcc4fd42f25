/**
 * In preview the engine sends the value of anything not yet known as one of these strings, whatever type the field declares:
 * one a kind (bool, number, string, array, asset, archive, object). A Node program sends the first for all of them.
 */
const UNKNOWN_VALUES: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a value is only known after an update. */
export function isUnknown(value: unknown): boolean {
  return UNKNOWN_VALUES.has(value);
}

/** Whether a value, or anything inside it, is only known after an update. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(hasUnknown);
}

/** Whether the value at a path, or any value on the way to it, is only known after an update. */
export function isUnknownAt(root: unknown, path: readonly PropertyKey[]): boolean {
  let value: unknown = root;
  for (const key of path) {
    if (isUnknown(value)) return true;
    if (typeof value !== "object" || value === null) return false;
    value = Reflect.get(value, key);
  }
  return isUnknown(value);
}
