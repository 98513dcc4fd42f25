/** How a program says that images are to be looked for before Harness is made to pull them. Pure. */
import { z } from "zod";
import { type DiffRule, sameOrBlank } from "./diff";
import { remembered } from "./object";
import { isPlain, omit, type Plain } from "./plain";
import type { Problem } from "./problem";
import { readRegistryUrl } from "./registry-url";
import { isUnknown } from "./unknown";

/** What it means that an image is not there: nothing is asked, a notice, or an error before anything is changed. */
type VerifyMode = "off" | "warn" | "require";

/** How images are looked for. */
export interface VerifySettings {
  readonly mode: VerifyMode;
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly passwordFromEnv: string | undefined;
  /** Undefined is all. */
  readonly fields: readonly string[] | undefined;
  /** Undefined is what the image itself is taken to need. */
  readonly platforms: readonly string[] | undefined;
  /** Whose list is looked for where the resource has none. */
  readonly infra: "K8" | "VM";
}

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(\/v\d+)?$/;
const list = (what: string) =>
  z
    .array(z.string("must be a string"), `must be a list of ${what}`)
    .min(1, "is empty; leave it out, or name at least one")
    .optional();

const shape = {
  mode: z.enum(["off", "warn", "require"], 'must be "off", "warn" or "require"').optional(),
  username: z.string("must be a string").optional(),
  password: z.string("must be a string").optional(),
  passwordFromEnv: z.string("must be the name of an environment variable").optional(),
  fields: list("fields of the account's list"),
  platforms: z
    .array(
      z.string("must be a string").regex(PLATFORM, "must be a platform, e.g. linux/amd64"),
      "must be a list of platforms",
    )
    .min(1, "is empty; leave it out, or name at least one")
    .optional(),
};
const error = ({ code }: { code?: string }) =>
  code === "invalid_type" ? "must be an object, e.g. { mode, url }" : undefined;

/** The argument `verify` of images: where they will be pulled from is not theirs to say otherwise. */
export const verifyImagesArg = z
  .strictObject({ ...shape, url: z.string("must be the URL of a registry") }, { error })
  .optional();

/** The argument `verify` of the account's connector, which has a URL of its own. */
export const verifyConnectorArg = z
  .strictObject(
    {
      ...shape,
      url: z.string("must be the URL of a registry").optional(),
      infra: z.enum(["K8", "VM"], 'must be "K8" or "VM"').optional(),
    },
    { error },
  )
  .optional();

/** A token that lives for hours only is a new one each time: that alone is no change. */
export const verifyRule: DiffRule = {
  ...remembered,
  same: (a, b) => sameOrBlank(isPlain(a) ? omit(a, ["password"]) : a, isPlain(b) ? omit(b, ["password"]) : b),
};

/** Reads the argument, once it has been checked. */
export function verifySettings({ verify }: Plain): VerifySettings {
  const given = isPlain(verify) ? verify : {};
  const text = (key: string) => (typeof given[key] === "string" && !isUnknown(given[key]) ? given[key] : undefined);
  const texts = (key: string) => (Array.isArray(given[key]) ? given[key].map(String) : undefined);
  const { mode } = given;
  const url = text("url");
  return {
    mode: mode === "off" || mode === "warn" ? mode : isPlain(verify) ? "require" : "off",
    url: url === undefined ? undefined : readRegistryUrl(url).url,
    username: text("username"),
    password: text("password"),
    passwordFromEnv: text("passwordFromEnv"),
    fields: texts("fields"),
    platforms: texts("platforms"),
    infra: given["infra"] === "VM" ? "VM" : "K8",
  };
}

/** What is wrong with the argument beyond its schema. Values are not quoted: it is secret as a whole. */
export function verifyProblems({ verify }: Plain): Problem[] {
  if (!isPlain(verify)) return [];
  const { url, username, password, passwordFromEnv } = verify;
  const has = (value: unknown) => value !== undefined && value !== "";
  const problems: Problem[] = [];
  const say = (key: string, text: string) => problems.push({ path: `verify.${key}`, text });
  if (typeof url === "string" && !isUnknown(url)) {
    for (const { text } of readRegistryUrl(url).problems) say("url", text);
  }
  if (has(password) && has(passwordFromEnv)) say("password", "and passwordFromEnv are both given; give one of them");
  if (has(username) && !has(password) && !has(passwordFromEnv))
    say("password", "is missing: a username needs password or passwordFromEnv; leave out all three to ask anonymously");
  if (!has(username) && (has(password) || has(passwordFromEnv))) say("username", "is missing: a password needs it");
  return problems;
}
