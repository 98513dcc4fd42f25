import { isObject } from "./json";
import type { SchemaProblem } from "./schema-problem";
import { noObject, textProblem } from "./schema-problem";

/** The keys of each v1 runtime; those of the first list must be strings. [H139] [H140] */
const RUNTIMES: ReadonlyMap<string, readonly [string, string]> = new Map([
  [
    "kubernetes",
    [
      "namespace connector harness-image-connector priority-class service-account pod-spec-overlay timeout",
      "user pull os automount-service-token tolerations host node-selector labels annotations volumes security-context",
    ],
  ],
  ["vm", ["pool harness-image-connector timeout", "os"]],
  ["shell", ["connector", ""]],
  ["cloud", ["image connector", "size virtualization"]],
]);

const UNKNOWN = "is not defined in the schema and the schema does not allow additional properties";

function specProblems(kind: string, spec: unknown, fqn: string): SchemaProblem[] {
  const keys = RUNTIMES.get(kind);
  if (keys === undefined) return kind === "delegate" ? [] : [{ fqn, error: UNKNOWN }];
  if (!isObject(spec)) return noObject(spec, fqn);
  const [texts = [], others = []] = keys.map((list) => list.split(" "));
  const strange = Object.keys(spec).filter((key) => !texts.includes(key) && !others.includes(key));
  return [
    ...strange.map((key) => ({ fqn: `${fqn}.${key}`, error: UNKNOWN })),
    ...texts.flatMap((key) => textProblem(spec[key], `${fqn}.${key}`, key !== "pool")),
  ];
}

/** What is wrong with the runtime of a v1 stage: a word, or one object of known keys for each kind. [H139] [H140] */
export function runtimeProblems(runtime: unknown, fqn: string): SchemaProblem[] {
  if (!isObject(runtime)) return textProblem(runtime, fqn, true);
  return Object.entries(runtime).flatMap(([kind, spec]) => specProblems(kind, spec, `${fqn}.${kind}`));
}
