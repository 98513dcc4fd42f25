/**
 * Types only: what a program may write and what the provider accepts are the same. The compiler checks this file; the types it
 * exports are all `true`, or it does not compile.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ciImagesArgs } from "../../provider/domain/ci-images";
import type { dockerConnectorArgs } from "../../provider/domain/docker-connector";
import type { harnessImageConnectorArgs } from "../../provider/domain/harness-image-connector";
import type { secretTextArgs } from "../../provider/domain/secret-text";
import type { stageImageOverrideArgs } from "../../provider/domain/stage-image-override";
import type {
  CiImagesArgs,
  DockerConnectorArgs,
  HarnessImageConnectorArgs,
  SecretTextArgs,
  StageImageOverrideArgs,
} from "../../sdk";

/** What arrives of an argument: no Input around it. Absent and `undefined` are one, for the engine drops both. */
type Arrived<T> =
  T extends pulumi.Input<infer Inner>
    ? Inner extends readonly (infer Item)[]
      ? Arrived<Item>[]
      : Inner extends object
        ? { [Key in keyof Inner]-?: Arrived<Exclude<Inner[Key], undefined>> }
        : Inner
    : never;
type OptionalKeys<T> = { [Key in keyof T]-?: Record<never, never> extends Pick<T, Key> ? Key : never }[keyof T];
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type SameArguments<Written, Accepted> = Same<
  [Arrived<Written>, OptionalKeys<Written>],
  [Arrived<Accepted>, OptionalKeys<Accepted>]
>;
type Holds<T extends true> = T;

/** `CiImages` */
export type CiImagesHolds = Holds<SameArguments<CiImagesArgs, z.input<typeof ciImagesArgs>>>;
/** `DockerConnector` */
export type DockerConnectorHolds = Holds<SameArguments<DockerConnectorArgs, z.input<typeof dockerConnectorArgs>>>;
/** `HarnessImageConnector` */
export type HarnessImageConnectorHolds = Holds<
  SameArguments<HarnessImageConnectorArgs, z.input<typeof harnessImageConnectorArgs>>
>;
/** `SecretText` */
export type SecretTextHolds = Holds<SameArguments<SecretTextArgs, z.input<typeof secretTextArgs>>>;

/** `StageImageOverride` */
export type StageImageOverrideHolds = Holds<
  SameArguments<StageImageOverrideArgs, z.input<typeof stageImageOverrideArgs>>
>;

/** The comparison itself can fail: in type, in key and in what may be left out. */
export type ComparisonHolds = Holds<
  Same<
    [
      SameArguments<{ a?: pulumi.Input<string> }, { a?: string | undefined }>,
      SameArguments<{ a?: pulumi.Input<string> }, { a?: number }>,
      SameArguments<{ a: pulumi.Input<"x" | "y"> }, { a: "x" }>,
      SameArguments<{ a: pulumi.Input<string>; b?: pulumi.Input<string> }, { a: string }>,
      SameArguments<{ a?: pulumi.Input<string> }, { a: string }>,
      SameArguments<{ a: pulumi.Input<pulumi.Input<string>[]> }, { a: number[] }>,
      SameArguments<{ a: pulumi.Input<{ b: pulumi.Input<string> }> }, { a: { b: number } }>,
    ],
    [true, false, false, false, false, false, false]
  >
>;
