import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as ts from "typescript";
import type * as sdk from "../../sdk";
import { source } from "./sources";

/** What a resource asked the engine for. */
interface Registration {
  readonly type: string;
  readonly name: string;
  readonly id: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const registered: Registration[] = [];
const CONNECTOR: sdk.DockerConnectorArgs = {
  url: "https://us.icr.io",
  tags: { team: "ci" },
  auth: { type: "UsernamePassword", username: "iamapikey", passwordRef: "account.key" },
  connectivityMode: "Delegate",
  delegateSelectors: ["eu"],
};

const OVERRIDE: sdk.StageImageOverrideArgs = {
  orgId: "o",
  projectId: "p",
  pipelineIdentifier: "checkout",
  stageIdentifier: "build",
  connectorRef: "account.mirror",
};

describe("house rule: resource classes hold no logic", function () {
  this.timeout(30_000);
  let classes: typeof sdk;

  before(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, id, inputs }) => {
          registered.push({ type, name, id, inputs });
          const outputs = outputsOf(type).map((output) => [output, `${output} of ${name}`]);
          const echoed = "value" in inputs ? { value: inputs.value } : {};
          const state = { ...Object.fromEntries(outputs), ...echoed };
          return { id: id === undefined || id === "" ? `id of ${name}` : id, state };
        },
        call: () => ({}),
      },
      "project",
      "stack",
      false,
      "organization",
    );
    classes = require("../../sdk");
  });

  after(() => pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, ""));

  it("resolves every output that a class declares", async () => {
    const connector = new classes.DockerConnector("registry", CONNECTOR);
    const secret = new classes.SecretText("key", { valueFromEnv: "KEY" });
    const override = new classes.StageImageOverride("build", OVERRIDE);
    const { url, auth } = CONNECTOR;
    const image = new classes.HarnessImageConnector("image", { url, auth, connectivityMode: "Platform" });
    const images = new classes.CiImages("images", { infra: "K8", images: { addonTag: "harness/ci-addon:1" } });
    for (const [name, resource] of Object.entries({
      registry: connector,
      key: secret,
      build: override,
      image,
      images,
    })) {
      const declared = outputsOf(`harness:${resource.constructor.name}`);
      assert(declared.length > 2, "the declarations were found");
      for (const output of declared) {
        assert.equal(await resolved(Reflect.get(resource, output)), `${output} of ${name}`, output);
      }
    }
  });

  it("resolves them as well for a resource that is only looked up", async () => {
    const connector = classes.DockerConnector.get("looked-up", "o/p/registry");
    const secret = classes.SecretText.get("looked-up-key", "key");
    assert.equal(await resolved(connector.ref), "ref of looked-up");
    assert.equal(await resolved(secret.ref), "ref of looked-up-key");
    const override = classes.StageImageOverride.get("looked-up-stage", "o/p/checkout/build");
    assert.equal(await resolved(override.connectorRef), "connectorRef of looked-up-stage");
    assert.deepEqual([await resolved(connector.id), await resolved(secret.id)], ["o/p/registry", "key"]);
    const { inputs } = registrationOf("looked-up");
    assert.deepEqual(Object.keys(inputs), ["__provider"], "nothing but the code is sent");
  });

  it("names its type and its owner, and passes the arguments on as they are", async () => {
    const connector = new classes.DockerConnector("passed", CONNECTOR);
    await resolved(connector.urn);
    const { type, inputs } = registrationOf("passed");
    assert.equal(type, "pulumi-nodejs:dynamic/harness:DockerConnector");
    const { __provider, __owner, ...given } = inputs;
    assert.equal(__owner, "organization/project/stack/passed");
    assert.deepEqual(given, CONNECTOR);
  });

  it("leaves the program's own arguments alone, so that two resources can share them", async () => {
    const args = Object.freeze({ ...CONNECTOR, tags: Object.freeze({ team: "ci" }) });
    const [first, second] = ["shared-1", "shared-2"].map((name) => new classes.DockerConnector(name, args));
    const secretArgs = Object.freeze({ value: "hunter2" });
    const secret = new classes.SecretText("shared-3", secretArgs);
    for (const resource of [first, second, secret]) await resolved(resource?.urn);
    assert.deepEqual([args, secretArgs], [{ ...CONNECTOR }, { value: "hunter2" }]);
  });

  it("keeps the value of a SecretText secret, also when it was given in clear", async () => {
    const clear = new classes.SecretText("clear", { value: "hunter2" });
    const marked = new classes.SecretText("marked", { value: pulumi.secret("hunter2") });
    for (const [name, secret] of Object.entries({ clear, marked })) {
      assert.equal(await resolved(secret.value), "hunter2");
      assert(await pulumi.isSecret(secret.value), "as an output");
      assert(!(await pulumi.isSecret(secret.ref)), "and nothing else");
      assert.deepEqual(registrationOf(name).inputs["value"], asSecret("hunter2"), "as an input");
    }
  });

  it("gives a Provider's settings to the plugin as text, the key as a secret", async () => {
    const provider = new classes.Provider("other", {
      platformApiKey: "pat.other.id.canary",
      accountId: "other",
      requestsPerMinute: 100,
      allowHttp: true,
      preflight: pulumi.output("strict" as const),
    });
    await resolved(provider.urn);
    const { type, inputs } = registrationOf("other");
    assert.equal(type, "pulumi:providers:pulumi-nodejs");
    assert.deepEqual(inputs, {
      "harness:platformApiKey": asSecret("pat.other.id.canary"),
      "harness:accountId": "other",
      "harness:requestsPerMinute": "100",
      "harness:allowHttp": "true",
      "harness:preflight": "strict",
      "harness:explicit": "true",
    });
  });
});

/** The outputs a class declares, from its source: `declare readonly x: pulumi.Output<...>`. */
function outputsOf(type: string): string[] {
  const path = {
    DockerConnector: "sdk/docker-connector.ts",
    HarnessImageConnector: "sdk/harness-image-connector.ts",
    CiImages: "sdk/ci-images.ts",
    SecretText: "sdk/secret-text.ts",
    StageImageOverride: "sdk/stage-image-override.ts",
  }[type.split(":").at(-1) ?? ""];
  if (path === undefined) return [];
  const classes = source(path).tree.statements.filter(ts.isClassDeclaration);
  const members = classes.flatMap(({ members }) => members.filter(ts.isPropertyDeclaration));
  return members
    .filter((member) => /^pulumi\.Output</.test(member.type?.getText() ?? ""))
    .map(({ name }) => name.getText());
}

function registrationOf(name: string): Registration {
  const found = registered.find((registration) => registration.name === name);
  assert(found !== undefined, `${name} was not registered`);
  return found;
}

/** How a secret travels between a program and the engine. */
function asSecret(value: string): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

function resolved(output: unknown): Promise<unknown> {
  assert(pulumi.Output.isInstance(output), "not an output");
  return new Promise((resolve) => void output.apply(resolve));
}
