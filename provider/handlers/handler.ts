import type { z } from "zod";
import { MISSING_ACCOUNT, MISSING_KEY } from "../config";
import { type DiffRules, differ, needsCall } from "../domain/diff";
import type { Review } from "../domain/object";
import { nameOfOwner, OWNER_KEY } from "../domain/object-args";
import { omit, type Plain, withoutUndefined } from "../domain/plain";
import type { Problem } from "../domain/problem";
import { problemsOf } from "../domain/schema-problems";
import { AccountMismatchError } from "../errors";
import { preflight, type Question } from "../preflight";
import { conceal } from "../redact";
import type { Session } from "../session";

/** What the engine asks of a resource type. All values are plain JSON. */
export interface Handler {
  check(olds: Plain, news: Plain): Promise<CheckAnswer>;
  diff(id: string, olds: Plain, news: Plain): Promise<DiffAnswer>;
  create(inputs: Plain): Promise<{ id: string; outs: Plain }>;
  read(id: string, props: Plain): Promise<{ id: string; props?: Plain; inputs?: Plain }>;
  update(id: string, olds: Plain, news: Plain): Promise<{ outs: Plain }>;
  delete(id: string, props: Plain): Promise<void>;
}

/** The answer to `check`: completed inputs, or everything that is wrong with them. */
export interface CheckAnswer {
  readonly inputs: Plain;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** The answer to `diff`; `changes` is always said. */
export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** What a resource says of itself; `defineHandler` makes its `check` and `diff` from it. */
export interface ResourceDefinition {
  readonly type: string;
  readonly schema: z.ZodObject;
  readonly rules: DiffRules;
  /** Checks and completes the arguments offline. `stored` are the inputs of the last run, empty for a new resource. */
  review(args: Plain, stored: Plain, session: Session): Review;
  /** What to ask of Harness, for a resource that is new or has changed. Asked in order. */
  questions(inputs: Plain, stored: Plain, session: Session): readonly Question[];
  /** Whether a new object must wait for the old one to go. */
  readonly deleteBeforeReplace: boolean;
}

/** The key the engine adds for the provider's code; never ours to look at. */
const PROVIDER_KEY = "__provider";
const STOPPED_HERE = "\n(Pulumi stops at the first resource with a problem; the resources after it were not checked.)";

/** The methods of a resource that talk to Harness. */
export type Life = Pick<Handler, "create" | "read" | "update" | "delete">;

/** Joins a resource's own life with the `check` and `diff` that every resource has. */
export function defineHandler(session: Session, definition: ResourceDefinition, life: Life): Handler {
  return {
    check: (olds, news) => check(session, definition, olds, news),
    diff: async (_id, olds, news) => {
      const difference = differ(definition.rules, olds, news);
      const replaced = difference.replaces.length > 0;
      return {
        changes: difference.changes,
        replaces: difference.replaces,
        deleteBeforeReplace: replaced && definition.deleteBeforeReplace,
      };
    },
    ...life,
  };
}

/** `DockerConnector "registry"`, for messages; falls back to the id where the Pulumi name is not known. */
export function labelOf(type: string, props: Plain, id?: string): string {
  const name = nameOfOwner(props[OWNER_KEY]) ?? id;
  return name === undefined ? type : `${type} "${name}"`;
}

/** On refresh and destroy the engine takes the key from the state, where it may be an old one. */
export const KEY_FROM_STATE =
  "On refresh and destroy Pulumi uses the configuration stored in the state; add --run-program to use the present one.";

/** @throws AccountMismatchError when the state belongs to another account than the configured one. */
export function requireSameAccount(session: Session, props: Plain, doing: string): void {
  const { accountId } = session.harness(doing);
  const text = accountProblem(props["accountId"], accountId);
  if (text === undefined) return;
  throw new AccountMismatchError({
    doing,
    what: text,
    next: `${accountRemedy(props["accountId"])} Nothing was touched.`,
  });
}

async function check(session: Session, definition: ResourceDefinition, olds: Plain, news: Plain): Promise<CheckAnswer> {
  session.stir();
  const stored = omit(olds, [PROVIDER_KEY]);
  const given = omit(news, [PROVIDER_KEY]);
  const args = Object.fromEntries(Object.entries(given).filter(([key]) => !key.startsWith("__")));
  const parsed = definition.schema.safeParse(args);
  const shape = parsed.success ? [] : problemsOf(parsed.error, args, definition.schema);
  const review = definition.review(given, stored, session);
  const accountId = session.settings.accountId ?? stored["accountId"];
  const inputs = withoutUndefined({ ...given, ...review.computed, accountId });
  const label = labelOf(definition.type, given);
  const changed = differ(definition.rules, stored, inputs).changes;
  for (const remark of review.remarks) if (changed || remark.standing) session.notices.say(label, sentence(remark));
  const offline = dedupe([...shape, ...review.problems, ...accountProblems(session, stored)]);
  const online = await askHarness(session, definition, inputs, stored, offline);
  return { inputs, failures: failuresOf([...offline, ...online]) };
}

/** Asks nothing where nothing will be sent, so that an unchanged stack costs no call. */
async function askHarness(
  session: Session,
  definition: ResourceDefinition,
  inputs: Plain,
  stored: Plain,
  offline: readonly Problem[],
): Promise<Problem[]> {
  const mode = inputs["preflight"] === "off" ? "off" : session.settings.preflight;
  if (!needsCall(definition.rules, differ(definition.rules, stored, inputs))) return [];
  if (session.settings.problems.length > 0) {
    return session.settings.problems.map((text) => ({ path: "", text: `${text} [CONFIGURATION]` }));
  }
  if (session.settings.apiKey !== undefined && session.settings.accountId === undefined) {
    return [{ path: "", text: `${MISSING_ACCOUNT} [CONFIGURATION]` }];
  }
  if (mode === "off") return [];
  const label = labelOf(definition.type, inputs);
  if (session.settings.apiKey === undefined) {
    if (mode === "strict") return [{ path: "", text: `${MISSING_KEY} [CONFIGURATION]` }];
    session.notices.sayForAll(label, `only checked offline: ${MISSING_KEY}`);
    return [];
  }
  const broken = new Set(offline.map((problem) => problem.path.split(/[.,]/)[0] ?? ""));
  if (broken.has("")) return [];
  const questions = definition.questions(inputs, stored, session);
  const asked = questions.filter(({ needs }) => !needs.some((key) => broken.has(key)));
  const { outage } = session;
  const again = outage && { path: "", needs: [], ask: () => Promise.reject(outage) };
  const found = await preflight(mode, again === undefined ? asked : [again], broken);
  const { problems, remarks } = found;
  session.outage = found.outage;
  for (const remark of remarks) {
    if (remark.path === "") session.notices.sayForAll(label, remark.text);
    else session.notices.say(label, sentence(remark));
  }
  return [...problems];
}

function accountProblems(session: Session, stored: Plain): Problem[] {
  const { accountId, problems } = session.settings;
  if (problems.length > 0 || accountId === undefined) return [];
  const text = accountProblem(stored["accountId"], accountId);
  return text === undefined
    ? []
    : [{ path: "", text: `${text}. ${accountRemedy(stored["accountId"])} [ACCOUNT_MISMATCH]` }];
}

function accountProblem(stored: unknown, configured: string): string | undefined {
  if (stored === undefined || stored === configured) return undefined;
  return `this state belongs to Harness account ${String(stored)}, but account ${configured} is configured`;
}

function accountRemedy(stored: unknown): string {
  return `Configure account ${String(stored)} again; to manage another account, use another stack, or an explicit Provider for new resources.`;
}

/** A problem of the schema and one of a rule may say the same of one argument; the first is enough. */
function dedupe(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, text }) => {
    const key = `${path}\n${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** A named property would make the engine print its value, secrets included; so the path stands in the text. */
function failuresOf(problems: readonly Problem[]): CheckAnswer["failures"] {
  return problems.map((problem, index) => ({
    property: "",
    reason: conceal(sentence(problem)) + (index === problems.length - 1 ? STOPPED_HERE : ""),
  }));
}

function sentence({ path, text }: Problem): string {
  return path === "" ? text : `${path} ${text}`;
}
