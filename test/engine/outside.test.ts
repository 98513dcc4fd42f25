import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startEmulator } from "../../emulator";
import { OutsideProject } from "../support/outside-project";

/** A program in TypeScript as old as Pulumi's own, which uses every door of the package. */
const PROGRAM = `
import { DockerConnector, DockerConnectorArgs, identifierFromName, Provider, SecretText } from "pulumi-harness-images";
import { Emulator, startEmulator } from "pulumi-harness-images/emulator";

const args: DockerConnectorArgs = {
  url: "https://registry.example.com",
  auth: { type: "Anonymous" },
  connectivityMode: "Delegate",
  delegateSelectors: ["eu"],
};

export const program = async () => {
  const token = new SecretText("token", { value: "outside-canary" });
  const auth = { type: "UsernamePassword" as const, username: "ci", passwordRef: token.ref };
  const registry = new DockerConnector("registry", { ...args, auth });
  return { ref: registry.ref, guess: identifierFromName("registry") };
};

export const doors: [typeof Provider, typeof startEmulator, Emulator | undefined] = [Provider, startEmulator, undefined];
`;

/** Up, refresh and destroy through the Automation API; prints what it saw as one line of JSON. */
const RUN = `
const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
const { program } = require("./index.js");
const [endpoint, platformApiKey] = process.argv.slice(2);
async function main() {
  const pulumiCommand = await PulumiCommand.get({ root: process.env.ENGINE_ROOT });
  const settings = { name: "outside", runtime: "nodejs", main: __dirname };
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "dev", projectName: "outside", program }, { pulumiCommand, projectSettings: settings });
  await stack.setAllConfig({
    "harness:endpoint": { value: endpoint }, "harness:platformApiKey": { value: platformApiKey, secret: true } });
  const up = await stack.up();
  const { deployment } = await stack.exportStack();
  const refresh = await stack.refresh();
  const destroy = await stack.destroy();
  const texts = deployment.resources.flatMap((resource) => (resource.inputs || {}).__provider || []);
  process.stdout.write(JSON.stringify({
    ref: up.outputs.ref.value, texts, up: up.summary.resourceChanges,
    refresh: refresh.summary.resourceChanges, destroy: destroy.summary.resourceChanges }));
}
main().catch((error) => { process.stderr.write(String(error.stack)); process.exit(1); });
`;

const changes = z.record(z.string(), z.number());
const report = z.object({
  ref: z.string(),
  texts: z.array(z.string()),
  up: changes,
  refresh: changes,
  destroy: changes,
});

describe("the packed package in an empty project outside the repository", function () {
  this.timeout(300_000);
  let project: OutsideProject;

  before(async () => {
    project = await OutsideProject.create();
    await project.write("index.ts", PROGRAM);
    for (const name of ["backend", "home"]) mkdirSync(join(project.folder, name));
  });
  after(() => project.close());

  it("compiles with the TypeScript 3.8 that @pulumi/pulumi brings", async () => {
    await project.write(
      "compile.js",
      `const ts = require("@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js");
       const options = { strict: true, target: ts.ScriptTarget.ES2018, module: ts.ModuleKind.CommonJS,
         moduleResolution: ts.ModuleResolutionKind.NodeJs, types: [] };
       const program = ts.createProgram(["index.ts"], options);
       program.emit();
       const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => 
         !file || !/node_modules\\/(?!pulumi-harness-images)/.test(file.fileName));
       process.stdout.write(found.map(({ file, messageText }) =>
         (file && file.fileName) + ": " + ts.flattenDiagnosticMessageText(messageText, " ")).join("\\n"));`,
    );
    assert.equal(await project.node("compile.js"), "");
  });

  it("goes through up, refresh and destroy, with at most 300 bytes of provider in the state", async () => {
    const harness = await startEmulator();
    try {
      await project.write("run.js", RUN);
      const printed = await project.node("run.js", harness.endpoint, harness.platformApiKey);
      const seen = report.parse(JSON.parse(printed));
      assert.equal(seen.ref, "account.registry");
      assert.deepEqual([seen.up, seen.refresh, seen.destroy], [{ create: 3 }, { same: 3 }, { delete: 3 }]);
      assert.equal(seen.texts.length, 2);
      for (const text of seen.texts) {
        assert.ok(Buffer.byteLength(text) <= 300, `${Buffer.byteLength(text)} bytes`);
        assert.match(text, /require\("pulumi-harness-images\/provider\/(secret-text|docker-connector)"\)/);
      }
      assert.deepEqual([harness.connectors(), harness.secrets()], [[], []]);
    } finally {
      await harness.close();
    }
  });
});
