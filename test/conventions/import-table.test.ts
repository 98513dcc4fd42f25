import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { ROOT } from "./sources";

/** What a file of each folder may import, and examples of what it may not. */
const TABLE: Readonly<Record<string, { readonly may: readonly string[]; readonly mayNot: readonly string[] }>> = {
  "sdk/x.ts": {
    may: [
      "@pulumi/pulumi",
      "./owner",
      "../provider/docker-connector",
      "../provider/image-connector",
      "../provider/stage-image-override",
      "../provider/domain/identifier",
      "../provider/domain/image-name",
      "../provider/error-codes",
    ],
    mayNot: [
      "zod",
      "undici",
      "node:fs",
      "../provider/runtime",
      "../provider/errors",
      "../provider/domain/scope",
      "../emulator",
    ],
  },
  "sdk/registries/x.ts": {
    may: ["@pulumi/pulumi", "./checks", "../docker-connector", "../test-connection", "../../provider/domain/problem"],
    mayNot: [
      "zod",
      "fastest-levenshtein",
      "../owner",
      "../../provider/domain/scope",
      "../../provider/docker-connector",
    ],
  },
  "provider/x.ts": {
    may: ["./errors", "./domain/scope", "node:crypto"],
    mayNot: ["undici", "@pulumi/pulumi", "../sdk", "../sdk/owner", "../emulator/index"],
  },
  "provider/docker-connector.ts": { may: ["./shim"], mayNot: ["./runtime", "zod", "node:fs", "@pulumi/pulumi"] },
  "provider/ci-images.ts": { may: ["./shim"], mayNot: ["./domain/ci-images"] },
  "provider/image-connector.ts": { may: ["./shim"], mayNot: ["./domain/harness-image-connector"] },
  "provider/stage-image-override.ts": { may: ["./shim"], mayNot: ["./domain/stage-image-override", "yaml"] },
  "provider/secret-text.ts": { may: ["./shim"], mayNot: ["./errors"] },
  "provider/shim.ts": {
    may: ["@pulumi/pulumi", "./handlers/handler", "pulumi-harness-images/provider/runtime"],
    mayNot: ["./runtime", "./errors", "zod", "@pulumi/pulumi/runtime"],
  },
  "provider/config.ts": { may: ["./errors", "./redact"], mayNot: ["./session", "./domain/scope", "node:fs", "zod"] },
  "provider/error-codes.ts": { may: [], mayNot: ["./config", "zod"] },
  "provider/errors.ts": { may: ["./redact", "./error-codes"], mayNot: ["./config", "node:util", "zod"] },
  "provider/domain/x.ts": {
    may: ["zod", "yaml", "fastest-levenshtein", "./scope"],
    mayNot: [
      "../client/client",
      "../handlers/handler",
      "../api/objects",
      "../config",
      "undici",
      "node:fs",
      "@pulumi/pulumi",
    ],
  },
  "provider/client/x.ts": {
    may: ["undici", "node:net", "node:timers/promises", "../errors", "../redact", "./call"],
    mayNot: [
      "zod",
      "../domain/scope",
      "../api/objects",
      "../handlers/handler",
      "../config",
      "../session",
      "@pulumi/pulumi",
    ],
  },
  "provider/api/x.ts": {
    may: ["zod", "../client/client", "../domain/scope", "../errors", "./shelf"],
    mayNot: ["undici", "../handlers/handler", "../session", "../config", "node:fs"],
  },
  "provider/handlers/x.ts": {
    may: ["../domain/scope", "../api/objects", "../client/call", "../errors", "../session", "../preflight", "./owned"],
    mayNot: [
      "undici",
      "../client/client",
      "../client/transport",
      "../runtime",
      "node:fs",
      "@pulumi/pulumi",
      "../../sdk",
    ],
  },
  "cli/x.ts": {
    may: [
      "node:fs/promises",
      "./command",
      "../provider/runtime",
      "../provider/domain/shell-line",
      "../provider/config",
    ],
    mayNot: [
      "zod",
      "undici",
      "@pulumi/pulumi",
      "../provider/session",
      "../provider/domain/problem",
      "../sdk",
      "../emulator",
    ],
  },
  "emulator/x.ts": {
    may: ["node:http", "node:timers/promises", "yaml", "./store", "./routes/all"],
    mayNot: ["zod", "undici", "../provider/errors", "../provider/domain/scope", "../sdk", "@pulumi/pulumi"],
  },
  "emulator/routes/x.ts": {
    may: ["node:crypto", "yaml", "../store", "./all"],
    mayNot: ["zod", "../../provider/errors", "../../provider/domain/scope", "../../sdk", "pulumi-harness-images"],
  },
  "examples/quickstart/x.ts": {
    may: ["pulumi-harness-images", "@pulumi/pulumi", "pulumi-harness-images/emulator"],
    mayNot: ["pulumi-harness-images/provider/runtime", "../../sdk", "../../dist/sdk", "zod"],
  },
};

describe("house rule: imports follow the table", () => {
  it("catches every import that the table forbids, and no other", () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "harness-images-imports-")));
    try {
      cpSync(join(ROOT, "biome.json"), join(folder, "biome.json"));
      for (const [file, { may, mayNot }] of Object.entries(TABLE)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), [...may, ...mayNot].map((name) => `import "${name}";\n`).join(""));
      }
      const caught = complaintsIn(folder);
      for (const [file, { may, mayNot }] of Object.entries(TABLE)) {
        const lines = mayNot.map((_, index) => may.length + index + 1);
        assert.deepEqual([file, caught.get(file)], [file, lines]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The lines the linter complains about, by file. */
function complaintsIn(folder: string): Map<string, number[]> {
  const biome = join(ROOT, "node_modules/.bin/biome");
  const args = [
    "lint",
    "--vcs-enabled=false",
    "--only=style/noRestrictedImports",
    "--max-diagnostics=none",
    "--reporter=github",
  ];
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: "utf8" });
  const found = [...stdout.matchAll(/^::error title=lint\/style\/noRestrictedImports,file=([^,]+),line=(\d+)/gm)];
  const lines = new Map<string, number[]>();
  for (const [, path = "", line] of found) {
    const file = relative(folder, path).split(sep).join("/");
    lines.set(
      file,
      [...(lines.get(file) ?? []), Number(line)].sort((a, b) => a - b),
    );
  }
  return lines;
}
