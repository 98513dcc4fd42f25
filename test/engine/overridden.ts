import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { Emulator, RequestRecord } from "../../emulator";
import type { PipelineFile } from "../pipelines";
import { withStack } from "../support/engine";
import { OperationFailed, type OperationResult, type TestStack } from "../support/engine-stack";
import { configFor, withHarness } from "../support/harness";
import { program } from "./programs/overrides";

export const PROGRAMS = join(__dirname, "programs");
/** Where all pipelines of these tests are. */
export const SCOPE = { orgId: "default", projectId: "demo" } as const;
/** Where the remote ones live. */
export const GIT = { repoName: "pipelines", branch: "main", connectorRef: "account.github" } as const;

/** A stage to be overridden, as the program `overrides` wants it listed. */
export interface WantedStage {
  readonly pipeline: string;
  readonly stage: string;
  readonly adopt?: boolean;
}

/** The stack configuration of the program `overrides`. */
export function overridesConfig(
  harness: Emulator,
  project: string,
  stages: readonly WantedStage[],
  more: Readonly<Record<string, string>> = {},
): ConfigMap {
  const settings = Object.entries(more).map(([key, value]) => [`${project}:${key}`, value] as const);
  return configFor(harness, { [`${project}:stages`]: JSON.stringify(stages), ...Object.fromEntries(settings) });
}

/** The text of a pipeline of `test/pipelines`. */
export function textOf({ file }: PipelineFile): string {
  return readFileSync(join(__dirname, "..", "pipelines", file), "utf8");
}

/** Its stages that can be overridden, as the program wants them. */
export function wantedOf({ pipeline, stages }: PipelineFile): WantedStage[] {
  return stages.map(({ stage, adopt }) => ({ pipeline, stage, adopt }));
}

/** Calls Harness as a person's script does. @returns the answer's text @throws when Harness refuses */
export async function callHarness(
  harness: Emulator,
  method: string,
  path: string,
  body?: { readonly yaml: string } | object,
): Promise<string> {
  const isYaml = body !== undefined && "yaml" in body;
  const answer = await fetch(`${harness.endpoint}${path}`, {
    method,
    headers: {
      "x-api-key": harness.platformApiKey,
      "harness-account": harness.accountId,
      "content-type": isYaml ? "application/yaml" : "application/json",
    },
    ...(body === undefined ? {} : { body: isYaml ? String(body.yaml) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path} was answered ${answer.status}: ${text}`);
  return text;
}

/** The query of the v0 endpoints. [H145] */
export function scopeQuery({ accountId }: Emulator): string {
  return `accountIdentifier=${accountId}&orgIdentifier=${SCOPE.orgId}&projectIdentifier=${SCOPE.projectId}`;
}

/** Creates a pipeline of `test/pipelines` inline through Harness's own API, which looks whether it is one. [H145] [H154] */
export async function createPipeline(harness: Emulator, pipeline: PipelineFile): Promise<void> {
  const yaml = textOf(pipeline);
  if (pipeline.dialect === "v0") {
    await callHarness(harness, "POST", `/pipeline/api/pipelines/v2?${scopeQuery(harness)}`, { yaml });
    return;
  }
  const body = { pipeline_yaml: yaml, identifier: pipeline.pipeline, name: pipeline.pipeline, version: "1" };
  await callHarness(harness, "POST", "/v1/orgs/default/projects/demo/pipelines", {
    ...body,
    git_details: { store_type: "INLINE" },
  });
}

/** A pipeline of CI stages; those with a former value have an image connector. */
export function buildPipeline(
  identifier: string,
  stages: readonly { readonly stage: string; readonly former?: string }[],
): string {
  const lines = stages.flatMap(({ stage, former }) => [
    "    - stage:",
    `        name: Stage ${stage} # one of ${stages.length}`,
    `        identifier: ${stage}`,
    "        type: CI",
    "        spec:",
    "          cloneCodebase: false",
    "          infrastructure:",
    "            type: KubernetesDirect",
    "            spec:",
    "              connectorRef: account.cluster",
    ...(former === undefined ? [] : [`              harnessImageConnectorRef: ${former}`]),
    "              namespace: builds",
    "          execution:",
    "            steps:",
    "              - step: { type: Run, name: Test, identifier: test, spec: { shell: Sh, command: make test } }",
  ]);
  const head = ["pipeline:", `  name: ${identifier}`, `  identifier: ${identifier}`, "  projectIdentifier: demo"];
  return [...head, "  orgIdentifier: default", '  description: "0"', "  stages:", ...lines, ""].join("\n");
}

/** The present text of a pipeline. */
export function pipelineText(harness: Emulator, pipeline: string, branch?: string): string {
  return harness.pipelineYaml(SCOPE, pipeline, branch) ?? "";
}

/** How often a text names a connector as the image connector of a stage, in whichever dialect and style. */
export function timesIn(text: string, reference: string): number {
  return text.split(reference).length - 1;
}

/** The calls of the pipeline API so far. */
export function pipelineCalls(harness: Emulator): RequestRecord[] {
  return harness.requests().filter(({ path }) => path.includes("pipelines"));
}

/** The saves of pipelines so far. */
export function savesSent(harness: Emulator): RequestRecord[] {
  return pipelineCalls(harness).filter(({ method }) => method === "PUT");
}

/** Gives the result of an operation, whether it failed or not. */
export async function attempted(operation: Promise<OperationResult>): Promise<OperationResult> {
  return operation.catch((error: unknown) => {
    if (error instanceof OperationFailed) return error.result;
    throw error;
  });
}

/** What the person at the terminal reads of our errors, each with the resource it stands at. */
export function errorsIn(result: OperationResult): { readonly urn: string; readonly message: string }[] {
  return result.events
    .flatMap((event) => event.diagnosticEvent ?? [])
    .filter(({ severity, message }) => severity === "error" && message.trim() !== "update failed")
    .map(({ urn = "", message }) => ({ urn, message }));
}

/** Whether a pipeline's text lies in Harness or in Git. */
export type Store = "inline" | "remote";

/** Five pipelines of ten stages each. */
export const MANY = {
  pipelines: ["checkout", "search", "billing", "reports", "mobile"],
  stages: Array.from({ length: 10 }, (_, index) => `stage_${index}`),
  original: (pipeline: string): string =>
    buildPipeline(
      pipeline,
      MANY.stages.map((stage) => ({ stage })),
    ),
} as const;

/** Runs a body with pipelines in a Harness that takes its time, and a stack that overrides all their stages. */
export function withMany(
  store: Store,
  body: (harness: Emulator, stack: TestStack) => Promise<void>,
  { pipelines, stages }: { readonly pipelines: readonly string[]; readonly stages: readonly string[] } = MANY,
): Promise<void> {
  return withHarness(async (harness) => {
    harness.set({ latencyMs: 20 });
    for (const pipeline of pipelines) {
      const yaml = buildPipeline(
        pipeline,
        stages.map((stage) => ({ stage })),
      );
      harness.putPipeline({ scope: SCOPE, yaml, ...(store === "remote" ? { git: GIT } : {}) });
    }
    const wanted = pipelines.flatMap((pipeline) => stages.map((stage) => ({ pipeline, stage })));
    const config = overridesConfig(harness, "many", wanted, store === "remote" ? { branch: GIT.branch } : {});
    await withStack({ program, programDir: PROGRAMS, projectName: "many", config }, (stack) => body(harness, stack));
  });
}
