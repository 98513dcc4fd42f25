import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { engineVersion, findEngine } from "../../tools/engine";
import { type Machine, withMachine, writeEngine, writeGo, writeScript } from "./fake-tools";

const entry = join("engine", engineVersion);

async function unreachable(): Promise<void> {
  throw new Error("Failed to download the installer: fetch failed");
}

function find(machine: Machine, pinned = true, install: (root: string) => Promise<void> = unreachable) {
  return findEngine({ pinned, log: machine.log, install });
}

describe("finding the engine", () => {
  it("is about the release that the SDK is of", () => {
    const sdk: unknown = JSON.parse(readFileSync(require.resolve("@pulumi/pulumi/package.json"), "utf8"));
    assert.ok(typeof sdk === "object" && sdk !== null && "version" in sdk);
    assert.equal(engineVersion, sdk.version);
  });

  it("takes the one in the cache, in silence", () =>
    withMachine(async (machine) => {
      const root = join(machine.cache, entry);
      writeEngine(join(root, "bin"), engineVersion);
      const engine = await find(machine);
      assert.equal(engine.path, join(root, "bin", "pulumi"));
      assert.equal(engine.command.command, engine.path);
      assert.deepEqual([engine.root, engine.version, engine.source], [root, engineVersion, "cache"]);
      assert.deepEqual(machine.lines, []);
    }));

  it("keeps what the installer gives in the cache", () =>
    withMachine(async (machine) => {
      const install = async (root: string) => writeScript(join(root, "bin", "pulumi"), `echo v${engineVersion}`);
      assert.equal((await find(machine, true, install)).source, "installer");
      assert.equal((await find(machine)).source, "cache");
    }));

  it("builds it when the installer fails, and says both", () =>
    withMachine(async (machine) => {
      writeGo(machine.bin, `v${engineVersion}`);
      assert.equal((await find(machine)).source, "go");
      assert.equal((await find(machine)).source, "cache");
      assert.deepEqual(machine.lines, [
        `Pulumi CLI ${engineVersion} is not in the cache (${join(machine.cache, entry)}) yet. It is put there once, which may take some minutes.`,
        "  trying the official installer, for at most 60 s",
        "  the official installer did not work here: Failed to download the installer: fetch failed",
        "  building it with go from tools/pulumi: about 5 minutes on 2 cores, this once",
        `  Pulumi CLI ${engineVersion} is ready after 0 s`,
      ]);
    }));

  it("says what was tried and what to install when nothing works", () =>
    withMachine(async (machine) => {
      const root = join(machine.cache, entry);
      await assert.rejects(find(machine), {
        message: [
          `Pulumi CLI ${engineVersion} could not be had. Tried:`,
          `  - the cache: nothing at ${root} that works`,
          "  - the official installer: Failed to download the installer: fetch failed",
          "  - go build: there is no `go` on PATH",
          "Do one of these and start again:",
          "  - install Go 1.26 or newer (https://go.dev/dl), which builds it from the Go module proxy",
          "  - allow access to https://get.pulumi.com, for the official installer",
          `  - unpack the release ${engineVersion} of the Pulumi CLI so that ${join(root, "bin", "pulumi")} is its executable`,
        ].join("\n"),
      });
      assert.deepEqual(machine.cached("engine"), []);
    }));

  it("shows what Go said when the build fails", () =>
    withMachine(async (machine) => {
      writeScript(join(machine.bin, "go"), "echo dial tcp: no such host >&2", "exit 1");
      await assert.rejects(find(machine), /go build: exit code 1\n {6}dial tcp: no such host\n/);
    }));

  it("does not keep a build of another version", () =>
    withMachine(async (machine) => {
      writeGo(machine.bin, "v3.1.0");
      await assert.rejects(find(machine), /go build: what it gave does not run, or is of another version/);
      assert.deepEqual(machine.cached("engine"), []);
    }));
});

