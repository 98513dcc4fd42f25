import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transcriptFolder } from "../support/engine-transcript";
import { CANARY, keyListFile } from "../support/harness";

// Runs last: it looks at what all tests before it made the engine print and write.
describe("everything the engine printed and stored in this suite", () => {
  const apiKeys = () => readFileSync(keyListFile(), "utf8").trim().split("\n");
  const files = () => readdirSync(transcriptFolder()).map((name) => join(transcriptFolder(), name));

  it("is there to be looked at", () => {
    const states = files().filter((file) => file.endsWith(".state.json"));
    const encrypted = states.filter((file) => readFileSync(file, "utf8").includes('"ciphertext"'));
    assert.ok(files().some((file) => file.endsWith(".log")));
    assert.ok(encrypted.length > 0, "some state holds an encrypted secret");
    assert.ok(apiKeys().length > 0);
  });

  it("holds no secret value and no API key in clear", () => {
    const secrets = [CANARY, ...apiKeys()].map((secret) => Buffer.from(secret));
    const leaks = files().filter((file) => {
      const content = withoutOurWord(readFileSync(file));
      return secrets.some((secret) => content.includes(secret));
    });
    assert.deepEqual(leaks, []);
  });
});

/** The connector that settings are tried out on is called so, byte for byte; every other canary is a secret value. */
function withoutOurWord(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replaceAll("harnessImage_pulumi_canary", ""), "latin1");
}
