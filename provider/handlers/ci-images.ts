import {
  ciImagesArgs,
  ciImagesRules,
  fieldProblem,
  type Images,
  imagesIn,
  reviewCiImages,
  takenProblem,
} from "../domain/ci-images";
import { differ, needsCall } from "../domain/diff";
import type { Review } from "../domain/object";
import { knownText, OWNER_KEY } from "../domain/object-args";
import { isPlain, omit, type Plain, withoutUndefined } from "../domain/plain";
import { AlreadyExistsError, InvalidInputError } from "../errors";
import type { Session } from "../session";
import { WRITTEN_KEY } from "./account-default";
import { applied, type Wish } from "./ci-images-apply";
import { type Former, forget, formerOf, type Journal, note, noted, renote, unnoted } from "./ci-images-journal";
import { ciImagesQuestions, claimOf } from "./ci-images-questions";
import { type ImagesTask, imagesTask, infraIn, TYPE } from "./ci-images-task";
import { inputKeys, inputsOf, keptOutputs, rememberedOutputs } from "./given-inputs";
import { defineHandler, type Handler, KEY_FROM_STATE, labelOf, requireSameAccount } from "./handler";
import { proveImages } from "./image-proof";
import { FORMER_KEY } from "./owned";

/** The account's list of CI images: only the fields the program names. */
export function ciImages(session: Session): Handler {
  const definition = {
    type: TYPE,
    schema: ciImagesArgs,
    rules: ciImagesRules,
    deleteBeforeReplace: true,
    review: (args: Plain) => review(session, args),
    questions: (inputs: Plain, stored: Plain) => ciImagesQuestions(session, inputs, stored),
  };
  return defineHandler(session, definition, {
    create: (inputs) => create(session, inputs),
    read: (id, props) => read(session, id, props),
    update: (_id, olds, news) => update(session, olds, news),
    delete: (_id, props) => remove(session, props),
  });
}

/** Two resources of one program must not name the same field. */
function review(session: Session, args: Plain): Review {
  const found = reviewCiImages(args);
  const images = isPlain(args["images"]) ? args["images"] : {};
  for (const [field, image] of Object.entries(images)) session.pinned[infraIn(args)].set(field, String(image));
  const owner = knownText(args[OWNER_KEY]);
  if (owner === undefined) return found;
  const twice = Object.keys(images).flatMap((field) => {
    const key = `CI image ${String(args["infra"])} ${field}`;
    const first = session.declared.get(key) ?? owner;
    session.declared.set(key, first);
    if (first === owner) return [];
    const text = `is already declared by ${labelOf(TYPE, { [OWNER_KEY]: first })} of this program; name it in one of them`;
    return [{ path: `images.${field}`, text }];
  });
  return { ...found, problems: [...found.problems, ...twice] };
}

async function create(session: Session, inputs: Plain): Promise<{ id: string; outs: Plain }> {
  const task = imagesTask(session, "set", inputs);
  requireSameAccount(session, inputs, task.doing);
  const outs = await brought(task, inputs, {}, {});
  return { id: task.infra, outs: { ...outs, ...inputKeys(inputs) } };
}

async function update(session: Session, olds: Plain, news: Plain): Promise<{ outs: Plain }> {
  const task = imagesTask(session, "set", news);
  requireSameAccount(session, olds, task.doing);
  const kept = { ...inputKeys(news), ...keptOutputs(olds, [FORMER_KEY, WRITTEN_KEY]) };
  if (!needsCall(ciImagesRules, differ(ciImagesRules, olds, news))) {
    return { outs: { ...rememberedOutputs(ciImagesRules, olds, news), ...kept } };
  }
  const outs = await brought(task, news, formerIn(olds), writtenIn(olds));
  // Under the name the resource, or its stack, had before.
  if (olds[OWNER_KEY] !== news[OWNER_KEY]) await forget(imagesTask(session, "set", olds));
  return { outs: { ...outs, ...inputKeys(news) } };
}

/** Sets the wanted fields, and puts back those that are no longer wanted. */
async function brought(task: ImagesTask, inputs: Plain, former: Former, ours: Images): Promise<Plain> {
  const { list, infra, purpose } = task;
  const wanted = imagesIn(inputs);
  const live = await list.overrides(infra, purpose);
  await requireFree(task, wanted, ours, live);
  await proveImages(task.session, claimOf(task, inputs));
  const journal = await note(task, { former, live, wanted });
  const dropped = Object.keys({ ...ours, ...journal.former }).filter((field) => !(field in wanted));
  const wish: Wish = { ...givenBack(task, dropped, { ...journal, ours }, live), ...wanted };
  const open = Object.fromEntries(Object.entries(wish).filter(([field, image]) => (live[field] ?? null) !== image));
  await applied(task, open, live);
  const remembered = Object.fromEntries(Object.entries(journal.former).filter(([field]) => field in wanted));
  if (dropped.length > 0) await renote(task, { former: remembered, written: wanted });
  // As a text: the engine drops what is null.
  return outputs(task, inputs, { [FORMER_KEY]: JSON.stringify(remembered), [WRITTEN_KEY]: wanted });
}

