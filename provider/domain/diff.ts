import { isPlain, type Plain, sameValue } from "./plain";
import { hasUnknown } from "./unknown";

/** What a change of one argument means. */
export interface DiffRule {
  /** `replace`: another object; `update`: a call to Harness; `note`: only remembered; `ignore`: never a change. */
  readonly effect: "replace" | "update" | "note" | "ignore";
  readonly reason?: string;
  /** When two values count as the same; deep equality by default. */
  readonly same?: (a: unknown, b: unknown) => boolean;
}

/** The rules of a resource, a row an argument; `git.branch` is an argument inside another. */
export type DiffRules = Readonly<Record<string, DiffRule>>;

/** The engine's view of a difference. */
export interface Difference {
  readonly changes: boolean;
  readonly replaces: string[];
  /** The arguments that differ. */
  readonly changed: readonly string[];
}

/** Compares stored outputs with wanted inputs. A value only known after the update counts as changed. Pure; no network. */
export function differ(rules: DiffRules, stored: Plain, wanted: Plain): Difference {
  const changed = Object.entries(rules).filter(
    ([path, rule]) => rule.effect !== "ignore" && !same(rule, valueAt(stored, path), valueAt(wanted, path)),
  );
  const replaces = changed.filter(([, rule]) => rule.effect === "replace").map(([key]) => key);
  return { changes: changed.length > 0, replaces, changed: changed.map(([key]) => key) };
}

/** Whether a difference needs a call to Harness at all. */
export function needsCall(rules: DiffRules, difference: Pick<Difference, "changed">): boolean {
  return difference.changed.some((key) => rules[key]?.effect !== "note");
}

/** The value at a dotted path. Of an object that is not known yet, nothing inside is known. */
function valueAt(props: Plain, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (isPlain(value) ? value[key] : hasUnknown(value) ? value : undefined), props);
}

function same(rule: DiffRule, stored: unknown, wanted: unknown): boolean {
  if (hasUnknown(wanted)) return false;
  return (rule.same ?? sameOrBlank)(stored, wanted);
}

/** Equality in which absent, null and empty count as one: Harness does not say which of them it answers. [H71] */
export function sameOrBlank(a: unknown, b: unknown): boolean {
  return (isBlank(a) && isBlank(b)) || sameValue(a, b);
}

/** Equality of lists that are sets to Harness. [H64] */
export function sameSet(a: unknown, b: unknown): boolean {
  const left = new Set(Array.isArray(a) ? a : []);
  const right = new Set(Array.isArray(b) ? b : []);
  return left.size === right.size && [...left].every((item) => right.has(item));
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPlain(value) && Object.keys(value).length === 0;
}
