/** One violation of the schema of a pipeline. */
export interface SchemaProblem {
  /** For example `$.pipeline.name`. */
  readonly fqn: string;
  readonly error: string;
}

const REQUIRED = "is missing but it is required";

function problem(value: unknown, fqn: string, wanted: string): SchemaProblem[] {
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return [{ fqn, error: value === undefined ? REQUIRED : `${type} found, ${wanted} expected` }];
}

/** What is wrong with a value that should be a string; it may be absent when it is optional. [H132] */
export function textProblem(value: unknown, fqn: string, optional = false): SchemaProblem[] {
  return typeof value === "string" || (optional && value === undefined) ? [] : problem(value, fqn, "string");
}

/** What is wrong with a value that is no object. */
export function noObject(value: unknown, fqn: string): SchemaProblem[] {
  return problem(value, fqn, "object");
}

/** What is wrong with a value that should be a list of at least one. [H159] */
export function listProblem(value: unknown, fqn: string): SchemaProblem[] {
  if (!Array.isArray(value)) return problem(value, fqn, "array");
  return value.length > 0 ? [] : [{ fqn, error: "there must be a minimum of 1 items in the array" }];
}
