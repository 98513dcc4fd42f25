import { copyOf } from "./json";
import { dropPipeline, savePipeline, yamlOf } from "./pipeline-save";
import { identifierIn, readYaml } from "./pipeline-yaml";
import type { PipelineRecord } from "./records";
import type { Scope } from "./scope";
import { entityKey } from "./scope";
import type { State } from "./state";
import { liesIn } from "./store";
import type { PipelineConsole, PipelineSpec, PipelineView, ScopeRef } from "./views";

/** Pipelines seen and changed without the API: what somebody else did in the console. */
export function pipelineConsole(state: State, scopeAt: (ref?: ScopeRef) => Scope): PipelineConsole {
  const { pipelines, git } = state.store;
  const find = (ref: ScopeRef, identifier: string) => pipelines.get(entityKey(scopeAt(ref), identifier));
  return {
    putPipeline: (spec) => put(state, scopeAt(spec.scope), spec),
    pipelines: (ref) => pipelines.list(ref && liesIn(scopeAt(ref))).map((record) => viewOf(state, record)),
    pipelineYaml(ref, identifier, branch) {
      const record = find(ref, identifier);
      return record && yamlOf(state, record, branch);
    },
    editPipeline(ref, identifier, change, on) {
      const record = find(ref, identifier);
      const branch = record?.home && (on ?? record.home.branch);
      const yaml = record && yamlOf(state, record, branch);
      if (yaml === undefined) throw new Error(`The emulator has no pipeline ${identifier} there.`);
      savePipeline(state, { scope: scopeAt(ref), identifier, yaml: change(yaml), by: "console", branch });
    },
    runPipeline(ref, identifier) {
      const record = find(ref, identifier);
      if (record === undefined) throw new Error(`The emulator has no pipeline ${identifier} there.`);
      pipelines.set(entityKey(scopeAt(ref), identifier), { ...record, version: record.version + 1 });
    },
    deletePipeline: (ref, identifier) => dropPipeline(state, scopeAt(ref), identifier),
    pipelineSaves(ref, identifier, branch) {
      const saves = find(ref, identifier)?.saves ?? [];
      return saves.filter((one) => branch === undefined || one.branch === branch).map(({ save }) => ({ ...save }));
    },
    commits: (repoName, branch) => git.commits(repoName, branch),
  };
}

/** Writes a pipeline, whatever its YAML. @throws TypeError when that names no identifier */
function put(state: State, scope: Scope, { yaml, git }: PipelineSpec): void {
  const identifier = identifierIn(readYaml(yaml).root);
  if (identifier === undefined) throw new TypeError("The YAML has no pipeline.identifier, and no pipeline.id of v1.");
  const old = state.store.pipelines.get(entityKey(scope, identifier))?.home;
  const { filePath = old?.filePath ?? `.harness/${identifier}.yaml`, connectorRef } = git ?? {};
  const home = git && { repoName: git.repoName, branch: git.branch, filePath, connectorRef };
  // A pipeline that comes to live elsewhere is another one.
  if (old?.repoName !== home?.repoName || old?.filePath !== home?.filePath) dropPipeline(state, scope, identifier);
  savePipeline(state, { scope, identifier, yaml, by: "console", home, branch: git?.branch });
}

function viewOf(state: State, record: PipelineRecord): PipelineView {
  const { scope, identifier, name, version, home } = record;
  const view = { scope, identifier, name, version, yaml: yamlOf(state, record) ?? "" };
  if (home === undefined) return copyOf({ ...view, storeType: "INLINE" });
  const { connectorRef, ...place } = home;
  const git = connectorRef === undefined ? place : { ...place, connectorRef };
  return copyOf({ ...view, storeType: "REMOTE", git });
}
