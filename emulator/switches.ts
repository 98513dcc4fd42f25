import { isObject, isStringArray } from "./json";

/** A policy that denies a save with a successful HTTP status. [H40] [H93] [H150] */
export interface OpaDeny {
  /** The words of the policy. */
  readonly message: string;
  /** Identifiers of the connectors, secrets and pipelines it denies; absent means all. */
  readonly identifiers?: readonly string[];
  /** A further condition on the connector or secret as sent, or on identifiers and `yaml` of a pipeline (in process only). */
  readonly when?: (entity: Record<string, unknown>) => boolean;
}

/** What the emulator does where the facts leave a choice, and how the account is set. Every field has a default. */
export interface Switches {
  /** Time each answer takes, half before and half after the request is applied. Default 0. */
  latencyMs: number;
  /** How a missing connector, organisation, project or secret is answered: the status, and the code. [H42] Default "404". */
  notFound: "404" | "400" | "404-entity";
  /** Older servers answer the GET of a missing secret with 200 and `data: null`. [H87] Default "not-found". */
  secretGetMissing: "not-found" | "200-null";
  /** How an optional key that was never set comes back. [H36] [H70] [H71] Default "null". */
  unset: "null" | "absent" | "empty";
  /** What an omitted `executeOnDelegate` is stored as. [H65] Default true. */
  executeOnDelegateWhenOmitted: boolean;
  /** How long after a create the asynchronous status appears. [H39] Default 200. */
  statusDelayMs: number;
  /** What the asynchronous test finds. [H38] Default "SUCCESS". */
  statusAfterCreate: "SUCCESS" | "FAILURE" | "PARTIAL" | "UNKNOWN";
  /** How a failed connection test is answered: 200 with `FAILURE`, or an error with hints. [H95] Default "200". */
  testFailure: "200" | "error";
  /** Least time a connection test takes. [H98] Default 0. */
  testDurationMs: number;
  /** What a test finds of a registry that is not on this machine: it is taken for good, for unreachable, or really asked. Default "succeed". */
  foreignRegistries: "succeed" | "unreachable" | "contact";
  /** Whether the Harness Platform reaches registries at all; through delegates they are reached. Default true. */
  platformReaches: boolean;
  /** Time between reading and saving the account's CI images, in which another save is lost. [H175] Default 0. */
  ciImagesGapMs: number;
  /** How a field that is not overridden comes back. [H176] Default "absent". */
  ciImagesEmpty: "absent" | "null";
  /** Whether `infra` may be in any case. [H174] Default "any". */
  ciInfraCase: "any" | "exact";
  /** How long a reference outlives the connector or pipeline that made it. [H89] [H142] Default 0. */
  usageLagMs: number;
  /** The account setting that allows `forceDelete`. [H49] [H88] Default false. */
  forceDeleteEnabled: boolean;
  /** A denying policy, or null. [H40] Default null. */
  opaDeny: OpaDeny | null;
  /** The code of a duplicate create: found by the check, or by losing a race. [H44] Default "INVALID_REQUEST". */
  duplicateConnector: "INVALID_REQUEST" | "DUPLICATE_FIELD";
  /** The code of an update of a missing connector. [H45] Default "CONNECTOR_NOT_FOUND_EXCEPTION". */
  updateMissing: "CONNECTOR_NOT_FOUND_EXCEPTION" | "INVALID_REQUEST";
  /** "answers-false" deletes nothing and answers `data: false`. [H41] Default "deletes". */
  connectorDelete: "deletes" | "answers-false";
  /** Whether an identifier is free again after a delete. [H59] Default true. */
  identifierFreeAfterDelete: boolean;
  /** Whether the delegate heartbeat task can be made and removed. [H53] Default true. */
  heartbeatWorks: boolean;
  /** What an update of an inline secret without a value does. [H90] Default "keep". */
  secretPutWithoutValue: "keep" | "refuse";
  /** Whether messages about secret references name the field. [H80] Default true. */
  secretRefFieldPrefix: boolean;
  /** The scope a reference without prefix means at organisation and account level. [H79] Default "project". */
  bareSecretRef: "project" | "own";
  /** Which key carries the total of a page. [H57] Default "totalItems". */
  totalsKey: "totalItems" | "totalElements";
  /** The order of connector lists. [H57] Default "newest-first". */
  connectorOrder: "newest-first" | "oldest-first";
  /** Whether listings insist on `filterType`. [H55] [H99] Default true. */
  filterTypeRequired: boolean;
  /** The largest `pageSize`. [H56] Default 1000. */
  maxPageSize: number;
  /** The longest identifier: 128, or 64 on older servers. [H72] Default 128. */
  identifierMaxLength: number;
  /** The longest name. [H76] Default 128. */
  nameMaxLength: number;
  /** How a token of another account is refused. [H16] Default "401". */
  wrongAccount: "401" | "403";
  /** Whether the v1 GET of a pipeline has `updated`, the time of the last save, and how fine it is. [H156] Default "same". */
  pipelineUpdated: "same" | "seconds" | "absent";
  /** Whether the summary of a pipeline has the `version` that each write counts up, or one that never changes. [H149] Default "number". */
  summaryVersion: "number" | "constant" | "absent";
  /** Whether the text of an inline pipeline stays as it was sent, or is written anew without its comments. [H187] Default "kept". */
  savedYaml: "kept" | "rewritten";
  /** The store type of an inline pipeline in answers. [H148] Default "INLINE". */
  inlineStoreType: "INLINE" | "INLINE_HC" | "absent";
  /**
   * What makes an update of a remote pipeline stale: the blob of its own file, or any newer commit of the branch, with
   * the words of Harness or with Git's own conflict. [H164] [H165] [H166] Default "blob".
   */
  gitConflict: "blob" | "commit" | "scm";
  /** The HTTP status of a policy's denial of a pipeline: 200 on the v0 endpoints, or an error. [H150] Default "200". */
  pipelineDenial: "200" | "error";
  /** Requests per token in any 60 s before 429 without `Retry-After`; 0 is unlimited. [H109] [H110] Default 0. */
  requestsPerMinute: number;
}

