import * as assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { request } from "undici";
import { at } from "./calls";

const ROOT = path.resolve(__dirname, "../..");

function start(args: string[]): ChildProcess {
  const command = ["--require", "ts-node/register/transpile-only", "emulator/main.ts", ...args];
  return spawn(process.execPath, command, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
}

/** The output of a process until something appears in it. */
async function until(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  return text;
}

describe("emulator: as a process", function () {
  this.timeout(30_000);

  it("prints one line of JSON, serves the account in it, and ends with 0 on SIGTERM", async () => {
    const child = start(["--json"]);
    const exit = once(child, "exit");
    const text = await until(child, /\n/);
    assert.equal(text.indexOf("\n"), text.length - 1);
    const told: unknown = JSON.parse(text);
    const keys = ["endpoint", "accountId", "platformApiKey", "orgId", "projectId"];
    assert.deepEqual(Object.keys(told ?? {}), keys);
    const url = `${at(told, "endpoint")}/ng/api/accounts/${at(told, "accountId")}`;
    const answer = await request(url, { headers: { "x-api-key": String(at(told, "platformApiKey")) } });
    assert.equal(answer.statusCode, 200);
    await answer.body.dump();
    child.kill("SIGTERM");
    assert.deepEqual(await exit, [0, null]);
  });

  it("tells a person how to use it, on the port asked for, and ends with 0 on SIGINT", async () => {
    const child = start(["--port", "0"]);
    const exit = once(child, "exit");
    const text = await until(child, /HARNESS_PLATFORM_API_KEY=\S+\s/);
    for (const name of ["HARNESS_ENDPOINT", "HARNESS_ACCOUNT_ID", "HARNESS_PLATFORM_API_KEY"]) {
      assert.match(text, new RegExp(`${name}=\\S+`));
    }
    child.kill("SIGINT");
    assert.deepEqual(await exit, [0, null]);
  });

  it("refuses arguments that it does not have", async () => {
    for (const args of [
      ["--prot", "1"],
      ["--port", "x"],
    ]) {
      const child = start(args);
      const [code] = await once(child, "exit");
      assert.equal(code, 2);
    }
  });

  it("says so and fails when the port is taken", async () => {
    const first = start(["--json"]);
    const told: unknown = JSON.parse(await until(first, /\n/));
    const second = start(["--port", new URL(String(at(told, "endpoint"))).port]);
    const chunks: string[] = [];
    second.stderr?.on("data", (chunk) => chunks.push(String(chunk)));
    const [code] = await once(second, "close");
    assert.equal(code, 1);
    assert.match(chunks.join(""), /did not start: .*EADDRINUSE/);
    const exit = once(first, "exit");
    first.kill("SIGTERM");
    await exit;
  });
});
