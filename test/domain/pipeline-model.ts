/** Pipelines before they are written. */
import type { Layout } from "./yaml-writer";

/** Flow style, on one line or many, or block style. */
export type Flow = "line" | "lines" | undefined;

/** How a setting can be written. */
export const LEAF_STYLES = [
  ...(["absent", "absent", "absent", "plain", "single", "double", "folded", "literal", "empty"] as const),
  ...(["null", "tilde", "alias", "anchored", "tagged", "merged"] as const),
] as const;

/** The setting in a stage. */
export interface LeafModel {
  readonly style: (typeof LEAF_STYLES)[number];
  readonly value: string;
  /** More space after the colon. */
  readonly gap: string;
  readonly key: "plain" | "single" | "double";
  /** Among the settings beside it. */
  readonly at: number;
}

/** One stage. */
export interface StageModel {
  readonly node: "stage";
  /** Which of the kinds that can have no override; undefined when it can. */
  readonly impossible: number | undefined;
  readonly infrastructure: number;
  readonly type: string;
  /** Whether it comes from a template, and gives only its inputs. */
  readonly template: boolean;
  readonly name: string;
  readonly leaf: LeafModel;
  /** The other settings of its infrastructure. */
  readonly settings: readonly number[];
  readonly holder: Flow;
  readonly item: Flow;
  readonly strategy: boolean;
  readonly script: number;
}

/** Stages that stand together. */
export interface NestModel {
  readonly node: "nest";
  /** Whether they run at once; else they are an insert, or a group. */
  readonly parallel: boolean;
  readonly nodes: readonly NodeModel[];
  readonly item: Flow;
}

/** Stages that share text. */
export interface SharedModel {
  readonly node: "shared";
  readonly how: number;
  readonly stage: StageModel;
}

/** A place in a list of stages. */
export type NodeModel = StageModel | NestModel | SharedModel;

/** A whole pipeline. */
export interface PipelineModel {
  readonly dialect: "v0" | "v1";
  /** Whether it is made from a template as a whole. */
  readonly template: boolean;
  readonly whole: Flow;
  readonly nodes: readonly NodeModel[];
  readonly layout: Layout;
}
