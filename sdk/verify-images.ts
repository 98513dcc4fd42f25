import * as pulumi from "@pulumi/pulumi";

/** What to look for, and in which registry. */
export interface VerifyImagesArgs {
  /** URL of the connector through which Harness pulls, e.g. `https://us.icr.io/my-ns`. */
  url: string;
  /** Image by field, e.g. `{ addonTag: "harness/ci-addon:1.16.92" }`. @default the account's list, which is asked for */
  images?: { [field: string]: string } | undefined;
  /** Which list of the account: of builds on Kubernetes or on VMs. @default `"K8"` */
  infra?: "K8" | "VM" | undefined;
  /** Fields to look for. @default all */
  fields?: string[] | undefined;
  /**
   * Platforms each image must be made for.
   * @default `linux/amd64`, and `linux/arm64` too of an image that is made for several platforms
   */
  platforms?: string[] | undefined;
  /** Who pulls; needs `password` or `passwordFromEnv`. @default nobody */
  username?: string | undefined;
  /** The registry's password or token itself. @default that of `passwordFromEnv` */
  password?: string | undefined;
  /** Name of an environment variable that holds the password. @default none */
  passwordFromEnv?: string | undefined;
}

/** What was found of one image. */
export interface VerifiedImage {
  /** Field of the account's list. */
  field: string;
  /** The image as the list has it. */
  image: string;
  /** The name Harness pulls it by. */
  pulled: string;
  /** `lacking` is there, but not for a wanted platform; `unknown` could not be found out. */
  status: "present" | "missing" | "lacking" | "unknown";
  /** The same in words. */
  message: string;
  /** Of its manifest or index, when it is there. */
  digest?: string;
  /** What it is made for, when it is there. */
  platforms?: readonly string[];
}

/**
 * Looks for the images Harness will pull through a connector, while the program runs, in preview too.
 *
 * @example
 * ```ts
 * async function requireAddon(): Promise<void> {
 *   const found = await verifyImages({ url: "https://us.icr.io/my-ns", fields: ["addonTag"], username: "iamapikey", passwordFromEnv: "KEY" });
 *   for (const { status, pulled, message } of found) if (status !== "present") throw new Error(`${pulled}: ${message}`);
 * }
 * ```
 *
 * @throws an error with one of `ERROR_CODES` when an argument is wrong, or Harness cannot be asked for the account's list
 */
export async function verifyImages(args: VerifyImagesArgs): Promise<VerifiedImage[]> {
  const runtime: typeof import("../provider/runtime") = require("../provider/runtime");
  const config = new pulumi.Config("harness");
  return runtime.verifyImages((key) => config.get(key.slice("harness:".length)), args);
}
