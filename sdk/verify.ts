import type * as pulumi from "@pulumi/pulumi";

/**
 * How to look for images in a registry before Harness is made to pull them. Without a login it is asked anonymously. All of it is kept as a
 * Pulumi secret. Changing it sends nothing; it counts with the next change of what it is about.
 */
export interface VerifyImagesOptions {
  /**
   * What follows when an image is missing, or not for a wanted platform: `"require"` fails preview and update before anything is changed,
   * also where the registry cannot be asked; `"warn"` says so and goes on; `"off"` asks nothing.
   * @default `"require"`
   */
  mode?: pulumi.Input<"off" | "warn" | "require"> | undefined;
  /** Who pulls, e.g. `iamapikey`; needs `password` or `passwordFromEnv`. @default nobody */
  username?: pulumi.Input<string> | undefined;
  /** The registry's password or token, itself, not a reference to one. It goes to the registry only. */
  password?: pulumi.Input<string> | undefined;
  /** Name of an environment variable that holds the password where Pulumi runs. */
  passwordFromEnv?: pulumi.Input<string> | undefined;
  /** Fields of the account's list to look for. @default all of the resource, or of the account's list */
  fields?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Platforms each image must be made for, e.g. `["linux/amd64", "windows/amd64"]`.
   * @default `linux/amd64`, and `linux/arm64` too of an image that is made for several platforms
   */
  platforms?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** {@link VerifyImagesOptions} of images, which do not know through which connector they will be pulled. */
export interface CiImagesVerifyArgs extends VerifyImagesOptions {
  /** URL of the connector through which Harness will pull them, e.g. `https://us.icr.io/my-ns`. */
  url: pulumi.Input<string>;
}

/** {@link VerifyImagesOptions} of the account's connector: the images of the account's list are looked for. */
export interface ConnectorVerifyArgs extends VerifyImagesOptions {
  /** Where to look, when this computer knows the registry by another name. @default the connector's own `url` */
  url?: pulumi.Input<string> | undefined;
  /** Which list of the account: of builds on Kubernetes or on VMs. @default `"K8"` */
  infra?: pulumi.Input<"K8" | "VM"> | undefined;
}
