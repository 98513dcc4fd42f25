import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { scenes } from "../../tools/demo/scenes";
import { testEngine } from "../support/engine-environment";

const ROOT = join(__dirname, "..", "..");

/** The demo in a process of its own, with a temporary folder of its own. */
interface DemoRun {
  child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Waits until it has printed a text. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, when it has ended. */
  ended: Promise<number | null>;
  /** What it left in the temporary folder. */
  leftovers(): string[];
}

async function withDemo(body: (run: DemoRun) => Promise<void>): Promise<void> {
  const { root } = await testEngine();
  const temporary = mkdtempSync(join(tmpdir(), "pulumi-harness-images-"));
  const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", join("tools", "demo.ts")], {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter),
      TMPDIR: temporary,
      // A person's own settings, which the demo must not follow.
      HARNESS_ENDPOINT: "http://127.0.0.1:9",
      PULUMI_BACKEND_URL: "file:///nowhere",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await body(observe(child, temporary));
  } finally {
    child.kill("SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  }
}

function observe(child: ChildProcess, temporary: string): DemoRun {
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found !== null) resolve(found);
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`the demo ended without printing ${pattern}:\n${output}`)));
    });
  // ts-node's own cache is no trace of the demo.
  const leftovers = () => readdirSync(temporary).filter((name) => !name.startsWith("v8-compile-cache"));
  return { child, output: () => output, printed, ended, leftovers };
}

/** The items of the list under a heading. */
function listUnder(heading: string, output: string): string[] {
  const section = output.split(`${heading}\n\n`)[1]?.split("\n\n")[0] ?? "";
  return section.split("\n").filter((line) => line.startsWith("  - "));
}

/** An answer of Harness that claims a save which never was. */
const hollowSuccess = {
  status: "SUCCESS",
  data: {
    connector: {
      identifier: "registry",
      name: "registry",
      type: "DockerRegistry",
      tags: {},
      spec: {
        dockerRegistryUrl: "https://ghcr.io/my-company",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "ci-bot", passwordRef: "account.registry_token" } },
        delegateSelectors: [],
        executeOnDelegate: false,
      },
    },
  },
};

describe("the demo", function () {
  this.timeout(180_000);

  it("plays every scene, says what each has proved, and leaves nothing behind", () =>
    withDemo(async (run) => {
      assert.equal(await run.ended, 0, run.output());
      const output = run.output();
      for (const [index, { title }] of scenes.entries()) {
        assert.ok(output.includes(`\n${index + 1} of ${scenes.length}  ${title}\n`), title);
      }
      assert.equal(listUnder("What was proved", output).length, scenes.length);
      const tooWide = output.split("\n").filter((line) => line.length > 80);
      assert.deepEqual(tooWide, [], "lines wider than 80 columns");
      assert.ok(!output.includes("\u001b"), "no colours where there is no terminal");
      assert.deepEqual(run.leftovers(), []);
    }));

  it("fails, and says what differs, when Harness has not done what it answered", () =>
    withDemo(async (run) => {
      const [, origin] = await run.printed(/(http:\/\/127\.0\.0\.1:\d+)\/gateway/);
      const fault = { match: { method: "PUT", path: "/ng/api/connectors" }, status: 200, body: hollowSuccess };
      const planned = await fetch(`${origin}/_emulator/faults`, { method: "POST", body: JSON.stringify(fault) });
      assert.equal(planned.status, 200);
      assert.equal(await run.ended, 1, run.output());
      assert.match(run.output(), /^This is not as the demo says\n\n {2}- Harness has the declared connector again\.$/m);
      assert.match(run.output(), /found: .*mirror\.example\.net/s);
      assert.ok(!run.output().includes("What was proved"));
      assert.deepEqual(run.leftovers(), []);
    }));

  it("ends and cleans up when it is interrupted", () =>
    withDemo(async (run) => {
      await run.printed(/^ {2}\$ pulumi preview$/m);
      run.child.kill("SIGINT");
      assert.equal(await run.ended, 130, run.output());
      assert.match(run.output(), /Interrupted\. The emulator has ended and the temporary folder is gone\./);
      assert.deepEqual(run.leftovers(), []);
    }));
});
