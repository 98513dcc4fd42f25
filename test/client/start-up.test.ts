import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

describe("importing the client", () => {
  it("does not load undici: the plugin process starts with it", () => {
    const root = join(__dirname, "..", "..");
    const script = `
      require("ts-node/register/transpile-only");
      require(${JSON.stringify(join(root, "provider", "client", "client"))});
      const loaded = Object.keys(require.cache).filter((file) => /node_modules.(undici|zod|@pulumi)/.test(file));
      process.stdout.write(JSON.stringify(loaded));
    `;
    const loaded = execFileSync(process.execPath, ["--eval", script], { cwd: root, encoding: "utf8" });
    assert.equal(loaded, "[]");
  });
});
