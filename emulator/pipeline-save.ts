import { stringify } from "yaml";
import type { JsonObject } from "./json";
import { connectorNodes } from "./pipeline-references";
import type { Naming } from "./pipeline-yaml";
import { namingIn, readYaml } from "./pipeline-yaml";
import type { GitHome, PipelineRecord } from "./records";
import type { Scope } from "./scope";
import { entityKey } from "./scope";
import type { State } from "./state";
import type { PipelineSave } from "./views";

/** A save to be made. */
export interface NewSave {
  readonly scope: Scope;
  readonly identifier: string;
  readonly yaml: string;
  readonly by: "api" | "console";
  /** How the caller calls it, where the YAML does not say. */
  readonly naming?: Naming;
  /** Where a new pipeline lives; undefined for an inline one. */
  readonly home?: GitHome | undefined;
  /** Where this save goes, for a remote one. */
  readonly branch?: string | undefined;
  /** The branch that a new branch starts from. */
  readonly base?: string | undefined;
  readonly message?: string | undefined;
}

/** The name under which the usage index knows what a pipeline on a branch refers to. */
function node({ scope, identifier }: Pick<PipelineRecord, "scope" | "identifier">, branch = ""): string {
  return `pipeline:${entityKey(scope, identifier)}#${branch}`;
}

/** Notes which connectors a pipeline uses; those it no longer does go away with the lag. [H89] [H142] */
function refer({ store, switches }: State, save: NewSave, root: JsonObject): void {
  const by = node(save, save.branch);
  store.references.release(by, switches.usageLagMs);
  for (const connector of connectorNodes(root, save.scope)) store.references.add(connector, by);
}

/** One save: of an inline pipeline another version, of a remote one a commit. [H149] [H162] */
export function savePipeline(state: State, save: NewSave): void {
  const { git, pipelines } = state.store;
  const { scope, identifier, by, branch, message = `Save pipeline ${identifier}` } = save;
  const key = entityKey(scope, identifier);
  const before = pipelines.get(key);
  const home = before?.home ?? save.home;
  const { root } = readYaml(save.yaml);
  // Git keeps what it is given.
  const yaml = home === undefined && state.switches.savedYaml === "rewritten" ? stringify(root) : save.yaml;
  const version = (before?.version ?? 0) + 1;
  // Two saves in one millisecond would look like one to whoever compares the times. [H156]
  const lastUpdatedAt = Math.max(Date.now(), (before?.lastUpdatedAt ?? 0) + 1);
  let done: PipelineSave = { yaml, by, version };
  if (home !== undefined && branch !== undefined) {
    if (save.base !== undefined) git.fork(home.repoName, branch, save.base);
    const commitId = git.commit(home.repoName, branch, { path: home.filePath, text: yaml, message });
    done = { yaml, by, commitId, message };
  }
  const named = namingIn(root);
  pipelines.set(key, {
    scope,
    identifier,
    name: named.name ?? save.naming?.name ?? before?.name ?? identifier,
    description: named.description ?? save.naming?.description,
    tags: named.tags ?? save.naming?.tags,
    home,
    version,
    createdAt: before?.createdAt ?? lastUpdatedAt,
    lastUpdatedAt,
    saves: [...(before?.saves ?? []), { branch, save: done }],
  });
  refer(state, save, root);
}

/** Removes a pipeline, not the file of a remote one; tells whether there was one. */
export function dropPipeline({ store, switches }: State, scope: Scope, identifier: string): boolean {
  const key = entityKey(scope, identifier);
  const record = store.pipelines.get(key);
  for (const { branch } of record?.saves ?? [])
    store.references.release(node({ scope, identifier }, branch), switches.usageLagMs);
  return store.pipelines.delete(key);
}

/** The YAML of a pipeline, of a remote one that of a branch, without it its own; undefined where there is none. */
export function yamlOf({ store }: State, { home, saves }: PipelineRecord, branch = home?.branch): string | undefined {
  if (home === undefined || branch === undefined) return saves.at(-1)?.save.yaml;
  return store.git.file(home.repoName, branch, home.filePath);
}
