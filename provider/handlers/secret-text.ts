import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Environment } from "../config";
import type { Review } from "../domain/object";
import { knownText } from "../domain/object-args";
import type { Plain } from "../domain/plain";
import { secretTextDomain } from "../domain/secret-text";
import { ConfigurationError } from "../errors";
import { rememberSecret } from "../redact";
import type { Session } from "../session";
import type { Handler } from "./handler";
import { ownedObject } from "./owned-object";

/** Text secrets: the life of every owned object, and a value that comes from the program or from the environment. */
export function secretText(session: Session): Handler {
  return ownedObject({
    session,
    domain: secretTextDomain,
    objects: (harness) => harness.secrets,
    reviewHere: (args, stored, review) => reviewValue(session.environment, args, stored, review),
    reveal: (args, doing) => reveal(session.environment, args, doing),
  });
}

/** Notices a rotated variable by a salted digest, so that its value is stored nowhere. */
function reviewValue(environment: Environment, args: Plain, stored: Plain, review: Review): Review {
  rememberSecret(knownText(args["value"]));
  const variable = knownText(args["valueFromEnv"]);
  if (variable === undefined || variable === "") return review;
  const value = environment[variable];
  const before = variable === stored["valueFromEnv"] ? knownText(stored["valueDigest"]) : undefined;
  if (value === undefined || value === "") return withoutVariable(variable, before, review);
  rememberSecret(value);
  const valueDigest = before !== undefined && matches(before, value) ? before : digest(value, randomBytes(16));
  return { ...review, computed: { ...review.computed, valueDigest } };
}

/** Without the variable a new secret cannot be made; for one that exists, only a rotation goes unseen. */
function withoutVariable(variable: string, before: string | undefined, review: Review): Review {
  if (before !== undefined) {
    const text = `names ${variable}, which is not set here: a changed value cannot be seen in this run`;
    return {
      ...review,
      remarks: [...review.remarks, { path: "valueFromEnv", text }],
      computed: { ...review.computed, valueDigest: before },
    };
  }
  const text = `names ${variable}, which is not set or empty where Pulumi runs; set it for preview and up`;
  return { ...review, problems: [...review.problems, { path: "valueFromEnv", text }] };
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
