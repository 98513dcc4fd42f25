import { fieldProblem, imagesIn, imagesNews, takenProblem } from "../domain/ci-images";
import { isPlain, type Plain } from "../domain/plain";
import type { Question } from "../preflight";
import type { Session } from "../session";
import { permissionQuestion } from "./account-questions";
import { unnoted } from "./ci-images-journal";
import { type ImagesTask, imagesTask } from "./ci-images-task";
import { type ImageClaim, imagesQuestion } from "./image-proof";

/** What is asked before a change of images. */
export function ciImagesQuestions(session: Session, inputs: Plain, stored: Plain): Question[] {
  const needs = ["infra", "images"];
  const task = () => imagesTask(session, "look up", inputs);
  const fresh = freshFields(inputs, stored);
  const isReplaced = stored["infra"] !== undefined && stored["infra"] !== inputs["infra"];
  const known = async () => {
    const { list, infra, purpose } = task();
    return fieldProblem(
      Object.keys(isPlain(inputs["images"]) ? inputs["images"] : {}),
      await list.defaults(infra, purpose),
      infra,
    );
  };
  const taken = async () => {
    const { list, infra, purpose } = task();
    const live = await list.glance(infra, purpose);
    return inputs["adopt"] === true ? undefined : takenProblem(await unnoted(task(), fresh), live, imagesIn(inputs));
  };
  let found: Promise<string | undefined> | undefined;
  const free = () => {
    found ??= taken();
    return found;
  };
  // What is refused means nothing.
  const meaning = async () => {
    if ((await free()) !== undefined) return undefined;
    const { list, infra, purpose } = task();
    const news = imagesNews(inputs, await list.glance(infra, purpose), await list.defaults(infra, purpose));
    return news === undefined ? undefined : { news };
  };
  return [
    permissionQuestion(session, {}, ["core_account_view", "core_account_edit"]),
    { path: "images", needs, ask: known },
    { path: "images", needs, ask: free },
    { path: "", needs, ask: meaning },
    imagesQuestion(session, () => claimOf(task(), inputs), isReplaced),
  ];
}

/** The images as the program has them, in preview with those that are not known yet. */
export function claimOf({ label, doing }: ImagesTask, inputs: Plain): ImageClaim {
  const images = isPlain(inputs["images"]) ? Object.entries(inputs["images"]) : [];
  const all = Object.fromEntries(images.map(([field, image]) => [field, String(image)]));
  return { label, doing, inputs, url: undefined, images: async () => all };
}

/** The fields the resource did not have before. */
function freshFields(inputs: Plain, stored: Plain): string[] {
  const before = stored["infra"] === inputs["infra"] ? imagesIn(stored) : {};
  return Object.keys(imagesIn(inputs)).filter((field) => !(field in before));
}
