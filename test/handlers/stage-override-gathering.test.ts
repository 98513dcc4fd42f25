import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { failure } from "./contract/life";
import type { Phase, Stored } from "./engine";
import {
  createdTogether,
  failuresOf,
  LEAF,
  type Member,
  ownerOf,
  PLACE,
  pipelineText,
  REPOSITORY,
  STORES,
  type Store,
  siteOf,
  stageText,
  until,
  valuesOf,
} from "./pipelines";

const STAGES = Array.from({ length: 12 }, (_, index) => `stage_${index}`);
const V1 = "/v1/orgs/default/projects/demo/pipelines/checkout";
const V0 = "/pipeline/api/pipelines";
/** What a run is allowed: the look of `check`, then a look, the save, and a look. */
const CALLS: Readonly<Record<Store, readonly string[]>> = {
  inline: [`GET ${V1}`, `GET ${V0}/summary/checkout`, `PUT ${V0}/v2/checkout`, `GET ${V0}/summary/checkout`],
  remote: [`GET ${V1}`, `GET ${V1}`, `PUT ${V0}/v2/checkout`, `GET ${V1}`],
};

for (const store of STORES) {
  describe(`many stages of one pipeline, ${store}`, () => {
    const site = siteOf(store);
    const original = pipelineText("checkout", ...STAGES.map((stage) => stageText(stage)));
    const member = (stage: string, connectorRef = "account.mirror"): Member => ({
      name: stage,
      args: site.args({ stageIdentifier: stage, connectorRef }),
    });
    const marks = () => site.text().match(/# pulumi/g)?.length ?? 0;
    beforeEach(() => site.put(original));

    async function create(stages: readonly string[] = STAGES): Promise<Stored[]> {
      return site.engine().phase(async (phase) =>
        valuesOf(
          await createdTogether(
            phase,
            stages.map((one) => member(one)),
          ),
        ),
      );
    }

    const update = (phase: Phase, made: readonly Stored[]) =>
      Promise.all(
        made.map(async (one, index) => {
          const { name, args } = member(STAGES[index] ?? "", "account.second");
          const own = phase.as(ownerOf(name));
          return own.update(one, await own.checked(args, one));
        }),
      );

    for (const count of [1, 2, STAGES.length]) {
      it(`${count} creates, updates and deletes cost four calls and one save each time`, async () => {
        site.harness.clearRequests();
        const made = await create(STAGES.slice(0, count));
        assert.deepEqual(site.calls(), CALLS[store]);
        assert.equal(marks(), count);
        site.harness.clearRequests();
        const updated = await site.engine().phase((phase) => update(phase, made));
        assert.deepEqual(site.calls(), CALLS[store]);
        site.harness.clearRequests();
        await site.engine().phase((phase) => Promise.all(updated.map((one) => phase.delete(one))));
        assert.deepEqual(site.calls(), CALLS[store]);
        assert.equal(site.saves().length, 3);
        assert.equal(site.text(), original);
      });
    }

    it("a refresh of all of them is one read", async () => {
      const made = await create();
      site.harness.clearRequests();
      const read = await site.engine().phase((phase) => Promise.all(made.map((one) => phase.read(one))));
      assert.deepEqual(read, made);
      assert.deepEqual(
        site.harness.requests().map(({ path }) => path),
        [V1],
      );
    });

    it("creates, updates and deletes of one run go together too", async () => {
      const made = await create(STAGES.slice(0, 2));
      site.harness.clearRequests();
      await site.engine().phase(async (phase) => {
        const [first, second] = made;
        assert.ok(first !== undefined && second !== undefined);
        const { name, args } = member("stage_0", "account.second");
        const own = phase.as(ownerOf(name));
        const inputs = await own.checked(args, first);
        const fresh = member("stage_5");
        const freshInputs = await phase.as(ownerOf(fresh.name)).checked(fresh.args);
        await Promise.all([own.update(first, inputs), phase.delete(second), phase.create(freshInputs)]);
      });
      assert.deepEqual(site.calls(), CALLS[store]);
      assert.equal(site.saves().length, 2);
      assert.equal(marks(), 2);
    });

    it("each of several pipelines costs four calls", async () => {
      const names = ["one", "two", "three"];
      for (const name of names) site.put(pipelineText(name, stageText("build"), stageText("test")));
      site.harness.clearRequests();
      const members = names.flatMap((name) =>
        ["build", "test"].map((stage) => ({
          name: `${name}-${stage}`,
          args: site.args({ pipelineIdentifier: name, stageIdentifier: stage }),
        })),
      );
      const made = await site.engine().phase(async (phase) => valuesOf(await createdTogether(phase, members)));
      assert.equal(site.calls().length, 4 * names.length);
      for (const name of names) assert.equal(site.saves(name).length, 1);
      await site.engine().phase((phase) => Promise.all(made.map((one) => phase.delete(one))));
      for (const name of names)
        assert.equal(site.text(name), pipelineText(name, stageText("build"), stageText("test")));
    });

    it("what arrives while a save is under way goes into the next one", async () => {
      site.harness.inject({ delayMs: 60, match: { method: "PUT" } });
      await site.engine().phase(async (phase) => {
        const [first, second] = [member("stage_0"), member("stage_1")];
        const one = await phase.as(ownerOf(first.name)).checked(first.args);
        const two = await phase.as(ownerOf(second.name)).checked(second.args);
        const made = phase.create(one);
        await until(() => site.saves().length === 1);
        await Promise.all([made, phase.create(two)]);
      });
      assert.equal(site.saves().length, 2);
      assert.equal(marks(), 2);
    });

    for (const at of [0, 5, STAGES.length - 1]) {
      it(`a policy that denies stage ${at} fails that one alone, in its words [H150]`, async () => {
        const denied = `stage_${at}: was absent`;
        const when = ({ yaml }: Record<string, unknown>) => String(yaml).includes(denied);
        for (const pipelineDenial of ["200", "error"] as const) {
          site.put(original);
          site.harness.set({ pipelineDenial, opaDeny: { message: "not in this stage", when } });
          const results = await site.engine().phase((phase) =>
            createdTogether(
              phase,
              STAGES.map((one) => member(one)),
            ),
          );
          assert.deepEqual(
            results.map(({ status }, index) => (status === "rejected" ? index : -1)).filter((index) => index >= 0),
            [at],
          );
          const [said = ""] = failuresOf(results);
          assert.match(
            said,
            new RegExp(`cannot override the image connector of stage default/demo/checkout/stage_${at}`),
          );
          assert.match(
            said,
            pipelineDenial === "200"
              ? /not in this stage\. \[POLICY_DENIED\]/
              : /\[REFUSED\]\n.+does not follow the Policies/,
          );
          assert.equal(marks(), STAGES.length - 1);
        }
      });
    }

    it("a denial of everything fails each with the words of the policy, and sends no more than needed", async () => {
      site.harness.set({ opaDeny: { message: "freeze" } });
      const results = await site.engine().phase((phase) =>
        createdTogether(
          phase,
          STAGES.map((one) => member(one)),
        ),
      );
      assert.equal(failuresOf(results).filter((said) => /freeze\. \[POLICY_DENIED\]/.test(said)).length, STAGES.length);
      assert.equal(marks(), 0);
      assert.ok(site.calls().filter((call) => call.startsWith("PUT")).length < 2 * STAGES.length);
    });

    it("a key that may not edit fails all at once, without trying the halves", async () => {
      const key = site.harness.addToken({ permissions: ["core_pipeline_view", "core_connector_view"] });
      const engine = site.engine({ config: { "harness:platformApiKey": key } });
      const results = await engine.phase((phase) =>
        createdTogether(
          phase,
          STAGES.map((one) => member(one)),
        ),
      );
      const failures = failuresOf(results);
      assert.equal(
        failures.filter((said) => /lacks core_pipeline_edit.*\[PERMISSION_DENIED\]/.test(said)).length,
        STAGES.length,
      );
      assert.match(failures[0] ?? "", /cannot save pipeline default\/demo\/checkout/);
      assert.equal(site.calls().filter((call) => call.startsWith("PUT")).length, 1);
    });

    it("a fault the pipeline had before is its owner's to correct, and said to be [H159]", async () => {
      const faulty = pipelineText("checkout", stageText("build"), "    - stage: { identifier: other, name: other }\n");
      site.put(faulty);
      const said = (await failure(site.engine().up(site.args()), "REFUSED")).message;
      assert.match(
        said,
        /: Harness does not take the pipeline as it stands\. \[REFUSED\]\n {2}Harness said: \$\.pipeline/,
      );
      assert.match(said, /Next: What Harness names is not the image connector: it was in the pipeline before,/);
      assert.equal(site.text(), faulty);
    });

    it("a stage that cannot be overridden by now fails alone, the others are saved", async () => {
      await site.engine().phase(async (phase) => {
        const inputs: { phase: Phase; inputs: Awaited<ReturnType<Phase["checked"]>> }[] = [];
        for (const stage of STAGES) {
          const own = phase.as(ownerOf(stage));
          inputs.push({ phase: own, inputs: await own.checked(member(stage).args) });
        }
        site.edit((text) => text.replace(stageText("stage_3"), ""));
        const results = await Promise.allSettled(inputs.map((one) => one.phase.create(one.inputs)));
        assert.match(failuresOf(results).join(), /^CannotOverrideError: .+no stage "stage_3"/);
        assert.equal(failuresOf(results).length, 1);
      });
      assert.equal(site.saves().length, 1);
      assert.equal(marks(), STAGES.length - 1);
    });
  });
}

describe("saves into one place", () => {
  const site = siteOf("remote");
  const NAMES = ["one", "two", "three", "four"];

  /** The saves, as the times between which they were in flight. */
  function flights(harness: Emulator): { readonly from: number; readonly to: number }[] {
    const puts = harness.requests().filter(({ method }) => method === "PUT");
    return puts
      .map(({ startedAt, ms = 0 }) => ({ from: startedAt, to: startedAt + ms }))
      .sort((a, b) => a.from - b.from);
  }

  async function saveAll(): Promise<void> {
    const members = NAMES.map((name) => ({ name, args: site.args({ pipelineIdentifier: name }) }));
    await site.engine().phase(async (phase) => valuesOf(await createdTogether(phase, members)));
  }

  for (const gitConflict of ["blob", "commit", "scm"] as const) {
    it(`of pipelines on one branch of a repository never two are under way, ${gitConflict} [H165]`, async () => {
      site.harness.set({ gitConflict });
      for (const name of NAMES) site.put(pipelineText(name));
      site.harness.inject({ delayMs: 40, times: NAMES.length, match: { method: "PUT" } });
      await saveAll();
      const all = flights(site.harness);
      assert.equal(all.length, NAMES.length, "no conflict of our own making");
      for (const [index, { to }] of all.entries()) {
        const next = all[index + 1];
        assert.ok(next === undefined || to <= next.from + 2, JSON.stringify(all));
      }
    });
  }

  it("of pipelines in different repositories do not wait for each other", async () => {
    for (const name of NAMES) {
      site.harness.putPipeline({ scope: PLACE, yaml: pipelineText(name), git: { ...REPOSITORY, repoName: name } });
    }
    site.harness.inject({ delayMs: 400, times: NAMES.length, match: { method: "PUT" } });
    const saved = saveAll();
    const puts = () => site.harness.requests().filter(({ method }) => method === "PUT");
    await until(() => puts().length === NAMES.length);
    assert.ok(
      puts().every(({ ms }) => ms === undefined),
      "all are under way at the same time",
    );
    await saved;
  });
});

describe("what Harness may say and leave out", () => {
  const site = siteOf("inline");

  for (const inlineStoreType of ["INLINE", "INLINE_HC", "absent"] as const) {
    for (const unset of ["null", "absent", "empty"] as const) {
      it(`an inline pipeline is inline with store type ${inlineStoreType} and no Git as ${unset} [H148]`, async () => {
        site.harness.set({ inlineStoreType, unset });
        const made = await site.engine().up(site.args());
        assert.equal(made.outs["storeType"], "INLINE");
        assert.deepEqual(await site.engine().refresh(made), made);
        await site.engine().destroy(made);
        assert.equal(site.text(), pipelineText("checkout"));
      });
    }
  }

  for (const pipelineUpdated of ["absent", "seconds"] as const) {
    it(`a read that does not tell when the pipeline was saved as the summary does costs one more, ${pipelineUpdated} [H156]`, async () => {
      site.harness.set({ pipelineUpdated });
      site.harness.clearRequests();
      const made = await site.engine().apply(site.args());
      const expected = [...CALLS.inline.slice(0, 2), `GET ${V1}`, ...CALLS.inline.slice(2)];
      assert.deepEqual(site.calls(), expected);
      await site.engine().destroy(made);
      assert.equal(site.text(), pipelineText("checkout"));
    });
  }

  it("v1 YAML goes through the v1 endpoints, inline and in Git [H139] [H154]", async () => {
    const yaml =
      "version: 1\npipeline:\n  id: checkout\n  stages:\n    - id: build\n      runtime:\n        kubernetes:\n          namespace: builds\n      steps: [{ run: { script: x } }]\n";
    for (const git of [undefined, REPOSITORY]) {
      site.harness.deletePipeline(PLACE, "checkout");
      site.harness.putPipeline({ scope: PLACE, yaml, ...(git === undefined ? {} : { git }) });
      const args = site.args(git === undefined ? {} : { git: { branch: "main" } });
      site.harness.clearRequests();
      const made = await site.engine().up(args);
      assert.match(site.text(), /harness-image-connector: account\.mirror # pulumi /);
      assert.ok(!site.text().includes(LEAF));
      assert.ok(site.calls().includes(`PUT ${V1}`));
      assert.deepEqual(await site.engine().refresh(made), made);
      await site.engine().destroy(made);
      assert.equal(site.text(), yaml);
    }
  });

  it("a policy's denial of v1 YAML is Harness's refusal [H150]", async () => {
    const yaml =
      "version: 1\npipeline:\n  id: checkout\n  stages:\n    - id: build\n      runtime: { vm: { pool: p } }\n      steps: []\n";
    site.put(yaml);
    site.harness.set({ opaDeny: { message: "freeze" } });
    await assert.rejects(site.engine().up(site.args()), /\[REFUSED\]\n.+does not follow the Policies/);
    assert.equal(site.text(), yaml);
  });
});
