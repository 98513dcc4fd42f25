import { createHash } from "node:crypto";
import { z } from "zod";
import type { Images } from "../domain/ci-images";
import { FORMER_TAG, OWNER_TAG } from "../domain/marks";
import { objectWire, type WireObject } from "../domain/object";
import type { Address } from "../domain/scope";
import { isHarnessError } from "../errors";
import { ownerOf, written } from "./account-default";
import type { ImagesTask } from "./ci-images-task";
import { removed } from "./removal";

/** What fields were before us: an image, or null where Harness's own was used. */
export type Former = Readonly<Record<string, string | null>>;

/** What is kept in Harness about the fields of a resource. */
export interface Journal {
  readonly former: Former;
  /** What the last run meant to write: if it was killed, it has done so or not. */
  readonly written: Images;
}

/** Tag that names what was about to be written. */
const WRITTEN_TAG = "pulumi_written";

const formerMap = z.record(z.string(), z.string().nullable());
/** The list itself can hold no mark, so a connector that nothing uses holds it. It leads nowhere. */
const SPEC = {
  dockerRegistryUrl: "https://index.docker.io/v2/",
  providerType: "DockerHub",
  auth: { type: "Anonymous" },
  executeOnDelegate: false,
};

/** Where a resource keeps what its fields were before it, so that even a run that lost its state can put them back. */
function addressOf({ infra, owner }: ImagesTask): Address {
  const digest = createHash("sha256").update(owner).digest("hex").slice(0, 12);
  return { identifier: `pulumi_ci_images_${infra}_${digest}` };
}

/** What an earlier run noted; nothing where there was none. */
export async function noted(task: ImagesTask): Promise<Journal> {
  return journalIn(task, await task.connectors.get(addressOf(task), task.purpose));
}

/** Those of some fields that no earlier run of ours has changed. */
export async function unnoted(task: ImagesTask, fields: readonly string[]): Promise<string[]> {
  if (fields.length === 0) return [];
  const { former } = await noted(task);
  return fields.filter((field) => !(field in former));
}

/** What is known before a change. */
interface Known {
  /** What the state remembers of the fields it has. */
  readonly former: Former;
  readonly live: Images;
  readonly wanted: Images;
}

/** Notes what fields are before they are changed, and what they become. What is noted of before is older, and stays. */
export async function note(task: ImagesTask, { former, live, wanted }: Known): Promise<Journal> {
  const there = await task.connectors.get(addressOf(task), task.purpose);
  const earlier = journalIn(task, there);
  const before = { ...earlier.former, ...former, ...earlier.former };
  const fresh = Object.keys(wanted).filter((field) => !(field in before));
  const now = Object.fromEntries(fresh.map((field) => [field, live[field] ?? null] as const));
  const journal = { former: { ...before, ...now }, written: { ...earlier.written, ...wanted } };
  if (there === undefined || JSON.stringify(journal) !== JSON.stringify(earlier)) await save(task, journal, there);
  return journal;
}

/** Notes exactly this, once fields are no longer the resource's. */
export async function renote(task: ImagesTask, journal: Journal): Promise<void> {
  await save(task, journal, await task.connectors.get(addressOf(task), task.purpose));
}

async function save(task: ImagesTask, { former, written: images }: Journal, there: WireObject | undefined) {
  const address = addressOf(task);
  const marks = { [FORMER_TAG]: JSON.stringify(former), [WRITTEN_TAG]: JSON.stringify(images) };
  const isSaved = ({ tags }: WireObject) =>
    tags?.[FORMER_TAG] === marks[FORMER_TAG] && tags?.[WRITTEN_TAG] === marks[WRITTEN_TAG];
  await written(task, address, bodyOf(address, { [OWNER_TAG]: task.owner, ...marks }, there), there, isSaved);
}

/** Forgets what was noted. That it stays behind must not fail a destroy that has put everything back. */
export async function forget(task: ImagesTask): Promise<void> {
  const { session, connectors, doing, purpose, label, inputs } = task;
  const address = addressOf(task);
  try {
    const there = await connectors.get(address, purpose);
    if (there === undefined || ownerOf(there, inputs) !== "ours") return;
    await removed({ session, objects: connectors, noun: "connector", address, doing, purpose, label, force: false });
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    session.notices.say(
      label,
      `connector ${address.identifier} is left in Harness (${error.code}); it can be deleted there`,
    );
  }
}

/** Reads what was noted; nothing where it was changed by hand into what cannot be read. */
export function formerOf(text: string): Former {
  try {
    return formerMap.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

function journalIn({ inputs }: ImagesTask, there: WireObject | undefined): Journal {
  if (there === undefined || ownerOf(there, inputs) !== "ours") return { former: {}, written: {} };
  const images = Object.entries(formerOf(there.tags?.[WRITTEN_TAG] ?? "{}"));
  return {
    former: formerOf(there.tags?.[FORMER_TAG] ?? "{}"),
    written: Object.fromEntries(images.flatMap(([field, image]) => (image === null ? [] : [[field, image]]))),
  };
}

function bodyOf({ identifier }: Address, marks: Readonly<Record<string, string>>, there: WireObject | undefined) {
  const words = {
    identifier,
    name: "CI images before Pulumi",
    description:
      "What the account's CI images were before Pulumi changed them. Destroying the CiImages puts them back and removes this.",
  };
  return objectWire(words, "DockerRegistry", marks, there, SPEC);
}
