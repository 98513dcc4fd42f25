import type { FieldProblem } from "./errors";
import { invalid, refusal } from "./errors";
import { bodyObject, object, oneOf, text, textMap } from "./fields";
import { namingProblems } from "./identifier";
import type { JsonObject } from "./json";
import { copyOf, isObject } from "./json";
import type { SecretRecord } from "./records";
import type { Scope } from "./scope";
import { wireScope } from "./scope";
import type { State } from "./state";
import type { Switches } from "./switches";

const TYPES = ["SecretText", "SecretFile", "SSHKey", "WinRmCredentials"];
const VALUE_TYPES = ["Inline", "Reference", "CustomSecretManagerValues"];

/** A secret as sent; its scope is what the body says, to be compared with the query. [H82] */
export type SentSecret = Omit<SecretRecord, "scope" | "createdAt" | "updatedAt"> & {
  readonly orgId: string | undefined;
  readonly projectId: string | undefined;
};

function specProblems(spec: JsonObject | undefined): FieldProblem[] {
  if (spec === undefined) return [{ fieldId: "spec", error: "must not be null" }];
  return ["secretManagerIdentifier", "valueType"]
    .filter((key) => (spec[key] ?? undefined) === undefined)
    .map((key) => ({ fieldId: key, error: "must not be null" }));
}

/** Reads the body of a create or update: what cannot be read [H21] before what is not valid [H20]. */
export function parseSecretBody(state: State, body: unknown): SentSecret {
  const sent = object(bodyObject(body), "secret");
  if (sent === undefined) throw invalid([{ fieldId: "secret", error: "must not be null" }]);
  const identifier = text(sent, "identifier");
  const name = text(sent, "name");
  const type = oneOf(sent, "type", TYPES);
  const spec = object(sent, "spec");
  const problems = namingProblems("secret", name, identifier, state.switches);
  if (type === undefined) problems.push({ fieldId: "type", error: "must not be null" });
  problems.push(...specProblems(spec));
  const read = {
    identifier: identifier ?? "",
    name: name ?? "",
    description: text(sent, "description"),
    tags: textMap(sent, "tags"),
    orgId: text(sent, "orgIdentifier"),
    projectId: text(sent, "projectIdentifier"),
    secretManagerIdentifier: text(spec ?? {}, "secretManagerIdentifier") ?? "",
    valueType: oneOf(spec ?? {}, "valueType", VALUE_TYPES) ?? "",
    value: text(spec ?? {}, "value"),
    additionalMetadata: object(spec ?? {}, "additionalMetadata"),
  };
  if (problems.length > 0) throw invalid(problems);
  if (type !== "SecretText") throw refusal("INVALID_REQUEST", `The emulator has text secrets only, not ${type}.`);
  return read;
}

/** The secret as a policy sees it: without its value. [H93] */
export function maskedSecret(body: unknown): JsonObject {
  const secret = isObject(body) && isObject(body["secret"]) ? copyOf(body["secret"]) : {};
  const spec = secret["spec"];
  if (isObject(spec)) delete spec["value"];
  return secret;
}

/** Tells whether the scope in the body is the scope in the query. [H82] */
export function sameScope(sent: SentSecret, scope: Scope): boolean {
  return sent.orgId === scope.orgId && sent.projectId === scope.projectId;
}

/** A secret as GET, POST, PUT and the list return it. An inline value never leaves. [H85] [H86] */
export function secretView(record: SecretRecord, unset: Switches["unset"]): JsonObject {
  return {
    secret: {
      type: "SecretText",
      name: record.name,
      identifier: record.identifier,
      ...wireScope(record.scope),
      tags: copyOf(record.tags) ?? (unset === "empty" ? {} : null),
      description: record.description ?? (unset === "empty" ? "" : null),
      spec: {
        secretManagerIdentifier: record.secretManagerIdentifier,
        valueType: record.valueType,
        value: record.valueType === "Inline" ? null : (record.value ?? null),
        additionalMetadata: copyOf(record.additionalMetadata) ?? null,
      },
    },
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    draft: false,
    governanceMetadata: null,
  };
}
