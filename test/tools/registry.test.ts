import assert from "node:assert/strict";
import { join } from "node:path";
import { findRegistry, registryVersion } from "../../tools/registry";
import { withMachine, writeGo, writeScript } from "./fake-tools";

const path = join("registry", registryVersion, "bin", "registry");

describe("finding the registry", () => {
  it("takes the one in the cache, in silence", () =>
    withMachine(async ({ cache, lines, log }) => {
      writeScript(join(cache, path), `echo registry github.com/distribution/distribution/v3 v${registryVersion}`);
      assert.deepEqual(await findRegistry({ log }), {
        path: join(cache, path),
        version: registryVersion,
        source: "cache",
      });
      assert.deepEqual(lines, []);
    }));

  it("builds it when it is not there", () =>
    withMachine(async ({ bin, log }) => {
      writeGo(bin, `v${registryVersion}`);
      assert.equal((await findRegistry({ log })).source, "go");
      assert.equal((await findRegistry({ log })).source, "cache");
    }));

  it("says what to install when it cannot be built", () =>
    withMachine(async ({ log }) => {
      await assert.rejects(
        findRegistry({ log }),
        /go build: there is no `go` on PATH\n.*\n {2}- install Go 1.26 or newer /,
      );
    }));
});