/** @throws InvalidInputError, AlreadyExistsError where preview could not say it */
async function requireFree(task: ImagesTask, wanted: Images, ours: Images, live: Images): Promise<void> {
  const { doing, list, infra, purpose, inputs } = task;
  const fresh = Object.keys(wanted).filter((field) => !(field in ours));
  const unknown = fieldProblem(fresh, await list.defaults(infra, purpose), infra);
  if (unknown !== undefined)
    throw new InvalidInputError({ doing, what: `images ${unknown}`, next: "Correct the fields." });
  if (inputs["adopt"] === true) return;
  const taken = takenProblem(await unnoted(task, fresh), live, wanted);
  if (taken !== undefined)
    throw new AlreadyExistsError({ doing, what: `images ${taken}`, next: "Nothing was changed." });
}

/** What is known of a resource's fields. */
interface Past extends Journal {
  /** What the state says that we wrote last. */
  readonly ours: Images;
}

/** What fields become that are ours no more: what they were before, unless somebody has changed them since. */
function givenBack(task: ImagesTask, fields: readonly string[], past: Past, live: Images): Wish {
  if (task.inputs["onDelete"] === "retain") return {};
  const { former, ours, written } = past;
  const theirs = fields.filter((field) => {
    const now = live[field];
    const isOurs = now !== undefined && (now === ours[field] || now === written[field]);
    return !isOurs && (now ?? null) !== (former[field] ?? null);
  });
  if (theirs.length > 0) {
    const words = theirs.map(
      (field) => `${field} (${live[field] ?? "Harness's own"}, before us ${former[field] ?? "Harness's own"})`,
    );
    task.session.notices.say(task.label, `left as somebody has changed them since: ${words.join(", ")}`);
  }
  const back = fields.filter((field) => !theirs.includes(field));
  return Object.fromEntries(
    back.map((field) => [field, task.inputs["onDelete"] === "reset" ? null : (former[field] ?? null)]),
  );
}

async function read(
  session: Session,
  id: string,
  props: Plain,
): Promise<{ id: string; props?: Plain; inputs?: Plain }> {
  const task = imagesTask(session, "read", { ...props, infra: props["infra"] ?? id }, KEY_FROM_STATE);
  if (id !== "K8" && id !== "VM") {
    throw new InvalidInputError({ doing: task.doing, what: `"${id}" is not its id`, next: "write K8 or VM." });
  }
  requireSameAccount(session, props, task.doing);
  const live = await task.list.glance(task.infra, task.purpose);
  const mine = Object.keys(isPlain(props["images"]) ? writtenIn(props) : live);
  const images = Object.fromEntries(mine.flatMap((field) => (live[field] === undefined ? [] : [[field, live[field]]])));
  const outs = outputs(task, { ...props, infra: id, images }, {});
  return { id, props: outs, ...inputsOf(ciImagesRules, props, { images }) };
}

async function remove(session: Session, props: Plain): Promise<void> {
  const task = imagesTask(session, "put back", props, KEY_FROM_STATE);
  requireSameAccount(session, props, task.doing);
  if (props["onDelete"] !== "retain") {
    const live = await task.list.overrides(task.infra, task.purpose);
    const journal = await noted(task);
    const former = { ...formerIn(props), ...journal.former };
    const ours = writtenIn(props);
    const wish = givenBack(task, Object.keys({ ...ours, ...former }), { ...journal, former, ours }, live);
    const open = Object.fromEntries(Object.entries(wish).filter(([field, image]) => (live[field] ?? null) !== image));
    await applied(task, open, live);
  }
  await forget(task);
}

function outputs(task: ImagesTask, props: Plain, more: Plain): Plain {
  const { accountId } = task.session.harness(task.doing);
  return withoutUndefined({ ...omit(props, ["__provider"]), accountId, ...more });
}

function formerIn(props: Plain): Former {
  const former = props[FORMER_KEY];
  return typeof former === "string" ? formerOf(former) : {};
}

/** What we wrote last, whatever a refresh has read since. */
function writtenIn(props: Plain): Images {
  return imagesIn({ images: props[WRITTEN_KEY] ?? props["images"] });
}
