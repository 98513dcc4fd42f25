import * as pulumi from "@pulumi/pulumi";

import provider = require("../provider/stage-image-override");

import { ownerOf } from "./owner";

/** Where a remote pipeline is changed. */
export interface GitArgs {
  /** Branch that gets the commit, e.g. `main`. Changing it replaces the override. */
  branch: pulumi.Input<string>;
  /** Message of the commits. @default says which stage and which connector, e.g. `Image connector of stage build: account.mirror` */
  commitMessage?: pulumi.Input<string> | undefined;
}

/** The arguments of a {@link StageImageOverride}. */
export interface StageImageOverrideArgs {
  /** Organisation of the pipeline. Changing it replaces the override. */
  orgId: pulumi.Input<string>;
  /** Project of the pipeline. Changing it replaces the override. */
  projectId: pulumi.Input<string>;
  /** Identifier of the pipeline, as Harness shows it below the name. Changing it replaces the override. */
  pipelineIdentifier: pulumi.Input<string>;
  /** Identifier of the stage, wherever it stands: in parallel groups, inserted, from a template. Changing it replaces the override. */
  stageIdentifier: pulumi.Input<string>;
  /** The connector Harness pulls its own images through in this stage: a `DockerConnector`'s `ref`, or `account.<id>`. */
  connectorRef: pulumi.Input<string>;
  /** For a pipeline that lives in Git, where every change is a commit. @default the pipeline is stored inline in Harness */
  git?: pulumi.Input<GitArgs> | undefined;
  /**
   * Whether a stage that has an image connector already may be taken over: `true` takes one that no Pulumi resource owns, a
   * runtime input (`<+input>`) too; `"takeover"` also one that another resource owns, and destroy then puts back what was there before
   * that one. What was there is kept. Changing it sends nothing.
   * @default false: create refuses, and says what is there
   */
  adopt?: pulumi.Input<boolean | "takeover"> | undefined;
  /**
   * What destroying the resource does: `"restore"` puts back what was there before, to the letter, be it a value or nothing;
   * `"remove"` takes the setting out; `"retain"` leaves it and takes our comment away, which is a save too. Changing it sends nothing.
   * @default "restore"
   */
  onDelete?: pulumi.Input<"restore" | "remove" | "retain"> | undefined;
  /**
   * Allow a connector of the organisation or project, or an expression. Harness's documentation asks for account scope, and
   * nothing but a build shows whether another one works. Changing it sends nothing.
   * @default false: only `account.<id>` is taken
   */
  allowNonAccountScope?: pulumi.Input<boolean> | undefined;
  /**
   * Whether the line in the pipeline carries the comment `# pulumi <owner>: was <what was there>`, by which a killed run knows its
   * own work again. A pipeline written in JSON gets none, with a notice.
   * @default true; without it a run that lost its state asks for `adopt`
   */
  marker?: pulumi.Input<boolean> | undefined;
  /** `"off"` asks Harness nothing about this resource before applying. @default as `harness:preflight` says */
  preflight?: pulumi.Input<"off"> | undefined;
}

/**
 * The image connector of one stage (*Override Image Connector* in Harness): one field of one stage of a pipeline that belongs to
 * somebody else. Every other byte of the pipeline stays as it was: comments, quotes, anchors, line ends.
 *
 * @example
 * ```ts
 * const mirror = new DockerConnector("mirror", {
 *   url: "https://us.icr.io/my-namespace",
 *   auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: "account.ibm_key" },
 *   connectivityMode: "Delegate",
 * });
 * new StageImageOverride("checkout-build", {
 *   orgId: "default",
 *   projectId: "shop",
 *   pipelineIdentifier: "checkout",
 *   stageIdentifier: "build",
 *   connectorRef: mirror.ref,
 * });
 * ```
 *
 * @example
 * ```ts
 * new StageImageOverride("release-build", {
 *   orgId: "default",
 *   projectId: "shop",
 *   pipelineIdentifier: "release",
 *   stageIdentifier: "build",
 *   connectorRef: "account.mirror",
 *   git: { branch: "main", commitMessage: "Pull Harness images from the mirror" },
 * });
 * ```
 *
 * Works for stages of type CI, SecurityTests, IACM and IDP on Kubernetes, a VM pool or a local Docker runner. A stage that can
 * have no override (Harness Cloud, `useFromStage`, templates that leave it locked) is an error in `pulumi preview` that says what to
 * do instead. Overrides of one pipeline are saved together. When the setting no longer is ours, destroy leaves it and says so.
 * An inline pipeline is the last writer's: whoever saves a text they read before our save undoes the override; refresh sees it.
 */
export class StageImageOverride extends pulumi.dynamic.Resource {
  declare readonly orgId: pulumi.Output<string>;
  declare readonly projectId: pulumi.Output<string>;
  declare readonly pipelineIdentifier: pulumi.Output<string>;
  declare readonly stageIdentifier: pulumi.Output<string>;
  /** The reference the stage has. */
  declare readonly connectorRef: pulumi.Output<string>;
  /** What kind of infrastructure the stage has: `KubernetesDirect`, `VM`, `Docker`; in v1 YAML `kubernetes`, `vm`, `shell`. */
  declare readonly infrastructure: pulumi.Output<string>;
  /** Where the setting stands in the pipeline's YAML, e.g. `pipeline.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef`. */
  declare readonly yamlPath: pulumi.Output<string>;
  /** The reference the stage had before ours; undefined when it had none. */
  declare readonly previousConnectorRef: pulumi.Output<string | undefined>;
  /** `INLINE` or `REMOTE`. */
  declare readonly storeType: pulumi.Output<string>;
  /** For a remote pipeline, the commit that holds our last save. */
  declare readonly lastCommitId: pulumi.Output<string | undefined>;
  /** The Harness account of the pipeline. */
  declare readonly accountId: pulumi.Output<string>;

  /**
   * Looks at the image connector of a stage without managing it; a remote pipeline on its default branch.
   *
   * @param name Pulumi name of the looked-up resource
   * @param id `org/project/pipeline/stage`
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): StageImageOverride {
    return new StageImageOverride(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: StageImageOverrideArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: StageImageOverrideArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      { ...OUTPUTS, ...args, ...(args === undefined ? {} : { __owner: ownerOf("StageImageOverride", name, opts) }) },
      { deleteBeforeReplace: true, ...opts },
      "harness",
      "StageImageOverride",
    );
  }
}

/** A property the program does not give becomes an output only if it is named here. */
const OUTPUTS = {
  orgId: undefined,
  projectId: undefined,
  pipelineIdentifier: undefined,
  stageIdentifier: undefined,
  connectorRef: undefined,
  infrastructure: undefined,
  yamlPath: undefined,
  previousConnectorRef: undefined,
  storeType: undefined,
  lastCommitId: undefined,
  accountId: undefined,
};
