import type { FieldProblem } from "./errors";

/** Documented and server-side reserved words together, compared exactly. [H74] */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "or and eq ne lt gt le ge div mod not null true false new var new return step parallel stepGroup org account " +
    "status liteEngineTask class shellScriptProvisioner _harness_system"
  ).split(" "),
);

const CONNECTOR_ID = /^[a-zA-Z_][0-9a-zA-Z_$]*$/;
/** `-` is for secrets only. [H73] */
const SECRET_ID = /^[a-zA-Z_][0-9a-zA-Z_$-]*$/;
/** The widest set of characters seen in server versions. [H76] */
const NAME = /^[-0-9a-zA-Z_ ./]+$/;

/** What is wrong with an identifier, if anything. [H72] [H74] */
export function identifierProblem(
  kind: "connector" | "secret",
  identifier: string,
  maxLength: number,
): string | undefined {
  if (identifier === "") return "cannot be empty.";
  if (identifier.length > maxLength) return `cannot be more than ${maxLength} characters long.`;
  const pattern = kind === "secret" ? SECRET_ID : CONNECTOR_ID;
  if (!pattern.test(identifier)) return `must match ${pattern.source}`;
  return RESERVED.has(identifier) ? `${identifier} is a reserved keyword` : undefined;
}

/** What is wrong with a name, if anything. [H76] */
function nameProblem(name: string, maxLength: number): string | undefined {
  if (name.trim() === "") return "cannot be empty.";
  if (name.length > maxLength) return `cannot be more than ${maxLength} characters long.`;
  return NAME.test(name) ? undefined : "can only contain letters, digits, space and the characters - _ . /";
}

/** Collects the problems of a name and an identifier. */
export function namingProblems(
  kind: "connector" | "secret",
  name: string | undefined,
  identifier: string | undefined,
  limits: { readonly nameMaxLength: number; readonly identifierMaxLength: number },
): FieldProblem[] {
  const ofName = nameProblem(name ?? "", limits.nameMaxLength);
  const ofIdentifier = identifierProblem(kind, identifier ?? "", limits.identifierMaxLength);
  return [
    ...(ofName === undefined ? [] : [{ fieldId: "name", error: ofName }]),
    ...(ofIdentifier === undefined ? [] : [{ fieldId: "identifier", error: ofIdentifier }]),
  ];
}
