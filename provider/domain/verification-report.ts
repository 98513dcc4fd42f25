/** What is told of images that were looked for. Pure. */
import { HARNESS_REGISTRY, pulledImageName } from "./image-name";
import { shellLine } from "./shell-line";
import type { WantedImage } from "./verification";

/** What looking for one image came to. */
export type Look =
  | {
      readonly outcome: "present";
      readonly digest?: string | undefined;
      readonly platforms?: readonly string[] | undefined;
    }
  | { readonly outcome: "missing" }
  /** It is there, and not for these platforms. */
  | { readonly outcome: "lacking"; readonly lacks: readonly string[] }
  /** It could not be found out. */
  | { readonly outcome: "unknown"; readonly trouble: Trouble; readonly words: string };

/** Why it could not be found out. */
type Trouble = "login" | "denied" | "unreachable" | "throttled" | "trouble";

/** An image and what became of it. */
export interface LookedFor {
  readonly wanted: WantedImage;
  readonly look: Look;
}

/** What a registry's images come to: all there, some not there, or not to be found out. */
type Verdict = "good" | "bad" | "unknown";

/** What is told, in parts that can be a notice of one line or an error of many. */
export interface ImagesReport {
  readonly verdict: Verdict;
  /** A clause without its full stop. */
  readonly what: string;
  /** Whole sentences, and a line for each image that is to be copied. */
  readonly next: string;
  /** The same without the lines. */
  readonly nextInShort: string;
}

/** Judges what was found; the worst that is certain counts. */
function verdictOf(looks: readonly LookedFor[]): Verdict {
  if (looks.some(({ look }) => look.outcome === "missing" || look.outcome === "lacking")) return "bad";
  return looks.some(({ look }) => look.outcome === "unknown") ? "unknown" : "good";
}

/** Tells what is missing, what to copy and from where, and what could not be found out, each reason once. */
export function imagesReport(url: string, looks: readonly LookedFor[]): ImagesReport {
  if (looks.length === 0) return NOTHING;
  const absent = looks.filter(({ look }) => look.outcome === "missing" || look.outcome === "lacking");
  const unknown = looks.filter(({ look }) => look.outcome === "unknown");
  const clauses = [
    ...(absent.length === 0 ? [] : [absentClause(url, absent, looks.length)]),
    ...(unknown.length === 0 ? [] : [unknownClause(url, unknown, looks.length)]),
  ];
  const copies = copyLines(absent);
  const mirror =
    copies === ""
      ? ""
      : `Copy ${absent.length === 1 ? "it" : "them"} with \`npx pulumi-harness-images mirror --to ${url}\``;
  const notCopied = absent.length > 0 && copies === "" ? "Correct the tags: this is where Harness publishes them." : "";
  const advice = [
    ...new Set(unknown.flatMap(({ look }) => (look.outcome === "unknown" ? [ADVICE[look.trouble]] : []))),
  ];
  return {
    verdict: verdictOf(looks),
    what:
      clauses.length === 0
        ? looks.length === 1
          ? `the image is in ${url}`
          : `all ${looks.length} images are in ${url}`
        : clauses.join("; "),
    next: [mirror && `${mirror}, or by hand:${copies}`, notCopied, ...advice]
      .filter((text) => text !== "")
      .join(copies === "" ? " " : "\n  "),
    nextInShort: [mirror && `${mirror}.`, notCopied, ...advice].filter((text) => text !== "").join(" "),
  };
}

/** An empty list proves nothing. */
const NOTHING: ImagesReport = {
  verdict: "bad",
  what: "there is no image to look for, so that nothing is proved",
  next: "Name fields that the account's list has.",
  nextInShort: "Name fields that the account's list has.",
};

const ADVICE: Readonly<Record<Trouble, string>> = {
  login: "Check the username and password it was asked with; one that may pull is enough.",
  denied: "They are not there, or the login (nobody, where none is given) may not pull them: check both.",
  unreachable: "Check the URL, and that this computer reaches the registry: name, port, proxy, certificate.",
  throttled: "Try again later, or ask with a login: registries count anonymous requests.",
  trouble: "Check that the URL is that of a registry.",
};

function absentClause(url: string, absent: readonly LookedFor[], all: number): string {
  const words = absent.map(({ wanted, look }) =>
    look.outcome === "lacking"
      ? `${wanted.pulled} (${wanted.field}) is not for ${look.lacks.join(", ")}`
      : `${wanted.pulled} (${wanted.field}) is missing`,
  );
  return `${absent.length} of ${all} image${all === 1 ? "" : "s"} ${absent.length === 1 ? "is" : "are"} not as needed in ${url}, and builds would fail: ${words.join(", ")}`;
}

function unknownClause(url: string, unknown: readonly LookedFor[], all: number): string {
  const reasons = [
    ...new Set(
      unknown.flatMap(({ look }) => (look.outcome === "unknown" ? [`${TITLE[look.trouble]} (${look.words})`] : [])),
    ),
  ];
  const which =
    unknown.length === all
      ? "whether the images are there"
      : `whether ${unknown.map(({ wanted }) => wanted.pulled).join(", ")} ${unknown.length === 1 ? "is" : "are"} there`;
  return `${which} could not be found out: ${url} ${reasons.join("; ")}`;
}

const TITLE: Readonly<Record<Trouble, string>> = {
  login: "does not accept the login",
  denied: "refuses to show them",
  unreachable: "cannot be reached from here",
  throttled: "answers too many requests",
  trouble: "does not answer like a registry",
};

/** Not from a registry to itself. */
function copyLines(absent: readonly LookedFor[]): string {
  return absent
    .flatMap(({ wanted }) => {
      const source = pulledImageName(HARNESS_REGISTRY, wanted.image);
      if (source === undefined || source === wanted.pulled) return [];
      return [
        `\n    ${shellLine(["crane", "copy", source, wanted.pulled])}`,
        `\n    ${shellLine(["skopeo", "copy", "--all", `docker://${source}`, `docker://${wanted.pulled}`])}`,
      ];
    })
    .join("");
}

/** A table for the terminal, a row an image. */
export function imagesTable(looks: readonly LookedFor[]): string {
  const rows = looks.map(({ wanted, look }) => [wanted.field, wanted.pulled, lookWords(look)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length), 5));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What became of one image, in a word or two. */
export function lookWords(look: Look): string {
  if (look.outcome === "present") return "there";
  if (look.outcome === "missing") return "MISSING";
  if (look.outcome === "lacking") return `NOT FOR ${look.lacks.join(", ")}`;
  return `unknown: ${TITLE[look.trouble]} (${look.words})`;
}
