/**
 * Reads the bodies of answers that are no success: Harness has three shapes of them [H19] [H20] [H21], and proxies send anything [H25].
 */

import { conceal } from "../redact";

const MOST_WORDS = 2_000;
const MOST_QUOTED = 120;

type Fields = Readonly<Record<string, unknown>>;

/** What a body turned out to be. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "other"; readonly description: string };

/** One permission that the caller lacks. [H107] */
interface FailedCheck {
  readonly permission: string;
  /** E.g. `core_connector_edit on CONNECTOR docker_hub in organisation default`. */
  readonly text: string;
}

/** An error body of Harness. */
export interface HarnessFault {
  readonly code: string | undefined;
  readonly codes: readonly string[];
  readonly message: string | undefined;
  readonly correlationId: string | undefined;
  readonly failedChecks: readonly FailedCheck[];
  /** False for JSON that a gateway in front of Harness, or an unknown path, answers with. */
  readonly fromHarness: boolean;
}

/** Tells JSON from the rest. Never throws. */
export function readBody(text: string, cutOff: boolean): Body {
  if (cutOff) return { kind: "other", description: "a body that was cut off" };
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const shown = conceal(trimmed);
  if (trimmed === "") return { kind: "other", description: "an empty body" };
  if (trimmed.startsWith("<")) return { kind: "other", description: describeHtml(shown) };
  try {
    return { kind: "json", value: JSON.parse(trimmed) };
  } catch {
    // The parser's own error quotes the body, which may hold what nobody should read.
    if (/^[[{]/.test(trimmed)) return { kind: "other", description: "JSON that is cut off or damaged" };
    return { kind: "other", description: `text that is not JSON: "${shorten(shown)}"` };
  }
}

/** Reads code, words, correlation id and failed permission checks out of an error body. */
export function readFault(value: unknown, status: number): HarnessFault {
  const fields = asFields(value);
  const code = asText(fields["code"]);
  const numeric = typeof fields["code"] === "number" ? String(fields["code"]) : undefined;
  return {
    // [H21] repeats the HTTP status as its code, which says nothing more.
    code: code ?? (numeric === String(status) ? undefined : numeric),
    codes: [fields, ...asList(fields["responseMessages"]).map(asFields)].flatMap((item) => asText(item["code"]) ?? []),
    message: collectWords(fields),
    correlationId: asText(fields["correlationId"]),
    failedChecks: asList(fields["failedPermissionChecks"]).flatMap(readFailedCheck),
    fromHarness: isFaultStatus(fields["status"]),
  };
}

/** Whether a JSON body calls itself an error, whatever its HTTP status. */
export function saysFault(value: unknown): boolean {
  return isFaultStatus(asFields(value)["status"]);
}

function isFaultStatus(status: unknown): boolean {
  return status === "ERROR" || status === "FAILURE";
}

/** All that adds something, in the order in which Harness's own clients look for it. [H23] [H24] */
function collectWords(fields: Fields): string | undefined {
  const candidates = [
    asText(fields["message"]),
    ...asList(fields["responseMessages"]).map((item) => asText(asFields(item)["message"])),
    ...asList(fields["errors"]).map(readFieldError),
    asText(fields["details"]),
  ];
  const words: string[] = [];
  for (const candidate of candidates) {
    const text = candidate?.replace(/\s+/g, " ").trim() ?? "";
    if (text === "" || words.some((word) => includes(word, text))) continue;
    // A longer wording of what is already there replaces it.
    const shorter = words.findIndex((word) => includes(text, word));
    words.splice(shorter === -1 ? words.length : shorter, shorter === -1 ? 0 : 1, text);
  }
  if (words.length < 2) return words[0]?.slice(0, MOST_WORDS);
  return words
    .map((word) => word.replace(/\.$/, ""))
    .join("; ")
    .slice(0, MOST_WORDS);
}

function includes(longer: string, shorter: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[.\s]+$/, "");
  return plain(longer).includes(plain(shorter));
}

function readFieldError(item: unknown): string | undefined {
  const { fieldId, error } = asFields(item);
  const text = asText(error) ?? asText(item);
  return text !== undefined && asText(fieldId) !== undefined ? `${asText(fieldId)}: ${text}` : text;
}

function readFailedCheck(item: unknown): FailedCheck[] {
  const check = asFields(item);
  const permission = asText(check["permission"]);
  if (permission === undefined) return [];
  const scope = asFields(check["resourceScope"]);
  const object = [asText(check["resourceType"]), asText(check["resourceIdentifier"])].filter(
    (part) => part !== undefined,
  );
  const project = asText(scope["projectIdentifier"]);
  const organisation = asText(scope["orgIdentifier"]);
  const where = [
    ...(project === undefined ? [] : [`project ${project}`]),
    ...(organisation === undefined ? ["the account"] : [`organisation ${organisation}`]),
  ];
  const on = object.length === 0 ? "" : ` on ${object.join(" ")}`;
  return [{ permission, text: `${permission}${on} in ${where.join(" of ")}` }];
}

function describeHtml(html: string): string {
  const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim() ?? "";
  return title === "" ? "an HTML page" : `an HTML page titled "${shorten(title)}"`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= MOST_QUOTED ? line : `${line.slice(0, MOST_QUOTED)}...`;
}

function asFields(value: unknown): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | undefined {
  // Masked before anything is folded or cut: half a secret, or one with its line ends gone, would no longer be recognised.
  return typeof value === "string" && value !== "" ? conceal(value) : undefined;
}
