import { createHash } from "node:crypto";
import type { DelegateRecord } from "./records";
import { scopeKey } from "./scope";

/** The id of a delegate, the same in listings and in what it ran. [H94] [H101] */
export function delegateId({ scope, name }: DelegateRecord): string {
  return createHash("sha256")
    .update(`${scopeKey(scope)}/${name}`)
    .digest("base64url")
    .slice(0, 22);
}
