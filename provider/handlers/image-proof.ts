import type { Images } from "../domain/ci-images";
import type { Plain } from "../domain/plain";
import { misspelt } from "../domain/problem";
import { hasUnknown, isUnknown } from "../domain/unknown";
import { type ImagesReport, imagesReport } from "../domain/verification-report";
import { verifySettings } from "../domain/verify-arg";
import { type HarnessError, ImagesNotVerifiedError, isHarnessError } from "../errors";
import type { Question } from "../preflight";
import type { Session } from "../session";

/** What a resource wants to have proved of the images it makes Harness pull. */
export interface ImageClaim {
  /** The resource, for notices. */
  readonly label: string;
  /** A phrase that follows "cannot". */
  readonly doing: string;
  /** With `verify`. */
  readonly inputs: Plain;
  /** Where they will be pulled from, unless `verify` says it; undefined when it is not known yet. */
  readonly url: string | undefined;
  readonly images: () => Promise<Images>;
}

/**
 * Looks for the images before anything is changed.
 *
 * @throws ImagesNotVerifiedError where it is required and one is missing, or cannot be looked for
 */
export async function proveImages(session: Session, claim: ImageClaim): Promise<void> {
  const { mode } = verifySettings(claim.inputs);
  if (mode === "off") return;
  session.notices.progress(`${claim.label}: looking for the images in the registry`);
  const report = await asked(session, claim, mode);
  if (report?.verdict === "good") return;
  if (report === undefined) throw new ImagesNotVerifiedError({ doing: claim.doing, ...NOT_KNOWN });
  if (mode === "warn") {
    session.notices.say(claim.label, inShort(report));
    return;
  }
  const next = `${report.next}\n  Nothing was changed.`;
  throw new ImagesNotVerifiedError({ doing: claim.doing, what: report.what, next });
}

/**
 * The same in preview, where what is not known yet is left out. That the registry cannot be asked from here is a doubt there, unless it is
 * the last chance: where the old resource goes before the new one is made, `up` would find out too late.
 */
export function imagesQuestion(session: Session, claim: () => ImageClaim, isLastChance = false): Question {
  const ask = async () => {
    const given = claim();
    const { mode } = verifySettings(given.inputs);
    const report = mode === "off" || hasUnknown(given.inputs["verify"]) ? undefined : await asked(session, given, mode);
    if (report === undefined || report.verdict === "good") return undefined;
    if (mode === "warn") return { news: inShort(report) };
    if (report.verdict === "unknown" && !isLastChance) return { doubt: inShort(report) };
    return `${report.what}. [IMAGES_NOT_VERIFIED] ${report.next}`;
  };
  return { path: "", needs: ["url", "images", "infra", "verify"], ask };
}

/** Where it is only to be told, it stops nothing that it cannot be asked. */
function asked(session: Session, claim: ImageClaim, mode: string): Promise<ImagesReport | undefined> {
  return reported(session, claim).catch((error: unknown) => {
    if (mode === "warn" && isHarnessError(error) && error.code !== "CANCELLED") return unasked(error);
    throw error;
  });
}

function unasked(error: HarnessError): ImagesReport {
  const next = error.remedy;
  return { verdict: "unknown", what: `the images were not looked for: ${error.message}`, next, nextInShort: "" };
}

const NOT_KNOWN = { what: "the registry to look in is not known", next: "Give verify a url." };

/** Undefined where nothing is known yet to look for. */
async function reported(session: Session, claim: ImageClaim): Promise<ImagesReport | undefined> {
  const settings = verifySettings(claim.inputs);
  const url = settings.url ?? claim.url;
  if (url === undefined) return undefined;
  const images = await claim.images();
  const all = Object.values(images);
  if (all.length > 0 && all.every(isUnknown)) return undefined;
  const strange = strangeFields(settings.fields ?? [], images);
  if (strange !== undefined) return strange;
  return imagesReport(url, await session.lookFor({ ...settings, url, images }, claim.doing));
}

/** A field that was mistyped is not to pass for one that has been looked for. */
function strangeFields(fields: readonly string[], images: Images): ImagesReport | undefined {
  const words = misspelt(fields, Object.keys(images));
  if (words.length === 0) return undefined;
  const next = "Correct verify.fields.";
  return {
    verdict: "bad",
    what: `verify.fields names what is not in the list: ${words.join(", ")}`,
    next,
    nextInShort: next,
  };
}

function inShort({ what, nextInShort }: ImagesReport): string {
  return `${what}. ${nextInShort}`;
}
