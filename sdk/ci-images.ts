import * as pulumi from "@pulumi/pulumi";

import provider = require("../provider/ci-images");

import { ownerOf } from "./owner";
import type { CiImagesVerifyArgs } from "./verify";

/** The arguments of {@link CiImages}. */
export interface CiImagesArgs {
  /** Which list: of builds on Kubernetes or on VMs. Changing it replaces the resource. */
  infra: pulumi.Input<"K8" | "VM">;
  /**
   * Image by field, e.g. `{ addonTag: "harness/ci-addon:1.16.92" }`: name and tag, without a registry, which is that of the image
   * connector. Fields that are not named are left alone. The fields are Harness's own; preview knows them.
   */
  images: pulumi.Input<{ [field: string]: pulumi.Input<string> }>;
  /** Whether to look for the images in the registry first. @default not */
  verify?: pulumi.Input<CiImagesVerifyArgs> | undefined;
  /** Whether fields that are overridden already may be taken over; their values are put back in the end. @default false: they are refused */
  adopt?: pulumi.Input<boolean> | undefined;
  /**
   * What destroying the resource, or no longer naming a field, does: `"restore"` puts back what was there before, `"reset"` goes back to
   * Harness's own images, `"retain"` leaves all as it is. Changing it sends nothing.
   * @default "restore"
   */
  onDelete?: pulumi.Input<"restore" | "reset" | "retain"> | undefined;
  /** `"off"` asks Harness nothing about this resource before applying. @default as `harness:preflight` says */
  preflight?: pulumi.Input<"off"> | undefined;
}

/**
 * The images Harness CI uses for its own steps, for all builds of the account: only the fields named here.
 *
 * @example
 * ```ts
 * new CiImages("pinned", {
 *   infra: "K8",
 *   images: { addonTag: "harness/ci-addon:1.16.92", liteEngineTag: "harness/ci-lite-engine:1.16.92" },
 * });
 * ```
 *
 * Harness keeps one list for the account and saves it whole, so that changes made at the same time can be lost under each other: each change
 * is looked at afterwards and made again. What a field was before is kept in a connector `pulumi_ci_images_...`, which nothing uses, so that
 * even a killed run can put it back. A field that somebody else has changed since is left, with a notice.
 */
export class CiImages extends pulumi.dynamic.Resource {
  declare readonly infra: pulumi.Output<"K8" | "VM">;
  /** The fields of this resource, as Harness has them. */
  declare readonly images: pulumi.Output<{ [field: string]: string }>;
  declare readonly accountId: pulumi.Output<string>;

  /**
   * Reads all overridden fields without managing them.
   *
   * @param name Pulumi name of the looked-up resource
   * @param id `K8` or `VM`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): CiImages {
    return new CiImages(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: CiImagesArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: CiImagesArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    const verify = args?.verify === undefined ? {} : { verify: pulumi.secret(args.verify) };
    const owner = args === undefined ? {} : { __owner: ownerOf("CiImages", name, opts) };
    super(
      provider,
      name,
      { ...OUTPUTS, ...args, ...verify, ...owner },
      pulumi.mergeOptions({ deleteBeforeReplace: true, ...opts }, { additionalSecretOutputs: ["verify"] }),
      "harness",
      "CiImages",
    );
  }
}

/** A property the program does not give becomes an output only if it is named here. */
const OUTPUTS = { infra: undefined, images: undefined, accountId: undefined };
