import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { registryVersion } from "../../tools/registry";
import { type Machine, withMachine, writeScript } from "./fake-tools";

const tools = join(__dirname, "..", "..", "tools");

function get(...names: string[]) {
  const args = ["-r", "ts-node/register/transpile-only", join(tools, "get.ts"), ...names];
  return spawnSync(process.execPath, args, { cwd: tools, encoding: "utf8" });
}

function registryOf(machine: Machine): string {
  return join(machine.cache, "registry", registryVersion, "bin", "registry");
}

describe("tools/get.ts", () => {
  it("prints where the tool is, and nothing else on standard output", () =>
    withMachine(async (machine) => {
      writeScript(registryOf(machine), `echo v${registryVersion}`);
      const { status, stdout } = get("registry");
      assert.deepEqual([status, stdout], [0, `${registryOf(machine)}\n`]);
    }));

  it("fails with what to do, and without a stack trace, when a tool cannot be had", () =>
    withMachine(async () => {
      const { status, stdout, stderr } = get("registry");
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^ {2}- install Go 1.26 or newer /m);
      assert.doesNotMatch(stderr, /^ +at /m);
    }));

  it("says what it can get when asked for something else", () => {
    const { status, stderr } = get("kubectl");
    assert.deepEqual([status, stderr], [2, "usage: ts-node tools/get.ts engine|registry|crane|all\n"]);
  });
});