/** The defaults of all switches. */
export function defaultSwitches(): Switches {
  return {
    latencyMs: 0,
    notFound: "404",
    secretGetMissing: "not-found",
    unset: "null",
    executeOnDelegateWhenOmitted: true,
    statusDelayMs: 200,
    statusAfterCreate: "SUCCESS",
    testFailure: "200",
    testDurationMs: 0,
    foreignRegistries: "succeed",
    platformReaches: true,
    ciImagesGapMs: 0,
    ciImagesEmpty: "absent",
    ciInfraCase: "any",
    usageLagMs: 0,
    forceDeleteEnabled: false,
    opaDeny: null,
    duplicateConnector: "INVALID_REQUEST",
    updateMissing: "CONNECTOR_NOT_FOUND_EXCEPTION",
    connectorDelete: "deletes",
    identifierFreeAfterDelete: true,
    heartbeatWorks: true,
    secretPutWithoutValue: "keep",
    secretRefFieldPrefix: true,
    bareSecretRef: "project",
    totalsKey: "totalItems",
    connectorOrder: "newest-first",
    filterTypeRequired: true,
    maxPageSize: 1000,
    identifierMaxLength: 128,
    nameMaxLength: 128,
    wrongAccount: "401",
    pipelineUpdated: "same",
    summaryVersion: "number",
    savedYaml: "kept",
    inlineStoreType: "INLINE",
    gitConflict: "blob",
    pipelineDenial: "200",
    requestsPerMinute: 0,
  };
}

/** The values of the switches that are words. */
const WORDS: { readonly [name: string]: readonly string[] } = {
  notFound: ["404", "400", "404-entity"],
  secretGetMissing: ["not-found", "200-null"],
  unset: ["null", "absent", "empty"],
  statusAfterCreate: ["SUCCESS", "FAILURE", "PARTIAL", "UNKNOWN"],
  testFailure: ["200", "error"],
  foreignRegistries: ["succeed", "unreachable", "contact"],
  ciImagesEmpty: ["absent", "null"],
  ciInfraCase: ["any", "exact"],
  duplicateConnector: ["INVALID_REQUEST", "DUPLICATE_FIELD"],
  updateMissing: ["CONNECTOR_NOT_FOUND_EXCEPTION", "INVALID_REQUEST"],
  connectorDelete: ["deletes", "answers-false"],
  secretPutWithoutValue: ["keep", "refuse"],
  bareSecretRef: ["project", "own"],
  totalsKey: ["totalItems", "totalElements"],
  connectorOrder: ["newest-first", "oldest-first"],
  wrongAccount: ["401", "403"],
  pipelineUpdated: ["same", "seconds", "absent"],
  summaryVersion: ["number", "constant", "absent"],
  savedYaml: ["kept", "rewritten"],
  inlineStoreType: ["INLINE", "INLINE_HC", "absent"],
  gitConflict: ["blob", "commit", "scm"],
  pipelineDenial: ["200", "error"],
};

function isOpaDeny(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value) || typeof value["message"] !== "string") return false;
  const { identifiers, when } = value;
  return (
    (identifiers === undefined || isStringArray(identifiers)) && (when === undefined || typeof when === "function")
  );
}

/** What is wrong with one switch, if anything. */
function switchProblem(name: string, value: unknown, known: object): string | undefined {
  const current: unknown = Reflect.get(known, name);
  if (current === undefined) return `there is no switch "${name}"; there are ${Object.keys(known).join(", ")}`;
  if (name === "opaDeny") return isOpaDeny(value) ? undefined : "opaDeny is null or { message, identifiers? }";
  const words = WORDS[name];
  if (words !== undefined) {
    return typeof value === "string" && words.includes(value) ? undefined : `${name} is one of ${words.join(", ")}`;
  }
  if (typeof current === "number") {
    return typeof value === "number" && value >= 0 ? undefined : `${name} is a number from 0`;
  }
  return typeof value === typeof current ? undefined : `${name} is a ${typeof current}`;
}

/**
 * Changes switches in place, all or none.
 * @throws TypeError naming the switch when a name or a value is not one of ours.
 */
export function changeSwitches(switches: Switches, changes: object): void {
  for (const [name, value] of Object.entries(changes)) {
    const problem = switchProblem(name, value, switches);
    if (problem !== undefined) throw new TypeError(`Emulator switches: ${problem}.`);
  }
  Object.assign(switches, changes);
}
