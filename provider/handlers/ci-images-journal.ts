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
export async function noted(task: ImagesTask): Promise<Former> {
  const there = await task.connectors.get(addressOf(task), task.purpose);
  return there === undefined || ownerOf(there, task.inputs) !== "ours" ? {} : formerIn(there);
}

/** Notes what fields are before they are changed. What is noted already is older, and stays. */
export async function note(task: ImagesTask, fields: readonly string[], live: Images): Promise<Former> {
  const there = await task.connectors.get(addressOf(task), task.purpose);
  const before = there === undefined || ownerOf(there, task.inputs) !== "ours" ? {} : formerIn(there);
  const fresh = fields.filter((field) => !(field in before)).map((field) => [field, live[field] ?? null] as const);
  const all = { ...before, ...Object.fromEntries(fresh) };
  if (fresh.length > 0 || there === undefined) await save(task, all, there);
  return all;
}

/** Notes exactly this, once fields are no longer the resource's. */
export async function renote(task: ImagesTask, former: Former): Promise<void> {
  await save(task, former, await task.connectors.get(addressOf(task), task.purpose));
}

async function save(task: ImagesTask, former: Former, there: WireObject | undefined): Promise<void> {
  const address = addressOf(task);
  const text = JSON.stringify(former);
  const isSaved = (saved: WireObject) => saved.tags?.[FORMER_TAG] === text;
  await written(task, address, bodyOf(address, task.owner, text, there), there, isSaved);
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

function formerIn(there: WireObject): Former {
  return formerOf(there.tags?.[FORMER_TAG] ?? "{}");
}

function bodyOf({ identifier }: Address, owner: string, former: string, there: WireObject | undefined) {
  const words = {
    identifier,
    name: "CI images before Pulumi",
    description:
      "What the account's CI images were before Pulumi changed them. Destroying the CiImages puts them back and removes this.",
  };
  return objectWire(words, "DockerRegistry", { [OWNER_TAG]: owner, [FORMER_TAG]: former }, there, SPEC);
}
