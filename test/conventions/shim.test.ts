import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./sources";

const PACKAGE = "pulumi-harness-images";
const RESOURCES = ["ci-images", "docker-connector", "image-connector", "secret-text", "stage-image-override"];
const METHODS = ["configure", "check", "diff", "create", "read", "update", "delete"];
const CANARY = "pat.canaryaccount.canaryid.canarysecret";
/** Prints the text the engine stores for each module, as the program's process makes it. */
const SERIALISE = `
  const { runtime } = require("@pulumi/pulumi");
  const text = async (path) => { const provider = require(path); return (await runtime.serializeFunction(() => provider)).text; };
  Promise.all(process.argv.slice(1).map(text)).then((texts) => console.log(JSON.stringify(texts)));
`;
/** Reads such a text as the plugin process does, and asks for a check that needs no network. */
const EVALUATE = `
  const read = require(require.resolve("require-from-string", { paths: [require.resolve("@pulumi/pulumi")] }));
  const provider = read(process.argv[1]).handler();
  const check = async () => (await provider.check({}, { preflight: "off" })).failures.map(({ reason }) => reason.split(" ")[0]);
  const answer = async () => [Object.keys(provider), process.argv[2] === "call" ? await check() : []];
  answer().then((found) => console.log(JSON.stringify(found)));
`;

let project = "";
let texts: readonly string[] = [];

describe("house rule: the shim captures one string", function () {
  this.timeout(60_000);

  before("install the built package into a project of its own", () => {
    assert(existsSync(join(ROOT, "dist/provider/runtime.js")), "there is no dist/: run `npm run build`");
    project = realpathSync(mkdtempSync(join(tmpdir(), "harness-images-shim-")));
    const installed = join(project, "node_modules", PACKAGE);
    mkdirSync(installed, { recursive: true });
    cpSync(join(ROOT, "dist"), join(installed, "dist"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(installed, "package.json"));
    for (const name of ["@pulumi", "zod", "undici", "fastest-levenshtein", "yaml"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name));
    }
    texts = serialised(project, installedModules());
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  it("of an installed package is one require of it: at most 300 bytes, and always the same", () => {
    assert.equal(texts.length, RESOURCES.length);
    for (const [index, text] of texts.entries()) {
      assertHarmless(text, 300);
      assert.match(text, new RegExp(`require\\("${PACKAGE}/provider/${RESOURCES[index]}"\\)`));
    }
    assert.deepEqual(serialised(project, installedModules()), texts);
  });

  it("of an installed package runs in a plugin process", () => {
    const [images = "", connector = "", image = "", secret = "", override = ""] = texts;
    const [methods, connectorProblems] = evaluated(project, connector, "call");
    assert.deepEqual(methods, METHODS);
    assert.deepEqual(connectorProblems, ["url", "auth", "connectivityMode"]);
    assert.deepEqual(evaluated(project, image, "call"), [METHODS, ["url", "auth", "connectivityMode"]]);
    assert.deepEqual(evaluated(project, images, "call"), [METHODS, ["infra", "images"]]);
    assert.deepEqual(evaluated(project, secret, "call"), [METHODS, ["value"]]);
    const names = ["orgId", "projectId", "pipelineIdentifier", "stageIdentifier", "connectorRef"];
    assert.deepEqual(evaluated(project, override, "call"), [METHODS, names]);
  });

  it("of a linked package is at most 3000 bytes, and names the package inside", () => {
    const linked = RESOURCES.map((name) => join(ROOT, "dist/provider", `${name}.js`));
    const sources = RESOURCES.map((name) => join(ROOT, "provider", `${name}.ts`));
    const compiler = ["-r", "ts-node/register/transpile-only"];
    const captured = [...serialised(ROOT, linked), ...serialised(ROOT, sources, compiler)];
    assert.equal(captured.length, 2 * RESOURCES.length);
    for (const text of captured) {
      assertHarmless(text, 3000);
      assert.equal(text.split(`require("${PACKAGE}/provider/runtime")`).length - 1, METHODS.length);
      assert.deepEqual(evaluated(ROOT, text, "read")[0], METHODS);
    }
  });
});

function installedModules(): string[] {
  return RESOURCES.map((name) => join(project, "node_modules", PACKAGE, "dist/provider", `${name}.js`));
}

function assertHarmless(text: string, most: number): void {
  assert(Buffer.byteLength(text) <= most, `${Buffer.byteLength(text)} bytes:\n${text}`);
  assert.doesNotMatch(text, /["'`](\/|[a-zA-Z]:\\)|canary/, "no absolute path, no secret");
  for (const place of [ROOT, project, tmpdir()]) assert(!text.includes(place), place);
}

/** What a program in a folder makes of the modules; with a key in its environment, which must not get into the text. */
function serialised(folder: string, modules: readonly string[], options: readonly string[] = []): string[] {
  return JSON.parse(run(folder, [...options, "-e", SERIALISE, ...modules]));
}

function evaluated(folder: string, text: string, how: "call" | "read"): [methods: string[], problems: string[]] {
  return JSON.parse(run(folder, ["-e", EVALUATE, text, how]));
}

function run(folder: string, args: readonly string[]): string {
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_PATH: join(project, "node_modules"),
    HARNESS_PLATFORM_API_KEY: CANARY,
  };
  return execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}
