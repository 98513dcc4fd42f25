import assert from "node:assert/strict";
import { join } from "node:path";
import * as ts from "typescript";
import { ciImagesArgs } from "../../provider/domain/ci-images";
import { dockerConnectorArgs } from "../../provider/domain/docker-connector";
import { harnessImageConnectorArgs } from "../../provider/domain/harness-image-connector";
import { secretTextArgs } from "../../provider/domain/secret-text";
import { stageImageOverrideArgs } from "../../provider/domain/stage-image-override";
import { testConnectionArg } from "../../provider/domain/test-connection";
import type {
  CiImagesHolds,
  ComparisonHolds,
  DockerConnectorHolds,
  HarnessImageConnectorHolds,
  SecretTextHolds,
  StageImageOverrideHolds,
} from "./argument-types";
import { ROOT, source, sourcesIn } from "./sources";

const TYPES = join(ROOT, "test/conventions/argument-types.ts");
const BROKEN = join(ROOT, "test/conventions/example-broken.ts");
const FENCE = /```ts\n([\s\S]*?)```/g;
/** What every example in a doc comment may take for granted. */
const AROUND = `
import * as pulumi from "@pulumi/pulumi";
import { CiImages, DockerConnector, findBuildStages, HarnessImageConnector, Provider, registries, SecretText, StageImageOverride, verifyImages } from "../../sdk";
declare const config: pulumi.Config;
export function example(): unknown[] {
  return [pulumi, CiImages, DockerConnector, findBuildStages, HarnessImageConnector, Provider, registries, SecretText, StageImageOverride, verifyImages, config];
}
`;

describe("house rule: what a program may write is what the provider accepts", function () {
  this.timeout(60_000);
  const examples = examplesInDocs();
  let complaints: (file: string) => string[];

  before("compile the comparison of types and the examples", () => {
    const broken = new Map([[BROKEN, `${AROUND}\nnew SecretText("x", { valeu: "x" });\n`]]);
    complaints = compiled([TYPES], new Map([...examples, ...broken]));
  });

  it("has the same arguments in sdk/ and in the schema of provider/domain", () => {
    const pairs: readonly (readonly [written: string[], accepted: object])[] = [
      [keysOf("sdk/ci-images.ts", "CiImagesArgs"), ciImagesArgs.shape],
      [keysOf("sdk/docker-connector.ts", "DockerConnectorArgs"), dockerConnectorArgs.shape],
      [keysOf("sdk/harness-image-connector.ts", "HarnessImageConnectorArgs"), harnessImageConnectorArgs.shape],
      [keysOf("sdk/test-connection.ts", "TestConnectionArgs"), testConnectionArg.unwrap().shape],
      [keysOf("sdk/secret-text.ts", "SecretTextArgs"), secretTextArgs.shape],
      [keysOf("sdk/stage-image-override.ts", "StageImageOverrideArgs"), stageImageOverrideArgs.shape],
      [keysOf("sdk/stage-image-override.ts", "GitArgs"), stageImageOverrideArgs.shape.git.unwrap().shape],
    ];
    for (const [written, accepted] of pairs) assert.deepEqual(written, Object.keys(accepted).sort());
    const kinds = dockerConnectorArgs.shape.auth.options.map(({ shape }) => Object.keys(shape).sort());
    const written = ["AnonymousAuth", "UsernamePasswordAuth"].map((kind) => keysOf("sdk/docker-connector.ts", kind));
    assert.deepEqual(written, kinds);
  });

  it("gives them the same types, and leaves out the same ones", () => {
    assert.deepEqual(complaints(TYPES), []);
    const proved: [
      CiImagesHolds,
      DockerConnectorHolds,
      HarnessImageConnectorHolds,
      SecretTextHolds,
      StageImageOverrideHolds,
      ComparisonHolds,
    ] = [true, true, true, true, true, true];
    assert.equal(proved.length, 6);
  });

  it("shows examples that compile", () => {
    assert(examples.size >= 4, "the examples were found");
    for (const file of examples.keys()) assert.deepEqual([file, complaints(file)], [file, []]);
    assert.match(complaints(BROKEN).join(), /'valeu' does not exist in type 'SecretTextArgs'/);
  });
});

function keysOf(path: string, name: string): string[] {
  const found = source(path)
    .tree.statements.filter(ts.isInterfaceDeclaration)
    .find((item) => item.name.text === name);
  return (found?.members ?? []).map((member) => member.name?.getText() ?? "").sort();
}

/** The fenced code of the doc comments in sdk/, as files that are nowhere on the disk. */
function examplesInDocs(): Map<string, string> {
  const blocks = sourcesIn("sdk").flatMap(({ text }) => [...text.matchAll(FENCE)].map(([, code = ""]) => code));
  return new Map(
    blocks.map((code, index) => {
      const statements = code.replace(/^ *\* ?/gm, "");
      return [join(ROOT, `test/conventions/example-${index}.ts`), `${AROUND}\n{\n${statements}\n}\n`];
    }),
  );
}

/** Compiles files, and texts under the names of files, as one program; tells what the compiler says of one of them. */
function compiled(files: readonly string[], texts: ReadonlyMap<string, string>): (file: string) => string[] {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, ROOT);
  const disk = ts.createCompilerHost(options, true);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, target, ...rest) => {
      const text = texts.get(file);
      return text === undefined
        ? disk.getSourceFile(file, target, ...rest)
        : ts.createSourceFile(file, text, target, true);
    },
  };
  const program = ts.createProgram([...files, ...texts.keys()], { ...options, noEmit: true }, host);
  return (file) => {
    const tree = program.getSourceFile(file);
    assert(tree !== undefined, `${file} is not part of the program`);
    const found = [...program.getSyntacticDiagnostics(tree), ...program.getSemanticDiagnostics(tree)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  };
}
