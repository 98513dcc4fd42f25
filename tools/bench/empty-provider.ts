import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The package with the provider that does nothing; programs beside its `node_modules` find it by this name. */
export const emptyProvider = "empty-provider";

const source = `"use strict";
exports.create = async (inputs) => ({ id: "nothing", outs: inputs });
`;

/** Writes the package into a folder's `node_modules`: Pulumi stores what it finds there by name, as it stores ours. */
export function installEmptyProvider(folder: string): void {
  const target = join(folder, "node_modules", emptyProvider);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "package.json"), JSON.stringify({ name: emptyProvider, version: "1.0.0" }));
  writeFileSync(join(target, "index.js"), source);
}
