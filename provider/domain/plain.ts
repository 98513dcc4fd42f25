/** A JSON object whose values are not known by type. */
export type Plain = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (not an array, not null). */
export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without keys whose value is undefined, at any depth: the engine refuses `undefined` inside results. */
export function withoutUndefined(value: Plain): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, cleaned(inner)]));
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  return isPlain(value) ? withoutUndefined(value) : value;
}

/** A copy without the named keys. */
export function omit(value: Plain, keys: Iterable<string>): Record<string, unknown> {
  const dropped = new Set(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !dropped.has(key)));
}

/** Deep equality of JSON values; the order of keys does not matter, an undefined key counts as absent. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (a instanceof Date || b instanceof Date) return String(a) === String(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}
