import assert from "node:assert/strict";
import { failure, mistakes } from "./contract/life";
import type { Stored } from "./engine";
import {
  describedAnew,
  LEAF,
  ourLine,
  ownerOf,
  PLACE,
  pipelineText,
  REPOSITORY,
  STORES,
  setTo,
  siteOf,
  stageText,
  until,
  withoutSetting,
} from "./pipelines";

const ABOUT = 'harness-images: StageImageOverride "thing": ';
const NOT_FOUNDS = ["404", "400", "404-entity"] as const;

for (const store of STORES) {
  describe(`what somebody else did to a stage meanwhile, ${store}`, () => {
    const site = siteOf(store);
    const adopted = pipelineText("checkout", stageText("build", `${LEAF}: 'account.old'`));

    /** Destroys, which must succeed without a save; gives what the user was told. */
    async function destroyedQuietly(stored: Stored): Promise<string[]> {
      const [before, saves] = [site.text(), site.saves().length];
      const engine = site.engine();
      await engine.destroy(stored);
      assert.equal(site.text(), before);
      assert.equal(site.saves().length, before === "" ? 0 : saves);
      return engine.said;
    }

    it("destroy leaves a value that is not ours, with our mark beside it or without, and says so", async () => {
      const made = await site.engine().up(site.args());
      const told = `${ABOUT}left as it is: stage default/demo/checkout/build has the image connector account.third now, where this resource had written account.mirror`;
      site.edit((text) => text.replace(`${LEAF}: account.mirror`, `${LEAF}: account.third`));
      const PATH = "pipeline.stages[0].stage.spec.infrastructure.spec.harnessImageConnectorRef";
      const marked = `${told}; the comment of this resource is still on its line (${PATH}): if somebody means to keep account.third, delete the comment; if a run of this program that was killed wrote it, take the line out`;
      assert.deepEqual(await destroyedQuietly(made), [marked]);
      site.edit(setTo("account.third"));
      assert.deepEqual(await destroyedQuietly(made), [told]);
    });

    it("destroy leaves it also when a refresh has taken note of it", async () => {
      const made = await site.engine().up(site.args());
      site.edit(setTo("account.third"));
      const seen = await site.engine().refresh(made);
      assert.ok(seen !== undefined);
      assert.match(
        (await destroyedQuietly(seen)).join(),
        /account\.third now, where this resource had written account\.mirror/,
      );
    });

    it("destroy leaves what carries the mark of another resource, and names it", async () => {
      const made = await site.engine().up(site.args());
      site.edit((text) => text.replace("dev/thing", "dev/another"));
      assert.deepEqual(await destroyedQuietly(made), [
        `${ABOUT}left as it is: the image connector of stage default/demo/checkout/build now belongs to the Pulumi resource ${ownerOf("another")}`,
      ]);
    });

    it("destroy is done where the setting is gone already, twice too", async () => {
      const made = await site.engine().up(site.args());
      site.edit(withoutSetting);
      assert.deepEqual(await destroyedQuietly(made), []);
      assert.deepEqual(await destroyedQuietly(made), []);
    });

    it("destroy says what it does not put back where somebody took the whole setting out", async () => {
      site.put(adopted);
      const made = await site.engine().up(site.args({ adopt: true }));
      site.edit(withoutSetting);
      const told = `${ABOUT}left as it is: somebody has taken the image connector out of stage default/demo/checkout/build; account.old, which was there before this resource, is not put back`;
      assert.deepEqual(await destroyedQuietly(made), [told]);
    });

    it("destroy finds its mark taken away and its value in place, and puts back what was there", async () => {
      site.put(adopted);
      const made = await site.engine().up(site.args({ adopt: true }));
      site.edit((text) => text.replace(/ # pulumi.*/, " # who did this?"));
      await site.engine().destroy(made);
      assert.equal(site.text(), adopted.replace("'account.old'", "'account.old' # who did this?"));
    });

    it("destroy and refresh are done where the stage was renamed, and say which one carries the line now", async () => {
      const made = await site.engine().up(site.args());
      site.edit((text) => text.replace("identifier: build", "identifier: compile"));
      const told = `${ABOUT}stage default/demo/checkout/build is gone, and stage "compile" carries the line of this resource: was it renamed? The line is left. Write stageIdentifier: "compile" to keep it in hand, or take it out of the pipeline`;
      assert.deepEqual(await destroyedQuietly(made), [told]);
      const engine = site.engine();
      assert.equal(await engine.refresh(made), undefined);
      assert.deepEqual(engine.said, [told]);
    });

    it("destroy puts a reference of several lines back on one where the pipeline was indented anew", async () => {
      site.put(pipelineText("checkout", stageText("build", `${LEAF}: >-`, "  account.old")));
      const made = await site.engine().up(site.args({ adopt: true }));
      assert.equal(made.outs["previousConnectorRef"], "account.old");
      site.edit((text) => text.replace(/^ {4}/gm, "            "));
      const engine = site.engine();
      await engine.destroy(made);
      assert.ok(site.text().includes(`${LEAF}: "account.old"\n`), site.text());
      assert.deepEqual(engine.said, [
        `${ABOUT}put back on one line: the text around stage default/demo/checkout/build has changed, and what it had before does not fit there as it was written`,
      ]);
    });

    it("destroy is done where stage or pipeline are gone, however Harness says so [H158]", async () => {
      const made = await site.engine().up(site.args());
      site.edit(() => pipelineText("checkout", stageText("another")));
      assert.deepEqual(await destroyedQuietly(made), []);
      site.edit(() => "pipeline:\n  identifier: checkout\n  name: checkout\n  stages: []\n");
      assert.deepEqual(await destroyedQuietly(made), []);
      site.harness.deletePipeline(PLACE, "checkout");
      for (const notFound of NOT_FOUNDS) {
        site.harness.set({ notFound });
        assert.deepEqual(await destroyedQuietly(made), []);
      }
      const body = {
        status: "ERROR",
        code: "INVALID_REQUEST",
        message: "Pipeline [checkout] doesn't exist or has been deleted.",
      };
      site.harness.inject({ status: 400, body, match: { path: /pipelines\/checkout$/ } });
      assert.deepEqual(await destroyedQuietly(made), []);
      assert.equal(site.harness.pendingFaults(), 0, "the fault was not met");
    });

    it("destroy is done where the project is gone too", async () => {
      const made = await site.engine().up(site.args());
      site.harness.deletePipeline(PLACE, "checkout");
      const body = { status: "ERROR", code: "INVALID_REQUEST", message: "Project not found" };
      site.harness.inject({ status: 400, body, match: { path: /pipelines\/checkout$/ } });
      site.harness.inject({ status: 404, body: { ...body, code: "ENTITY_NOT_FOUND" }, match: { path: /pipelines$/ } });
      assert.deepEqual(await destroyedQuietly(made), []);
      assert.equal(site.harness.pendingFaults(), 0, "the faults were not met");
    });

    it("destroy is done where the pipeline goes between look and save", async () => {
      const made = await site.engine().up(site.args());
      site.harness.inject({ delayMs: 50, late: true, match: { method: "PUT" } });
      site.harness.clearRequests();
      const destroyed = site.engine().destroy(made);
      await until(() => site.calls().some((call) => call.startsWith("PUT")));
      site.harness.deletePipeline(PLACE, "checkout");
      await destroyed;
      assert.deepEqual(site.harness.pipelines(), []);
    });

    it("a refusal that is not about the pipeline's absence is an error [H158]", async () => {
      const made = await site.engine().up(site.args());
      const body = { status: "ERROR", code: "INVALID_REQUEST", message: "The Git connector is not reachable." };
      site.harness.inject({ status: 400, body, times: 2, match: { path: /pipelines\/checkout$/ } });
      const error = await failure(site.engine().destroy(made), "REFUSED");
      assert.match(error.message, /The Git connector is not reachable/);
      await failure(site.engine().refresh(made), "REFUSED");
    });

    it("refresh reports stage and pipeline as gone, and text that cannot be read as an error", async () => {
      const made = await site.engine().up(site.args());
      site.edit((text) => `${text}\n  stages: [`);
      const error = await failure(site.engine().refresh(made), "CANNOT_OVERRIDE");
      assert.match(
        error.message,
        /the YAML of the pipeline cannot be read: .+, in line \d+\. \[CANNOT_OVERRIDE\]\n {2}Next: Correct the pipeline in Harness first/,
      );
      await failure(site.engine().destroy(made), "CANNOT_OVERRIDE");
      site.edit(() => pipelineText("checkout", stageText("another")));
      assert.equal(await site.engine().refresh(made), undefined);
      site.harness.deletePipeline(PLACE, "checkout");
      for (const notFound of NOT_FOUNDS) {
        site.harness.set({ notFound });
        assert.equal(await site.engine().refresh(made), undefined);
      }
    });

    it("a lookup of what is not there is an error, and of a stage shows it without managing it", async () => {
      site.put(adopted);
      const stored = (id: string) => ({ id, inputs: {}, outs: {} });
      const found = await site.engine().refresh(stored("default/demo/checkout/build"));
      assert.equal(found?.outs["connectorRef"], "account.old");
      assert.equal(found?.outs["stageIdentifier"], "build");
      for (const id of ["default/demo/checkout/nowhere", "default/demo/nowhere/build"]) {
        const error = await failure(site.engine().refresh(stored(id)), "NOT_FOUND");
        assert.ok(error.message.includes(`Harness has no stage ${id}. [NOT_FOUND]`), error.message);
      }
      const error = await failure(site.engine().refresh(stored("checkout/build")), "INVALID_INPUT");
      assert.match(
        error.message,
        /"checkout\/build" is not the id of a stage.+\n {2}Next: write org\/project\/pipeline\/stage/,
      );
    });

    it("an update never goes over a value that somebody else wrote, and preview says so in the same words", async () => {
      const made = await site.engine().up(site.args());
      site.edit(setTo("account.third"));
      const [before, saves] = [site.text(), site.saves().length];
      const args = site.args({ connectorRef: "account.second" });
      const preview = await mistakes(site.engine().preview(args, made));
      const update = await failure(
        site.engine().apply(site.args({ ...args, preflight: "off" }), made),
        "CHANGED_MEANWHILE",
      );
      assert.ok(preview.message.startsWith(update.message));
      assert.match(
        update.message,
        /: stage "build" has the image connector account\.third now, where Pulumi last saw account\.mirror\. \[CHANGED_MEANWHILE\]\n {2}Next: Nothing was touched\. Run `pulumi refresh` /,
      );
      assert.equal(site.text(), before);
      assert.equal(site.saves().length, saves);
    });

    it("after a refresh the next run puts back what the program says, and destroy what was there before us", async () => {
      site.put(adopted);
      for (const drift of [setTo("account.third"), withoutSetting]) {
        const engine = site.engine();
        const made = await engine.up(site.args({ adopt: true }));
        site.edit(drift);
        const seen = await engine.refresh(made);
        assert.ok(seen !== undefined);
        assert.notEqual(seen.outs["connectorRef"], "account.mirror");
        assert.equal((await engine.preview(site.args({ adopt: true }), seen)).diff?.changes, true);
        const back = await engine.up(site.args({ adopt: true }), seen);
        assert.ok(site.text().includes(ourLine("account.mirror", "'account.old'")), site.text());
        assert.equal(back.outs["previousConnectorRef"], "account.old");
        await engine.destroy(back);
        assert.match(site.text(), /harnessImageConnectorRef: 'account\.old'\n/);
        site.put(adopted);
      }
    });

    it("an update whose state was lost is taken up after a refresh: what it wrote is ours, and is taken back", async () => {
      for (const marker of [true, false]) {
        const engine = site.engine();
        const made = await engine.up(site.args({ marker }));
        const args = site.args({ marker, connectorRef: "account.second" });
        await engine.up(args, made);
        const seen = await engine.refresh(made);
        assert.ok(seen !== undefined);
        site.harness.clearRequests();
        const { diff } = await engine.preview(args, seen);
        assert.deepEqual(diff, { changes: true, replaces: [], deleteBeforeReplace: false });
        const taken = await engine.up(args, seen);
        assert.deepEqual(site.calls(), [], "there is nothing to be sent, only to be remembered");
        assert.equal((await engine.preview(args, taken)).diff?.changes, false);
        assert.deepEqual(await engine.refresh(taken), taken);
        await engine.destroy(taken);
        assert.equal(site.text(), pipelineText("checkout"));
      }
    });

    it("an update to the value that somebody has written already only adds the mark", async () => {
      const made = await site.engine().up(site.args());
      site.edit(setTo("account.second"));
      const updated = await site.engine().up(site.args({ connectorRef: "account.second" }), made);
      assert.ok(site.text().includes(ourLine("account.second")));
      await site.engine().destroy(updated);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it("an update finds stage and pipeline gone, and says what there is", async () => {
      const made = await site.engine().up(site.args());
      const args = site.args({ connectorRef: "account.second" });
      site.edit(() => pipelineText("checkout", stageText("builder")));
      const error = await mistakes(site.engine().preview(args, made));
      assert.match(
        error.message,
        /the pipeline has no stage "build"\. \[CANNOT_OVERRIDE\]\n {2}Next: Did you mean builder\? Its stages are builder\./,
      );
      site.harness.deletePipeline(PLACE, "checkout");
      const gone = await mistakes(site.engine().preview(args, made));
      assert.match(gone.message, /pipeline "checkout" does not exist in project default\/demo/);
      const blind = await failure(site.engine().apply({ ...args, preflight: "off" }, made), "NOT_FOUND");
      assert.match(
        blind.message,
        /pipeline default\/demo\/checkout.* is not there\. \[NOT_FOUND\]\n {2}Next: Correct orgId, /,
      );
    });

    it("a change elsewhere in the pipeline is never a difference, and stays through all that we do", async () => {
      const engine = site.engine();
      const made = await engine.up(site.args());
      site.edit(describedAnew);
      site.edit((text) => text.replace("  stages:\n", `  stages:\n${stageText("early")}`));
      const seen = await engine.refresh(made);
      assert.ok(seen !== undefined);
      const path = `pipeline.stages[1].stage.spec.infrastructure.spec.${LEAF}`;
      assert.deepEqual(seen.outs, { ...made.outs, yamlPath: path });
      assert.equal((await engine.preview(site.args(), seen)).diff?.changes, false);
      const changed = await engine.up(site.args({ connectorRef: "account.second" }), made);
      await engine.destroy(changed);
      const expected = describedAnew(pipelineText("checkout", stageText("early"), stageText("build")));
      assert.equal(site.text(), expected);
    });

    it("a stage that lost its place for the setting shows as drift, and the way out is named", async () => {
      const made = await site.engine().up(site.args());
      site.edit((text) => text.replace(/infrastructure:\n(.*\n){5}/, "runtime: { type: Cloud, spec: {} }\n"));
      const seen = await site.engine().refresh(made);
      assert.equal(seen?.outs["connectorRef"], "");
      const error = await mistakes(site.engine().preview(site.args(), seen));
      assert.match(error.message, /Harness Cloud.+\[CANNOT_OVERRIDE\]/);
      const said = await destroyedQuietly(made);
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /: nothing to take back: stage "build" runs on Harness Cloud/);
    });

    it("a stage whose text others have come to share keeps our line, and destroy says how to get it out", async () => {
      const made = await site.engine().up(site.args());
      const original = site.text();
      site.edit((text) =>
        text.replace(/infrastructure:/, "infrastructure: &shared").replace(/\n*$/, "\nmore: *shared\n"),
      );
      const error = await failure(site.engine().destroy(made), "CANNOT_OVERRIDE");
      assert.match(
        error.message,
        /shares the text of its infrastructure.+\n {2}Next: Take the line with the comment "# pulumi /s,
      );
      site.edit(() => original);
      await site.engine().destroy(made);
      assert.equal(site.text(), pipelineText("checkout"));
    });
  });
}

describe("a branch that is gone", () => {
  const site = siteOf("remote");

  it("destroy is done, refresh reports it as gone, and preview of a change names it", async () => {
    const git = { branch: "release" };
    const yaml = pipelineText("checkout");
    site.harness.putPipeline({ scope: PLACE, yaml, git: { ...REPOSITORY, ...git } });
    const made = await site.engine().up(site.args({ git }));
    const elsewhere: Stored = { ...made, outs: { ...made.outs, git: { branch: "merged" } } };
    for (const notFound of NOT_FOUNDS) {
      site.harness.set({ notFound });
      await site.engine().destroy(elsewhere);
      assert.equal(await site.engine().refresh(elsewhere), undefined);
    }
    const preview = site.engine().preview(site.args({ git: { branch: "merged" } }));
    const error = await mistakes(preview);
    assert.match(
      error.message,
      /^pipeline "checkout" of project default\/demo is not on branch "merged"; correct git\.branch \(Harness shows it on "main"\), or commit the pipeline there first/,
    );
  });
});
