/**
 * The connector every build of the account pulls Harness's images through [H113], as a program writes it. Pure: schema, rules, texts.
 */
import { z } from "zod";
import { ACCOUNT_DEFAULT, BACKUP } from "./account-default";
import { type DiffRules, differ, sameOrBlank } from "./diff";
import { dockerSpecArgs, dockerSpecRules, reviewSpec, specSettings, specWire } from "./docker-spec";
import { FORMER_TAG, OWNER_TAG } from "./marks";
import { objectWire, type Review, remembered, treatmentArgs, treatmentRules, type WireObject } from "./object";
import { isPlain, type Plain } from "./plain";
import type { Problem } from "./problem";
import { refOf } from "./scope";
import { hasUnknown } from "./unknown";
import { verifyConnectorArg, verifyProblems, verifyRule } from "./verify-arg";

/** The arguments of `HarnessImageConnector`. */
export const harnessImageConnectorArgs = z.strictObject({
  ...dockerSpecArgs,
  verify: verifyConnectorArg,
  adopt: z
    .literal("takeover", 'can only be "takeover": without it, what no Pulumi resource owns is taken anyway')
    .optional(),
  onDelete: z.enum(["restore", "retain"], "must be restore or retain").optional(),
  force: z.boolean("must be true or false").optional(),
  preflight: treatmentArgs.preflight,
});

/** What a change of each argument means. There is one such connector in an account: nothing replaces it. */
export const harnessImageConnectorRules: DiffRules = {
  ...dockerSpecRules,
  verify: verifyRule,
  force: remembered,
  ...treatmentRules,
};

/** What Harness gives the connector where it makes one itself. [H114] */
const OWN_WORDS = { name: "Harness Docker Connector", description: "Harness internal connector" };
/** What a backup holds where there was nothing to keep. [H114] */
const DOCKER_HUB = {
  dockerRegistryUrl: "https://index.docker.io/v2/",
  providerType: "DockerHub",
  auth: { type: "Anonymous" },
  executeOnDelegate: false,
};
const TYPE = "DockerRegistry";

/** Checks and completes the arguments. */
export function reviewAccountDefault(args: Plain): Review {
  const { problems, remarks, computed } = reviewSpec(args);
  const slow = remarks.filter(({ text }) => text.startsWith("ends in /v2/"));
  const broken: Problem[] = slow.map(({ path, text }) => ({
    path,
    text: text.replace("would not be found", "would not be found, in any build"),
  }));
  return {
    problems: [...problems, ...broken, ...verifyProblems(args)],
    remarks: remarks.filter((remark) => !slow.includes(remark)),
    computed: { ...computed, identifier: ACCOUNT_DEFAULT, ref: refOf({ identifier: ACCOUNT_DEFAULT }) },
  };
}

/** The connector with the wanted settings; name, description, tags and what we do not model stay as they are. [H30] */
export function defaultWire(inputs: Plain, owner: string, live: WireObject | undefined): Plain {
  return named(ACCOUNT_DEFAULT, inputs, { ...(live?.tags ?? {}), [OWNER_TAG]: owner }, live);
}

/** A connector of another name with the wanted settings, to try them out. */
export function canaryWire(identifier: string, inputs: Plain, owner: string, live: WireObject | undefined): Plain {
  const words = {
    name: "harnessImage canary",
    description: "Pulumi tries new settings of harnessImage out on this; it goes away by itself.",
  };
  return { ...named(identifier, inputs, { [OWNER_TAG]: owner }, live), ...words };
}

function named(identifier: string, inputs: Plain, tags: Plain, live: WireObject | undefined): Plain {
  const texts = Object.entries(tags).map(([key, value]) => [key, String(value ?? "")] as const);
  const words = live === undefined ? OWN_WORDS : { name: live.name, description: live.description };
  return objectWire({ identifier, ...words }, TYPE, Object.fromEntries(texts), live, specWire(inputs));
}

/** The connector that keeps the former settings, usable as it is where it has their `spec`. `former` is the whole, or that there was none. */
export function backupWire(former: string, owner: string, spec: Plain | undefined): Plain {
  const words = {
    identifier: BACKUP,
    name: "harnessImage before Pulumi",
    description:
      "What harnessImage was before Pulumi changed it. Destroying the HarnessImageConnector puts it back and removes this.",
  };
  return objectWire(words, TYPE, { [OWNER_TAG]: owner, [FORMER_TAG]: former }, undefined, spec ?? DOCKER_HUB);
}

/** Whether a live connector has the wanted settings. */
export function hasSettings(live: WireObject, wanted: Plain): boolean {
  const settings = specSettings(live);
  return Object.keys(settings).every((key) =>
    (harnessImageConnectorRules[key]?.same ?? sameOrBlank)(settings[key], wanted[key]),
  );
}

/** What the switch means for the builds of the account; undefined when nothing changes. */
export function switchNews(live: WireObject | undefined, wanted: Plain, takenFrom?: string): string | undefined {
  const before = live === undefined ? undefined : specSettings(live);
  const { changed } = differ(dockerSpecRules, before ?? {}, wanted);
  const taking = takenFrom === undefined ? "" : `takes it over from the Pulumi resource ${takenFrom}`;
  if (before !== undefined && !changed.some((key) => key in before)) return taking === "" ? undefined : taking;
  const from = before === undefined ? "no connector at all (Docker Hub, without a login)" : shown(before);
  return `${taking === "" ? "" : `${taking}, and `}${meaning(`from ${from} to ${shown(wanted)}`, wanted)}`;
}

/** The same where Harness is not asked what there is. */
export function unaskedNews(wanted: Plain): string {
  return meaning(`to ${shown(wanted)}, from what was not looked at`, wanted);
}

function meaning(change: string, { connectivityMode }: Plain): string {
  return (
    `switches the account's image connector ${change}. Every stage without an override of its own follows at once; ` +
    `${cloudNews(connectivityMode)}; a registry that lacks Harness's images breaks every build`
  );
}

function cloudNews(mode: unknown): string {
  if (mode === "Platform") return "Harness Cloud keeps working with it";
  const need = 'they need connectivityMode "Platform"';
  return mode === "Delegate"
    ? `stages on Harness Cloud will FAIL: ${need}`
    : `stages on Harness Cloud fail where the mode, known only after the update, is another: ${need}`;
}

/** `https://us.icr.io/ns (with a login, Delegate)`. No user name: a program may have marked it as secret, which is not visible here. */
export function shown({ url, auth, connectivityMode, delegateSelectors }: Plain): string {
  const { type } = isPlain(auth) ? auth : { type: auth };
  const login = type === "UsernamePassword" ? "with a login" : "anonymous";
  const tags =
    Array.isArray(delegateSelectors) && delegateSelectors.length > 0 ? ` ${delegateSelectors.join(", ")}` : "";
  const text = `${String(url)} (${login}, ${String(connectivityMode)}${tags})`;
  return hasUnknown([url, type, connectivityMode, delegateSelectors]) ? "settings known only after the update" : text;
}
