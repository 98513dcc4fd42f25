import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runChild } from "../../tools/child";
import { withProgress } from "../../tools/progress";
import { isRunning } from "../support/process-tree";

const tools = join(__dirname, "..", "..", "tools");

// Fills a cache entry with a program that starts another one and never ends; prints the process id of the latter.
const filling = `
  require("ts-node/register/transpile-only");
  const { makeEntry } = require(${JSON.stringify(join(tools, "cache"))});
  const { runChild } = require(${JSON.stringify(join(tools, "child"))});
  const args = ["-c", "sleep 600 & echo $!; wait"];
  const fill = () => runChild({ command: "/bin/sh", args, onLine: (line) => process.stdout.write(line + "\\n") });
  makeEntry(process.argv[1], async () => false, fill);
`;

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    return line;
  }
  throw new Error("it printed nothing");
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("getting a tool that is interrupted", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`by ${signal} leaves no files and no processes behind`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "pulumi-harness-images-tools-"));
      try {
        const child = spawn(process.execPath, ["-e", filling, join(folder, "entry")], {
          cwd: tools,
          stdio: ["ignore", "pipe", "inherit"],
        });
        const grandchild = Number(await firstLine(child));
        assert.ok(isRunning(grandchild));
        assert.equal(readdirSync(folder).length, 1);
        child.kill(signal);
        assert.deepEqual(await once(child, "exit"), [null, signal]);
        await until(() => !isRunning(grandchild));
        assert.deepEqual(readdirSync(folder), []);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});

describe("a program that takes too long", () => {
  it("is ended together with what it started", async () => {
    let grandchild = 0;
    await assert.rejects(
      runChild({
        command: "/bin/sh",
        args: ["-c", "sleep 600 & echo $!; wait"],
        timeoutMs: 50,
        onLine: (line) => {
          grandchild = Number(line);
        },
      }),
      /^Error: no end after 0.05 s/,
    );
    assert.ok(grandchild > 0);
    await until(() => !isRunning(grandchild));
  });
});

describe("long work", () => {
  it("says again and again how far it is", async () => {
    const lines: string[] = [];
    let step = 0;
    const log = (line: string) => lines.push(line);
    await withProgress(
      log,
      () => `step ${++step}`,
      () => until(() => lines.length >= 2),
      5,
    );
    assert.deepEqual(lines.slice(0, 2), ["    0 s: step 1", "    0 s: step 2"]);
  });
});
