import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../conventions/sources";

const REFERENCE = join(ROOT, "docs", "reference");

describe("the API reference in docs/reference", function () {
  this.timeout(120_000);

  it("is what the docstrings say now; else run `npm run reference`", () => {
    const folder = mkdtempSync(join(tmpdir(), "reference-"));
    try {
      const typedoc = join(ROOT, "node_modules", "typedoc", "bin", "typedoc");
      execFileSync(process.execPath, [typedoc, "--logLevel", "Error", "--out", folder], { cwd: ROOT });
      assert.deepEqual(pagesIn(REFERENCE), pagesIn(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has a section for each class and function a program imports", () => {
    const { "sdk.md": text = "" } = pagesIn(REFERENCE);
    const names = [
      "CiImages",
      "DockerConnector",
      "HarnessImageConnector",
      "Provider",
      "SecretText",
      "StageImageOverride",
    ];
    for (const name of names) assert.match(text, new RegExp(`^### ${name}$`, "m"));
    for (const name of ["findBuildStages", "imageName", "verifyImages"])
      assert.match(text, new RegExp(`^### ${name}\\(\\)$`, "m"));
  });
});

function pagesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
