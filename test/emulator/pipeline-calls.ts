import type { Emulator } from "../../emulator/index";
import type { Reply } from "./calls";
import { at, Calls } from "./calls";

/** The project of the seed, as a scope and as the query of v0. */
export const SCOPE = { orgId: "default", projectId: "demo" };
export const QUERY = { orgIdentifier: "default", projectIdentifier: "demo" };
/** Where the pipelines are. */
export const V0 = "/pipeline/api/pipelines";
export const V1 = "/v1/orgs/default/projects/demo/pipelines";

/** Sections of a stage's `spec`, by where its images come from. [H127] */
export const SPECS = {
  kubernetes: (value: string) =>
    `infrastructure: { type: KubernetesDirect, spec: { connectorRef: account.k8s, namespace: ci, harnessImageConnectorRef: ${value} } }`,
  vm: (value: string) =>
    `infrastructure: { type: VM, spec: { type: Pool, spec: { poolName: p, harnessImageConnectorRef: ${value} } } }`,
  docker: (value: string) => `runtime: { type: Docker, spec: { harnessImageConnectorRef: ${value} } }`,
} as const;

/** A stage of a v0 pipeline. */
export function stageYaml(id: string, spec = "runtime: { type: Cloud, spec: {} }", type = "CI"): string {
  return `- stage:
    identifier: ${id}
    name: ${id}
    type: ${type}
    spec:
      ${spec}
      execution:
        steps:
          - step: { type: Run, identifier: run, name: run }
`;
}

/** A v0 pipeline of stages. */
export function pipelineYaml(identifier: string, ...stages: string[]): string {
  const list = (stages.length === 0 ? [stageYaml("build")] : stages).join("").replace(/^(?=.)/gm, "    ");
  return `pipeline:\n  identifier: ${identifier}\n  name: ${identifier} of ours\n  stages:\n${list}`;
}

/** A v1 pipeline of one stage with this runtime. [H139] */
export function pipelineYamlV1(id: string, runtime: string): string {
  return `version: 1\npipeline:\n  id: ${id}\n  stages:\n    - id: build\n      runtime: ${runtime}\n      steps: [{ run: { script: x } }]\n`;
}

/** Calls of the pipeline endpoints. */
export class PipelineCalls extends Calls {
  private readonly account: string;

  constructor(emulator: Emulator, token?: string) {
    super(emulator, token);
    this.account = emulator.accountId;
  }

  /** A v0 create or update of a YAML text. */
  private text(method: string, path: string, raw: string, query: Readonly<Record<string, string>>): Promise<Reply> {
    const headers = { "content-type": "application/yaml" };
    return this.call(method, path, undefined, { raw, query: { ...QUERY, ...query }, headers });
  }

  create(raw: string, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.text("POST", `${V0}/v2`, raw, query);
  }

  update(identifier: string, raw: string, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.text("PUT", `${V0}/v2/${identifier}`, raw, query);
  }

  read(identifier: string, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.get(`${V0}/${identifier}`, { ...QUERY, ...query });
  }

  summary(identifier: string): Promise<Reply> {
    return this.get(`${V0}/summary/${identifier}`, QUERY);
  }

  /** A v1 call: the account in the header, below the pipelines of the project. [H152] */
  v1(method: string, path = "", body?: unknown, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call(method, V1 + path, body, { noAccount: true, query, headers: { "Harness-Account": this.account } });
  }
}

/** Several values of a body. */
export function picked(body: unknown, ...paths: string[]): unknown[] {
  return paths.map((path) => at(body, path));
}

/** The body of a v1 create or update. [H154] */
export function bodyV1(identifier: string, yaml: string, details?: object): unknown {
  const git = details === undefined ? {} : { git_details: details };
  return { pipeline_yaml: yaml, identifier, name: identifier, ...git };
}
