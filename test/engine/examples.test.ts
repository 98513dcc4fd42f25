import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import * as errors from "../../provider/errors";
import { createWorkspace } from "../support/engine";
import type { TestStack } from "../support/engine-stack";
import { configFor, withHarness } from "../support/harness";

const ROOT = join(__dirname, "..", "..");
const EXAMPLES = join(ROOT, "examples");

/** One stack of an example, and what Harness must have while it is up. */
interface Expectation {
  example: string;
  stack: string;
  config?: ConfigMap;
  env?: Record<string, string>;
  scope: { orgId?: string; projectId?: string };
  secret: { identifier: string; value: string };
  connector: { identifier: string; ref: string; spec: Record<string, unknown> };
}

/** Examples of the account's default: test/engine/examples-account.test.ts runs them. */
const OF_THE_ACCOUNT = ["account-default", "private-registry"];
const project = { orgId: "default", projectId: "demo" };

const expectations: readonly Expectation[] = [
  {
    example: "quickstart",
    stack: "dev",
    config: { registryToken: { value: "quickstart-canary-5d1f", secret: true } },
    scope: {},
    secret: { identifier: "registry_token", value: "quickstart-canary-5d1f" },
    connector: {
      identifier: "registry",
      ref: "account.registry",
      spec: {
        dockerRegistryUrl: "https://ghcr.io/my-company",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "ci-bot", passwordRef: "account.registry_token" } },
        delegateSelectors: [],
        executeOnDelegate: false,
      },
    },
  },
  {
    example: "ibm-registry",
    stack: "dev",
    config: {
      ...settings({ orgId: "default", projectId: "demo", namespace: "my-namespace" }),
      delegateTags: tags("eu"),
    },
    env: { IBMCLOUD_API_KEY: "ibm-canary-83c2" },
    scope: project,
    secret: { identifier: "ibm_cloud_api_key", value: "ibm-canary-83c2" },
    connector: {
      identifier: "ibm_container_registry",
      ref: "ibm_container_registry",
      spec: {
        dockerRegistryUrl: "https://us.icr.io/my-namespace",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "iamapikey", passwordRef: "ibm_cloud_api_key" } },
        delegateSelectors: ["eu"],
        executeOnDelegate: true,
      },
    },
  },
  {
    example: "environments",
    stack: "dev",
    env: { REGISTRY_TOKEN: "dev-canary-0b77" },
    scope: project,
    secret: { identifier: "registry_token", value: "dev-canary-0b77" },
    connector: {
      identifier: "registry",
      ref: "registry",
      spec: {
        dockerRegistryUrl: "https://ghcr.io/my-company",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "ci-dev", passwordRef: "registry_token" } },
        delegateSelectors: [],
        executeOnDelegate: false,
      },
    },
  },
  {
    example: "environments",
    stack: "prod",
    env: { REGISTRY_TOKEN: "prod-canary-4e90" },
    scope: {},
    secret: { identifier: "registry_token", value: "prod-canary-4e90" },
    connector: {
      identifier: "registry",
      ref: "account.registry",
      spec: {
        dockerRegistryUrl: "https://registry.example.com/harness",
        providerType: "Other",
        auth: { type: "UsernamePassword", spec: { username: "ci-prod", passwordRef: "account.registry_token" } },
        delegateSelectors: ["eu", "linux"],
        executeOnDelegate: true,
      },
    },
  },
];

function settings(values: Readonly<Record<string, string>>): ConfigMap {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}

function tags(...list: string[]): { value: string } {
  return { value: JSON.stringify(list) };
}

/** The folders that hold an example. */
function folders(): string[] {
  return readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, "Pulumi.yaml")));
}

function programOf(example: string): PulumiFn {
  const program: unknown = require(join(EXAMPLES, example));
  if (typeof program !== "function") throw new Error(`examples/${example} exports no program`);
  return async () => program();
}

/** Runs a body with one stack of an example, configured as the files beside its program say. */
async function withExample(
  expected: Pick<Expectation, "example" | "stack" | "config" | "env">,
  harness: Emulator,
  body: (stack: TestStack) => Promise<void>,
) {
  const { example, stack: stackName, env = {} } = expected;
  const programDir = join(EXAMPLES, example);
  const config = { ...configFor(harness), ...expected.config };
  const workspace = await createWorkspace({ programDir, projectName: example, stackName, config, env });
  try {
    const file = `Pulumi.${stackName}.yaml`;
    if (existsSync(join(programDir, file))) copyFileSync(join(programDir, file), join(workspace.folder, "work", file));
    const stack = await workspace.stack(programOf(example));
    await body(stack);
    await stack.close();
  } finally {
    await workspace.close();
  }
}

/** The pieces of YAML that a README shows. */
function piecesOfReadme(folder: string): string[] {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  return [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, piece = ""]) => piece);
}

function assertInHarness(harness: Emulator, { scope, secret, connector }: Expectation): void {
  const place = { accountId: harness.accountId, ...scope };
  const secrets = harness.secrets().map(({ scope: at, identifier }) => ({ at, identifier }));
  assert.deepEqual(secrets, [{ at: place, identifier: secret.identifier }]);
  assert.equal(harness.secretValue(scope, secret.identifier), secret.value);
  const connectors = harness
    .connectors()
    .map(({ scope: at, identifier, spec }) => ({ at, identifier, spec: inOrder(spec) }));
  assert.deepEqual(connectors, [{ at: place, identifier: connector.identifier, spec: connector.spec }]);
}

