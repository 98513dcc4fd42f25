import type { CiImageList } from "../api/ci-images";
import type { Infra } from "../domain/ci-images";
import type { Plain } from "../domain/plain";
import type { Session } from "../session";
import { type Task, taskFor } from "./account-default";

/** The resource type. */
export const TYPE = "CiImages";

/** One operation on the account's CI images. */
export interface ImagesTask extends Task {
  readonly infra: Infra;
  readonly list: CiImageList;
}

/** Whose list it is. */
export function infraIn({ infra }: Plain): Infra {
  return infra === "VM" ? "VM" : "K8";
}

/** Begins an operation. @throws ConfigurationError without usable credentials */
export function imagesTask(session: Session, verb: string, inputs: Plain, hint?: string): ImagesTask {
  const infra = infraIn(inputs);
  const task = taskFor(session, { type: TYPE, verb, what: `the CI images of the account for ${infra}`, inputs, hint });
  return { ...task, infra, list: session.harness(task.doing).ciImages };
}
