import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Environment } from "../config";
import { differ, needsCall, sameOrBlank } from "../domain/diff";
import type { Review } from "../domain/object";
import { knownText } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { secretTextDomain } from "../domain/secret-text";
import { isUnknown } from "../domain/unknown";
import { ConfigurationError } from "../errors";
import { rememberSecret } from "../redact";
import type { Session } from "../session";
import type { Handler } from "./handler";
import { ownedObject } from "./owned-object";

/** What says which value the secret has. */
const SECRET_SOURCES: readonly string[] = ["value", "valueDigest", "reference"];

/** Text secrets: the life of every owned object, and a value that comes from the program or from the environment. */
export function secretText(session: Session): Handler {
  return ownedObject({
    session,
    domain: secretTextDomain,
    objects: (harness) => harness.secrets,
    reviewHere: (args, stored, review) =>
      versioned(args, stored, reviewValue(session.environment, args, stored, review)),
    reveal: (args, doing) => reveal(session.environment, args, doing),
  });
}

/** Notices a rotated variable by a salted digest, so that its value is stored nowhere. */
function reviewValue(environment: Environment, args: Plain, stored: Plain, review: Review): Review {
  rememberSecret(knownText(args["value"]));
  const variable = knownText(args["valueFromEnv"]);
  if (variable === undefined || variable === "") return review;
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    // Not quoted: it may be the value itself.
    const text = "is not the name of an environment variable; write the variable's name, never the value";
    return { ...review, problems: [...review.problems, { path: "valueFromEnv", text }] };
  }
  const value = environment[variable];
  const before = variable === stored["valueFromEnv"] ? knownText(stored["valueDigest"]) : undefined;
  if (value === undefined || value === "") {
    if (before === undefined) return withoutVariable(review, `names ${variable}, which is not set or empty`);
    const wanted = { ...identityOf(stored), ...args, ...review.computed, valueDigest: before };
    const { rules } = secretTextDomain;
    return needsCall(rules, differ(rules, stored, wanted))
      ? withoutVariable(
          review,
          `names ${variable}, which is not set or empty, and every change of a secret sends its value`,
        )
      : { ...unseenRotation(review, variable), computed: { ...review.computed, valueDigest: before } };
  }
  rememberSecret(value);
  const valueDigest = before !== undefined && matches(before, value) ? before : digest(value, randomBytes(16));
  return { ...review, computed: { ...review.computed, valueDigest } };
}

/** Counts the values the secret has had, so that what depends on the value can depend on the count, which is no secret. */
function versioned(args: Plain, stored: Plain, review: Review): Review {
  const wanted = { ...args, ...review.computed };
  const unknown = SECRET_SOURCES.map((key) => wanted[key]).find(isUnknown);
  const before = knownText(stored["version"]);
  const isNew = stored["identifier"] === undefined;
  const same = !isNew && SECRET_SOURCES.every((key) => sameOrBlank(stored[key], wanted[key]));
  const version = unknown ?? (same ? (before ?? "1") : String(Number(isNew ? 0 : (before ?? 0)) + 1));
  return { ...review, computed: { ...review.computed, version } };
}

/** What an update keeps when the program does not say it. */
function identityOf({ name, identifier }: Plain): Plain {
  return { name, identifier };
}

/** Without the variable nothing can be sent. */
function withoutVariable(review: Review, what: string): Review {
  const text = `${what}; set it where Pulumi runs, for preview and up`;
  return { ...review, problems: [...review.problems, { path: "valueFromEnv", text }] };
}

/** For a secret that does not change otherwise, only a rotation goes unseen. */
function unseenRotation(review: Review, variable: string): Review {
  const text = `names ${variable}, which is not set here: a changed value cannot be seen in this run`;
  return { ...review, remarks: [...review.remarks, { path: "valueFromEnv", text, standing: true }] };
}

function reveal(environment: Environment, args: Plain, doing: string): Plain {
  const variable = knownText(args["valueFromEnv"]);
  rememberSecret(knownText(args["value"]));
  if (variable === undefined) return args;
  const value = environment[variable];
  rememberSecret(value);
  if (value !== undefined && value !== "") return { ...args, value };
  const next = `set ${variable} in the environment of \`pulumi up\`, or give the value with value.`;
  throw new ConfigurationError({ doing, what: `the environment variable ${variable} is not set or empty`, next });
}

function digest(value: string, salt: Buffer): string {
  return `${salt.toString("base64url")}.${createHmac("sha256", salt).update(value).digest("base64url")}`;
}

function matches(known: string, value: string): boolean {
  const salt = Buffer.from(known.split(".")[0] ?? "", "base64url");
  const fresh = Buffer.from(digest(value, salt));
  const stored = Buffer.from(known);
  return fresh.length === stored.length && timingSafeEqual(fresh, stored);
}
