import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

describe("importing the package in a program", () => {
  it("loads neither zod nor undici nor yaml: only the plugin process needs them", () => {
    const root = join(__dirname, "..", "..");
    const script = `
      require("ts-node/register/transpile-only");
      require(${JSON.stringify(join(root, "sdk", "index"))});
      const loaded = Object.keys(require.cache).filter((file) => /node_modules.(undici|zod|yaml)\\W/.test(file));
      process.stdout.write(JSON.stringify(loaded));
    `;
    const loaded = execFileSync(process.execPath, ["--eval", script], { cwd: root, encoding: "utf8" });
    assert.equal(loaded, "[]");
  });
});
