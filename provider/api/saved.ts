import { z } from "zod";
import type { Purpose } from "../client/call";
import { denialWords, isDenied } from "../domain/governance";
import { NotHarnessError, PolicyDeniedError } from "../errors";

/** Only Harness's own "success" counts: that an object is gone, or saved, must not be believed of whoever answers. [H18] */
export const SUCCESS = z.literal("SUCCESS", "no Harness answer");

/** The error for a save that was answered with success although nothing was saved. [H40] [H150] */
export function unsaved({ doing }: Purpose, governance: unknown, correlationId: string | undefined): Error {
  if (isDenied(governance)) {
    const words = denialWords(governance);
    return new PolicyDeniedError({
      doing,
      what: words.length === 0 ? "a policy of this Harness account denied it" : `denied by ${words.join(", ")}`,
      next: "change the resource so that the policy allows it, or ask the owner of the policy. Nothing was saved.",
      answer: { status: 200, correlationId },
    });
  }
  return new NotHarnessError({
    doing,
    what: "Harness answered success without the saved object",
    next: "run `pulumi up` again; it looks first at what is there.",
    answer: { status: 200, correlationId },
    uncertain: true,
  });
}
