/**
 * A Docker registry connector, as Harness knows it [H54] and as a program writes it. Pure: schema, rules, wire form.
 */
import { z } from "zod";
import { ACCOUNT_DEFAULT, HELPERS } from "./account-default";
import { dockerSpecArgs, dockerSpecRules, reviewSpec, specSettings, specWire } from "./docker-spec";
import type { Tags } from "./marks";
import { type ObjectDomain, objectArgs, objectRules, objectWire, type Review, type WireObject } from "./object";
import { deriveIdentity, nameRemarks, objectProblems } from "./object-args";
import type { Plain } from "./plain";
import type { Problem } from "./problem";

/** The arguments of `DockerConnector`. */
export const dockerConnectorArgs = z.strictObject({
  ...objectArgs,
  ...dockerSpecArgs,
  onDelete: z.enum(["delete", "restore", "retain"], "must be delete, restore or retain").optional(),
});

/** See {@link ObjectDomain}. */
export const dockerConnectorDomain: ObjectDomain = {
  type: "DockerConnector",
  noun: "connector",
  wireType: "DockerRegistry",
  schema: dockerConnectorArgs,
  hyphens: false,
  restorable: true,
  rules: { ...objectRules, ...dockerSpecRules },
  review,
  settings: specSettings,
  wire,
  unseenChange: () => false,
};

function review(args: Plain, stored: Plain): Review {
  const spec = reviewSpec(args);
  return {
    problems: [
      ...objectProblems(args, false),
      ...accountDefaultProblems(deriveIdentity(args, stored)["identifier"], args["orgId"]),
      ...spec.problems,
    ],
    remarks: [...nameRemarks(args), ...spec.remarks],
    computed: spec.computed,
  };
}

/** The name alone can lead there too: an identifier is made from it. */
function accountDefaultProblems(identifier: unknown, orgId: unknown): Problem[] {
  if (orgId !== undefined) return [];
  if (HELPERS.some((helper) => helper === identifier)) {
    const text = `"${String(identifier)}" is what HarnessImageConnector uses while it changes the account's default; choose another identifier`;
    return [{ path: "identifier", text }];
  }
  if (identifier !== ACCOUNT_DEFAULT) return [];
  const text =
    `"${ACCOUNT_DEFAULT}" is the connector all builds of the account pull Harness's images through, and one mistake in it stops ` +
    "them all; write HarnessImageConnector, which tests a change before it counts and puts it back after, or choose another identifier here";
  return [{ path: "identifier", text }];
}

function wire(args: Plain, tags: Tags, base: WireObject | undefined): Plain {
  return objectWire(args, "DockerRegistry", tags, base, specWire(args));
}
