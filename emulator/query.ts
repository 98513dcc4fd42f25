import type { FieldProblem } from "./errors";
import { invalid, refusal } from "./errors";
import type { Scope } from "./scope";
import { scopeOf } from "./scope";

/** Parameters that every endpoint takes; `routingId` is sent by one official client and means nothing. [H5] */
const EVERYWHERE: readonly string[] = ["accountIdentifier", "routingId"];

/** Which page of a list is wanted. */
export interface Paging {
  readonly pageIndex: number;
  readonly pageSize: number;
}

/** The query of a request, read strictly: what an endpoint does not declare is refused by name. */
export class Query {
  private readonly values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.values = values;
  }

  /**
   * Refuses parameters that are unknown, empty, or repeated where one value is meant.
   * Harness ignores unknown ones; the emulator does not, because a misspelt scope would silently be another scope.
   */
  check(allowed: readonly string[], repeatable: readonly string[]): void {
    const problems: FieldProblem[] = [];
    for (const name of new Set(this.values.keys())) {
      const given = this.values.getAll(name);
      if (!EVERYWHERE.includes(name) && !allowed.includes(name) && !repeatable.includes(name)) {
        problems.push({ fieldId: name, error: "is not a parameter of this endpoint" });
      } else if (given.length > 1 && !repeatable.includes(name)) {
        problems.push({ fieldId: name, error: "is given more than once" });
      } else if (given.includes("")) {
        problems.push({ fieldId: name, error: "must not be empty" });
      }
    }
    if (problems.length > 0) throw invalid(problems);
  }

  /** A parameter. */
  text(name: string): string | undefined {
    return this.values.get(name) ?? undefined;
  }

  /** A parameter that must be there. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw invalid([{ fieldId: name, error: "must not be null" }]);
    return value;
  }

  /** All values of a repeatable parameter. */
  all(name: string): string[] {
    return this.values.getAll(name);
  }

  /** A boolean parameter, false when absent. */
  flag(name: string): boolean {
    const value = this.text(name);
    if (value === undefined || value === "false") return false;
    if (value === "true") return true;
    throw invalid([{ fieldId: name, error: "must be true or false" }]);
  }

  /** Page number from 0 and page size, under the names of the endpoint. [H56] [H151] [H155] */
  paging(defaultSize: number, maxSize: number, names = ["pageIndex", "pageSize"]): Paging {
    const [index = "", size = ""] = names;
    const pageIndex = this.whole(index, 0);
    const pageSize = this.whole(size, defaultSize);
    if (pageSize < 1) throw invalid([{ fieldId: size, error: "must be greater than or equal to 1" }]);
    if (pageSize > maxSize) throw invalid([{ fieldId: size, error: `must be less than or equal to ${maxSize}` }]);
    return { pageIndex, pageSize };
  }

  /** The scope in the query; without organisation and project the account. [H33] */
  scope(accountId: string): Scope {
    const orgId = this.text("orgIdentifier");
    const projectId = this.text("projectIdentifier");
    if (projectId !== undefined && orgId === undefined) {
      throw refusal("INVALID_REQUEST", `Project ${projectId} specified without the org Identifier`);
    }
    return scopeOf(accountId, orgId, projectId);
  }

  private whole(name: string, absent: number): number {
    const value = this.text(name);
    if (value === undefined) return absent;
    if (!/^\d{1,9}$/.test(value)) throw invalid([{ fieldId: name, error: "must be a whole number from 0" }]);
    return Number(value);
  }
}