/** Harness keeps selectors as a set, in an order of its own. [H64] */
function inOrder(spec: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { delegateSelectors } = spec;
  return { ...spec, delegateSelectors: Array.isArray(delegateSelectors) ? [...delegateSelectors].sort() : "none" };
}

describe("the examples on the real engine", function () {
  this.timeout(120_000);

  for (const expected of expectations) {
    it(`${expected.example}, stack ${expected.stack}: preview, up, refresh, destroy do what the program says`, () =>
      withHarness((harness) =>
        withExample(expected, harness, async (stack) => {
          assert.deepEqual((await stack.preview()).changes, { create: 3 });
          assert.deepEqual([harness.secrets(), harness.connectors()], [[], []], "preview makes nothing");
          assert.deepEqual((await stack.up()).changes, { create: 3 });
          assertInHarness(harness, expected);
          assert.equal((await stack.outputs())["connectorRef"]?.value, expected.connector.ref);
          assert.deepEqual((await stack.refresh()).changes, { same: 3 });
          assert.deepEqual((await stack.preview()).changes, { same: 3 });
          assert.deepEqual((await stack.destroy()).changes, { delete: 3 });
          assert.deepEqual([harness.secrets(), harness.connectors()], [[], []], "destroy leaves nothing");
        }),
      ));
  }

  it("environments: both stacks live side by side in one account", () =>
    withHarness(async (harness) => {
      const [dev, prod] = expectations.filter(({ example }) => example === "environments");
      assert.ok(dev !== undefined && prod !== undefined);
      await withExample(dev, harness, (first) =>
        withExample(prod, harness, async (second) => {
          await first.up();
          await second.up();
          assert.equal(harness.connectors({ orgId: "default", projectId: "demo" }).length, 1);
          assert.equal(harness.connectors({}).length, 1);
          await first.destroy();
          assertInHarness(harness, prod);
        }),
      );
      assert.deepEqual([harness.secrets(), harness.connectors()], [[], []]);
    }));
});

describe("the example of a stage's override on the real engine", function () {
  this.timeout(120_000);
  const folder = join(EXAMPLES, "stage-override");
  const pipeline = readFileSync(join(folder, "pipeline.yaml"), "utf8");

  it("changes the pipeline as its README shows, and gives it back to the letter [H127]", () =>
    withHarness(async (harness) => {
      harness.putPipeline({ scope: project, yaml: pipeline });
      const expected = { example: "stage-override", stack: "dev", config: settings(project) };
      await withExample(expected, harness, async (stack) => {
        assert.deepEqual((await stack.preview()).changes, { create: 4 });
        assert.deepEqual((await stack.up()).changes, { create: 4 });
        const changed = harness.pipelineYaml(project, "checkout") ?? "";
        const [before, after, ...others] = piecesOfReadme(folder);
        for (const piece of [before, others[0]]) assert.ok(pipeline.includes(String(piece)), piece);
        for (const piece of [after, others[1]]) assert.ok(changed.includes(String(piece)), piece);
        assert.equal(others.length, 2);
        assert.deepEqual((await stack.refresh()).changes, { same: 4 });
        assert.deepEqual((await stack.destroy()).changes, { delete: 4 });
        assert.equal(harness.pipelineYaml(project, "checkout"), pipeline);
      });
    }));
});

describe("the examples' files", () => {
  it("cover every folder that has a Pulumi.yaml", () => {
    const covered = [...expectations.map(({ example }) => example), "stage-override", ...OF_THE_ACCOUNT];
    assert.deepEqual(folders().sort(), [...new Set(covered)].sort());
  });

  for (const name of folders()) {
    it(`${name}: the project is called like its folder, and the README says how to run it there`, () => {
      const projectFile = readFileSync(join(EXAMPLES, name, "Pulumi.yaml"), "utf8");
      assert.match(projectFile, new RegExp(`^name: ${name}$`, "m"));
      const readme = readFileSync(join(EXAMPLES, name, "README.md"), "utf8");
      assert.match(readme, new RegExp(`^# ${name}$`, "m"));
      assert.match(readme, new RegExp(`^cd examples/${name}$`, "m"));
      assert.match(readme, /pulumi preview/);
    });

    it(`${name}: the program reads every setting that its README sets`, () => {
      const readme = readFileSync(join(EXAMPLES, name, "README.md"), "utf8");
      const program = readFileSync(join(EXAMPLES, name, "index.ts"), "utf8");
      const keys = [...readme.matchAll(/config set (?:--\w+ )?'?(\w+)/g)].map(([, key]) => key);
      assert.deepEqual(
        keys.filter((key) => !program.includes(`"${key}"`)),
        [],
      );
    });
  }

  it("the project in the root runs a file that is there", () => {
    const main = /^main: (\S+)$/m.exec(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
    assert.equal(main, "examples/quickstart/index.ts");
    assert.ok(existsSync(join(ROOT, main)));
  });
});

describe("the README", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");

  it("shows the quickstart program as it is", () => {
    assert.ok(readme.includes(readFileSync(join(EXAMPLES, "quickstart", "index.ts"), "utf8")));
  });

  it("explains every error code, and no other", () => {
    const codes = Object.values(errors).flatMap((value) => ("code" in value ? [String(value.code)] : []));
    const section = /^## Errors\n.*?^## /ms.exec(readme)?.[0] ?? "";
    const explained = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    assert.ok(codes.length > 15);
    assert.deepEqual(explained.sort(), codes.sort());
  });

  it("links only to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
    assert.deepEqual(
      links.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });
});