describe("the engine's place in the cache", () => {
  const broken: Record<string, (bin: string) => void> = {
    "an executable cut short": (bin) => {
      writeEngine(bin, engineVersion);
      writeFileSync(join(bin, "pulumi"), "\x7fELF");
    },
    "no script for dynamic resources": (bin) => writeScript(join(bin, "pulumi"), `echo v${engineVersion}`),
    "an engine of another version": (bin) => writeEngine(bin, "3.247.0"),
    nothing: () => undefined,
  };
  for (const [what, write] of Object.entries(broken)) {
    it(`is filled anew when it holds ${what}`, () =>
      withMachine(async (machine) => {
        const bin = join(machine.cache, entry, "bin");
        mkdirSync(bin, { recursive: true });
        write(bin);
        writeGo(machine.bin, `v${engineVersion}`);
        assert.equal((await find(machine)).source, "go");
        assert.equal((await find(machine)).source, "cache");
        assert.deepEqual(machine.cached("engine"), [engineVersion]);
      }));
  }

  it("ends up whole when several fill it at once", () =>
    withMachine(async (machine) => {
      writeGo(machine.bin, `v${engineVersion}`);
      const engines = await Promise.all([find(machine), find(machine), find(machine)]);
      assert.deepEqual(new Set(engines.map(({ root }) => root)), new Set([join(machine.cache, entry)]));
      assert.deepEqual(machine.cached("engine"), [engineVersion]);
      assert.equal((await find(machine)).source, "cache");
    }));

  it("is freed of what a killed process left half-done, and of nothing else", () =>
    withMachine(async (machine) => {
      writeGo(machine.bin, `v${engineVersion}`);
      const ended = spawnSync("/bin/true").pid;
      const dead = `.new@${engineVersion}@${hostname()}@${ended}@00000000`;
      const alive = `.new@${engineVersion}@${hostname()}@${process.pid}@00000000`;
      const elsewhere = `.new@${engineVersion}@another-host@${ended}@00000000`;
      for (const name of [dead, alive, elsewhere]) {
        mkdirSync(join(machine.cache, "engine", name), { recursive: true });
      }
      await find(machine);
      assert.deepEqual(machine.cached("engine").sort(), [alive, elsewhere, engineVersion].sort());
    }));
});

describe("an engine on PATH", () => {
  it("is taken for the demo when it is 3.216 or newer", () =>
    withMachine(async (machine) => {
      writeEngine(machine.bin, "3.216.0");
      const engine = await find(machine, false);
      assert.deepEqual([engine.path, engine.version, engine.source], [join(machine.bin, "pulumi"), "3.216.0", "path"]);
    }));

  it("is not taken for tests", () =>
    withMachine(async (machine) => {
      writeEngine(machine.bin, engineVersion);
      writeGo(machine.bin, `v${engineVersion}`);
      assert.equal((await find(machine)).source, "go");
    }));

  const unfit: Record<string, { write: (bin: string) => void; reason: string }> = {
    "it is older": {
      write: (bin) => writeEngine(bin, "3.215.9"),
      reason: "version 3.215.9, and 3.216 is needed",
    },
    "it does not run": {
      write: (bin) => writeScript(join(bin, "pulumi"), "exit 1"),
      reason: "it does not run, and 3.216 is needed",
    },
    "it comes without dynamic resources": {
      write: (bin) => writeScript(join(bin, "pulumi"), "echo v3.300.0"),
      reason: "there is no pulumi-resource-pulumi-nodejs on PATH with it",
    },
  };
  for (const [why, { write, reason }] of Object.entries(unfit)) {
    it(`is passed over, with a word, when ${why}`, () =>
      withMachine(async (machine) => {
        write(machine.bin);
        writeEngine(join(machine.cache, entry, "bin"), engineVersion);
        assert.equal((await find(machine, false)).source, "cache");
        assert.deepEqual(machine.lines, [`passing over ${join(machine.bin, "pulumi")}: ${reason}`]);
      }));
  }
});
