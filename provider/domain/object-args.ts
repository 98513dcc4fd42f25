import { identifierFromName, identifierProblem } from "./identifier";
import { MARK_TAGS } from "./marks";
import { isPlain, type Plain } from "./plain";
import type { Problem, Remark } from "./problem";
import { refOf } from "./scope";
import { isUnknown } from "./unknown";

const LONGEST_NAME = 128;
const LONGEST_NAME_SEEN = 64;

/** The hidden input that says which Pulumi resource this is: `organisation/project/stack/name`. */
export const OWNER_KEY = "__owner";

/** The Pulumi name of a resource, from its owner; inside components, their types stand before it. */
export function nameOfOwner(owner: unknown): string | undefined {
  if (typeof owner !== "string" || isUnknown(owner)) return undefined;
  return owner.split("/").slice(3).join("/").split("::").pop();
}

/** A string argument, when it is given and known. */
export function knownText(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

/** What is wrong with the arguments that every object has: name, tags, scope and identifier. */
export function objectProblems(args: Plain, hyphens: boolean): Problem[] {
  return [
    ...nameProblems(args["name"]),
    ...tagProblems(args["tags"]),
    ...scopeProblems(args),
    ...identifierProblems(args["identifier"], hyphens),
  ];
}

/** What a user should know about the name. [H76] */
export function nameRemarks(args: Plain): Remark[] {
  const name = knownText(args["name"] ?? nameOfOwner(args[OWNER_KEY]));
  if (name === undefined || name.length > LONGEST_NAME) return [];
  const remarks: Remark[] = [];
  if (name.length > LONGEST_NAME_SEEN) {
    remarks.push({
      path: "name",
      text: `has ${name.length} characters; some Harness versions allow ${LONGEST_NAME_SEEN}`,
    });
  }
  if (/[^\w ./-]/.test(name)) {
    remarks.push({
      path: "name",
      text: "has characters other than letters, digits, space and _ - . /, which some Harness versions refuse",
    });
  }
  return remarks;
}

/**
 * The arguments that follow from others. The identifier is made from the name once; later the stored one is kept, for Harness
 * cannot rename an object. [H34]
 */
export function deriveIdentity(args: Plain, stored: Plain): Plain {
  const name = args["name"] ?? nameOfOwner(args[OWNER_KEY]);
  const identifier = args["identifier"] ?? stored["identifier"] ?? derivedIdentifier(name);
  const parts = [identifier, args["orgId"], args["projectId"]];
  const unknown = parts.find(isUnknown);
  const ref = unknown ?? derivedRef(identifier, args["orgId"], args["projectId"]);
  return { name, identifier, ref };
}

function derivedIdentifier(name: unknown): unknown {
  if (isUnknown(name)) return name;
  return typeof name === "string" ? identifierFromName(name) : undefined;
}

function derivedRef(identifier: unknown, orgId: unknown, projectId: unknown): string | undefined {
  const id = knownText(identifier);
  return id === undefined
    ? undefined
    : refOf({ identifier: id, orgId: knownText(orgId), projectId: knownText(projectId) });
}

function nameProblems(value: unknown): Problem[] {
  const name = knownText(value);
  if (name === undefined) return [];
  if (name.trim() === "")
    return [{ path: "name", text: "is blank; write a name, or leave it out to use the Pulumi name" }];
  if (name.length > LONGEST_NAME) {
    return [{ path: "name", text: `has ${name.length} characters; write at most ${LONGEST_NAME}` }];
  }
  return [];
}

function tagProblems(tags: unknown): Problem[] {
  if (!isPlain(tags)) return [];
  return MARK_TAGS.filter((key) => key in tags).map((key) => ({
    path: `tags.${key}`,
    text: "is a tag this provider writes itself to know its objects again; choose another key",
  }));
}

function scopeProblems({ orgId, projectId }: Plain): Problem[] {
  const problems: Problem[] = [];
  for (const [path, value] of Object.entries({ orgId, projectId })) {
    const text = knownText(value);
    if (text !== undefined && !/^[\w$-]+$/.test(text)) {
      problems.push({
        path,
        text: "is not the identifier of a Harness scope; copy it from the page of the organisation or project",
      });
    }
  }
  if (projectId !== undefined && orgId === undefined) {
    problems.push({ path: "projectId", text: "needs orgId too: a project belongs to an organisation; add orgId" });
  }
  return problems;
}

function identifierProblems(value: unknown, hyphens: boolean): Problem[] {
  const identifier = knownText(value);
  const text = identifier === undefined ? undefined : identifierProblem(identifier, hyphens);
  return text === undefined ? [] : [{ path: "identifier", text }];
}
