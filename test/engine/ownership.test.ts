import assert from "node:assert/strict";
import { join } from "node:path";
import { withStack } from "../support/engine";
import { configFor, withHarness } from "../support/harness";
import { anonymous } from "./programs/single";
import { inside, sameNameInside } from "./programs/various";

const programDir = join(__dirname, "programs");

describe("whose a connector is, on the real engine", function () {
  this.timeout(120_000);

  it("an old record left over from a killed replacement is dropped, and the connector in use stays", () =>
    withHarness((harness) =>
      withStack(
        { program: anonymous, programDir, projectName: "leftover", config: configFor(harness) },
        async (stack) => {
          await stack.up();
          const state = await stack.automation.exportStack();
          const [record] = stack.resources("DockerConnector");
          // What the engine keeps when it is killed between making the new one and deleting the old one.
          state.deployment.resources.push({ ...record, delete: true });
          await stack.automation.importStack(state);
          const { output } = await stack.up();
          assert.match(output, /connector registry is declared by this program; only the old record is dropped/);
          assert.equal(harness.connectors().length, 1);
          assert.deepEqual((await stack.refresh()).changes, { same: 2 });
        },
      ),
    ));

  it("two resources of one name, one of them inside a component, are refused in preview when they would be one object", () =>
    withHarness((harness) =>
      withStack(
        { program: sameNameInside, programDir, projectName: "nested", config: configFor(harness) },
        async (stack) => {
          const { output } = await stack.failing(stack.preview());
          assert.match(
            output,
            /identifier "registry" in the account is already declared by DockerConnector "registry"/,
          );
          assert.deepEqual(harness.connectors(), []);
        },
      ),
    ));

  it("a connector inside a component says so in its tag, and keeps its own name", () =>
    withHarness((harness) =>
      withStack({ program: inside, programDir, projectName: "nested", config: configFor(harness) }, async (stack) => {
        await stack.up();
        const [connector] = harness.connectors();
        assert.equal(connector?.name, "registry");
        assert.deepEqual(connector?.tags, { pulumi_owner: "organization/nested/dev/my:index:Images::registry" });
        assert.deepEqual((await stack.preview()).changes, { same: 3 });
      }),
    ));
});
