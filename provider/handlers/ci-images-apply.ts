import type { Images } from "../domain/ci-images";
import { ChangedMeanwhileError } from "../errors";
import type { ImagesTask } from "./ci-images-task";

/** How often a change is made again because others saved the same record at the same time. */
const MOST_ATTEMPTS = 12;

/** What fields are to be; null is Harness's own image. */
export type Wish = Readonly<Record<string, string | null>>;

/**
 * Brings fields to what is wanted, and looks whether they are, at once and when all is still: Harness keeps one record, which everybody
 * reads, changes and saves whole, so that a change can be lost under somebody else's. [H175]
 */
export async function applied(task: ImagesTask, wish: Wish, before: Images): Promise<void> {
  const { list, infra, purpose, doing } = task;
  let left = wish;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS && Object.keys(left).length > 0; attempt += 1) {
    const open = left;
    let live = await list.alone(() => change(task, open));
    if (Object.keys(lost(wish, live)).length === 0) live = await list.settled(infra, purpose);
    left = lost(wish, live);
    refuseOthers(task, left, live, before);
  }
  if (Object.keys(left).length === 0) return;
  const what = `others changed the list at the same time, each of the ${MOST_ATTEMPTS} times; not as wanted: ${Object.keys(left).join(", ")}`;
  throw new ChangedMeanwhileError({
    doing,
    what,
    next: "Run `pulumi up` again when it is quieter; it takes up what was done.",
  });
}

/** @returns what is there afterwards */
async function change({ list, infra, purpose }: ImagesTask, wish: Wish): Promise<Images> {
  const set = Object.entries(wish).flatMap(([field, image]) => (image === null ? [] : [[field, image] as const]));
  const reset = Object.keys(wish).filter((field) => wish[field] === null);
  await list.set(infra, Object.fromEntries(set), purpose);
  await list.reset(infra, reset, purpose);
  return list.overrides(infra, purpose);
}

/** The part of a wish that has not come true. */
function lost(wish: Wish, live: Images): Wish {
  return Object.fromEntries(Object.entries(wish).filter(([field, image]) => (live[field] ?? null) !== image));
}

/** A value that is neither ours nor the one before is somebody's, and not lost under a save. */
function refuseOthers({ doing }: ImagesTask, left: Wish, live: Images, before: Images): void {
  const theirs = Object.keys(left).filter((field) => live[field] !== undefined && live[field] !== before[field]);
  if (theirs.length === 0) return;
  const words = theirs.map((field) => `${field} (there ${live[field]}, wanted ${left[field] ?? "Harness's own"})`);
  const what = `somebody else set the same at the same time: ${words.join(", ")}`;
  throw new ChangedMeanwhileError({
    doing,
    what,
    next: "Agree who owns these fields, then run `pulumi up` again. Theirs was not touched.",
  });
}
