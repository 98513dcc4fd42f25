import assert from "node:assert/strict";
import { keptBy } from "../../provider/errors";
import { failure } from "./contract/life";
import type { Stored } from "./engine";
import {
  createdTogether,
  describedAnew,
  failuresOf,
  LEAF,
  ourLine,
  ownerOf,
  PLACE,
  pipelineText,
  STORES,
  setTo,
  siteOf,
  stageText,
  until,
  valuesOf,
  withoutSetting,
} from "./pipelines";

const CONFLICTS = ["blob", "commit", "scm"] as const;

for (const store of STORES) {
  describe(`a save that meets others, ${store}`, () => {
    const site = siteOf(store);
    const original = pipelineText("checkout");
    const lines = (text: string) => text.split("\n").filter((line) => line.includes(LEAF)).length;

    it("what others saved since our first look is kept: ours is made in their text", async () => {
      await site.engine().phase(async (phase) => {
        const inputs = await phase.checked(site.args());
        site.edit(describedAnew);
        await phase.create(inputs);
        assert.equal(lines(site.text()), 1);
      });
      assert.match(site.text(), /description: edited meanwhile/);
      await site.engine().destroy(await site.engine().up(site.args()));
      assert.equal(site.text(), describedAnew(original));
    });

    for (const [what, change] of [
      ["sets", setTo("account.third")],
      ["takes out", withoutSetting],
    ] as const) {
      it(`somebody who ${what} our setting between look and save is left alone, and both values are named`, async () => {
        site.put(pipelineText("checkout", stageText("build", `${LEAF}: account.old`)));
        await site.engine().phase(async (phase) => {
          const inputs = await phase.checked(site.args({ adopt: true }));
          site.edit(change);
          const before = site.text();
          const error = await failure(phase.create(inputs), "CHANGED_MEANWHILE");
          const now = what === "sets" ? "account.third" : "no image connector";
          assert.match(
            error.message,
            new RegExp(`somebody changed .+ at the same moment: there was account\\.old, now there is ${now}\\.`),
          );
          assert.match(
            error.message,
            /Next: Nothing of it was touched\. Run again when it is settled what the stage is to have/,
          );
          assert.equal(site.text(), before);
        });
        assert.deepEqual(site.saves(), []);
      });
    }

    it("the save of a killed run that arrives between look and save is our own, and taken up", async () => {
      await site.engine().phase(async (phase) => {
        const inputs = await phase.checked(site.args());
        site.edit((text) => setTo("x")(text).replace(`${LEAF}: x`, ourLine("account.second")));
        const made = await phase.create(inputs);
        assert.equal(made.outs["previousConnectorRef"], undefined);
        assert.ok(site.text().includes(ourLine("account.mirror")));
        assert.equal(lines(site.text()), 1);
      });
    });

    it("a stage that vanishes between look and save is an error that says which stages there are", async () => {
      await site.engine().phase(async (phase) => {
        const inputs = await phase.checked(site.args());
        site.edit(() => pipelineText("checkout", stageText("another")));
        const error = await failure(phase.create(inputs), "CANNOT_OVERRIDE");
        assert.match(error.message, /the pipeline has no stage "build"\..+\n {2}Next: Its stages are another\./);
      });
      assert.deepEqual(site.saves(), []);
    });

    it("a save of others right after ours that keeps ours is no matter", async () => {
      const made = site.engine().up(site.args());
      await site.afterSave(() => site.edit(describedAnew));
      const { outs } = await made;
      assert.equal(outs["connectorRef"], "account.mirror");
      assert.equal(site.saves().length, 1);
      assert.equal(site.text(), describedAnew(site.text()));
      await site.engine().destroy(await made);
      assert.equal(site.text(), describedAnew(original));
    });

    it("a save of others right after ours that drops ours has ours made again, in their text", async () => {
      const made = site.engine().up(site.args());
      await site.afterSave(() => site.edit(() => describedAnew(original)));
      await made;
      assert.equal(site.saves().length, 2);
      assert.equal(withoutSetting(site.text()), describedAnew(original));
      assert.equal(lines(site.text()), 1);
    });

    it("a save of others right after ours that sets another value keeps it, and both are named", async () => {
      const made = site.engine().up(site.args());
      const outcome = Promise.allSettled([made]);
      await site.afterSave(() => site.edit(setTo("account.third")));
      await outcome;
      const { message } = await failure(made, "CHANGED_MEANWHILE");
      assert.match(message, /there was no image connector, now there is account\.third\./);
      assert.match(site.text(), /harnessImageConnectorRef: account\.third\n/);
    });

    it("a destroy that meets others keeps what they did", async () => {
      const made = await site.engine().up(site.args());
      const destroyed = site.engine().destroy(made);
      await site.afterSave(() => site.edit(describedAnew));
      await destroyed;
      assert.equal(site.text(), describedAnew(original));
    });
  });
}

describe("a save that comes over another one of an inline pipeline [H157]", () => {
  const site = siteOf("inline");
  const members = () =>
    ["build", "test", "scan"].map((stage) => ({ name: stage, args: site.args({ stageIdentifier: stage }) }));

  it("a create fails, keeps the resource, and says what may be missing", async () => {
    site.beforeSave(() => site.edit(describedAnew));
    const error = await failure(site.engine().up(site.args()), "OVERWRITTEN");
    assert.equal(
      error.message,
      'StageImageOverride "thing" is in place (stage default/demo/checkout/build), but a save of somebody else came in the same ' +
        "moment and may be lost: of an inline pipeline Harness keeps the last save only (a run that starts " +
        "or ends is counted too, and loses nothing). [OVERWRITTEN]\n" +
        "  Next: Look into the pipeline's history in Harness whether an edit is missing, and make it again. This override is in the " +
        "state; the next `pulumi up` has nothing to do for it.",
    );
    const kept = keptBy(error);
    assert.equal(kept?.id, "default/demo/checkout/build");
    assert.ok(site.text().includes(ourLine("account.mirror")));
    const stored: Stored = { id: kept.id, inputs: {}, outs: { ...kept.outs } };
    assert.equal((await site.engine().preview(site.args(), stored)).diff?.changes, false);
    await site.engine().destroy(stored);
    assert.equal(site.text(), pipelineText("checkout"));
  });

  it("an update keeps its new outputs, a destroy is done and only says it", async () => {
    const made = await site.engine().up(site.args());
    site.beforeSave(() => {
      site.edit(describedAnew);
      site.edit(describedAnew);
    });
    const error = await failure(site.engine().up(site.args({ connectorRef: "account.second" }), made), "OVERWRITTEN");
    assert.match(error.message, /is in place .+, but 2 saves of others came in the same moment and may be lost/);
    const outs = { ...keptBy(error)?.outs };
    assert.equal(outs["connectorRef"], "account.second");
    site.beforeSave(() => site.edit(describedAnew));
    const engine = site.engine();
    await engine.destroy({ ...made, outs });
    assert.equal(site.text(), pipelineText("checkout"));
    assert.equal(engine.said.length, 1);
    assert.match(
      engine.said[0] ?? "",
      /is taken back, but a save of somebody else came in the same moment .+ Look into the pipeline's history/,
    );
  });

  it("of resources saved together only one says it", async () => {
    site.put(pipelineText("checkout", stageText("build"), stageText("test"), stageText("scan")));
    site.beforeSave(() => site.edit(describedAnew));
    const results = await site.engine().phase((phase) => createdTogether(phase, members()));
    const failures = failuresOf(results);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", /\[OVERWRITTEN\]/);
    assert.equal(site.text().match(/# pulumi/g)?.length, 3);
  });

  it("it is seen as well when the answer to our save is lost", async () => {
    site.beforeSave(() => site.edit(describedAnew));
    site.harness.inject({ drop: "after", match: { method: "PUT" } });
    const error = await failure(site.engine().up(site.args()), "OVERWRITTEN");
    assert.match(error.message, /a save of somebody else came/);
    assert.equal(site.saves().length, 1);
  });

  it("a save that is lost before it is applied comes over nobody", async () => {
    site.harness.inject({ drop: "before", match: { method: "PUT" } });
    const made = site.engine().up(site.args());
    await until(() => site.calls().some((call) => call.startsWith("PUT")));
    site.edit(describedAnew);
    await made;
    assert.ok(site.text().includes(ourLine("account.mirror")));
    assert.equal(withoutSetting(site.text()), describedAnew(pipelineText("checkout")));
  });

  it("a run of the pipeline in the same moment is counted as well, and the message says that it can be that [H149]", async () => {
    site.beforeSave(() => site.harness.runPipeline(PLACE, "checkout"));
    const error = await failure(site.engine().up(site.args()), "OVERWRITTEN");
    assert.match(error.message, /a run that starts or ends is counted too, and loses nothing/);
    assert.ok(site.text().includes(ourLine("account.mirror")));
  });

  for (const summaryVersion of ["absent", "constant"] as const) {
    const notice =
      /Harness does not tell how often pipeline default\/demo\/checkout was saved: .+ look into its history/;

    it(`where the count is ${summaryVersion}, update and destroy say that nobody watched [H149]`, async () => {
      site.harness.set({ summaryVersion });
      const engine = site.engine();
      const made = await engine.up(site.args());
      assert.match(engine.said.join("\n"), notice);
      const destroying = site.engine();
      await destroying.destroy(made);
      assert.match(destroying.said.join("\n"), notice);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it(`where the count is ${summaryVersion}, so does a save whose answer is lost [H149]`, async () => {
      site.harness.set({ summaryVersion });
      site.harness.inject({ drop: "after", match: { method: "PUT" } });
      const engine = site.engine();
      await engine.up(site.args());
      assert.match(engine.said.join("\n"), notice);
      assert.equal(site.saves().length, 1);
    });
  }

  it("where Harness counts no saves it reads the text, and cannot tell [H149]", async () => {
    site.harness.set({ summaryVersion: "absent" });
    site.harness.clearRequests();
    await site.engine().apply(site.args());
    const v1 = "/v1/orgs/default/projects/demo/pipelines/checkout";
    const v0 = "/pipeline/api/pipelines";
    assert.deepEqual(site.calls(), [`GET ${v1}`, `GET ${v0}/summary/checkout`, `PUT ${v0}/v2/checkout`, `GET ${v1}`]);
    assert.ok(site.text().includes(ourLine("account.mirror")));
  });

  it("where Harness refuses the summary it reads the text as well", async () => {
    site.harness.inject({
      status: 400,
      body: { status: "ERROR", code: "INVALID_REQUEST" },
      times: 9,
      match: { path: "/summary/" },
    });
    site.harness.clearRequests();
    const engine = site.engine();
    const made = await engine.up(site.args());
    assert.match(engine.said.join("\n"), /an edit of somebody else in the same moment would go unnoticed/);
    const [first, ...then] = site.calls().filter((call) => !call.includes("/connectors"));
    const last = then.at(-1);
    assert.deepEqual([first, last], new Array(2).fill("GET /v1/orgs/default/projects/demo/pipelines/checkout"));
    assert.ok(then.some((call) => call.includes("/summary/")));
    await site.engine().destroy(made);
    assert.equal(site.text(), pipelineText("checkout"));
  });
});

for (const gitConflict of CONFLICTS) {
  describe(`a conflict in Git, ${gitConflict} [H164] [H165] [H166]`, () => {
    const site = siteOf("remote");
    beforeEach(() => site.harness.set({ gitConflict }));

    it("is read again and tried again, and nothing of others is lost", async () => {
      site.beforeSave(() => site.edit((text) => `${text}# and one more\n`), 3);
      const made = await site.engine().up(site.args());
      assert.equal(site.saves().length, 1);
      assert.equal(withoutSetting(site.text()), `${pipelineText("checkout")}${"# and one more\n".repeat(3)}`);
      assert.equal(made.outs["lastCommitId"], site.harness.commits("shop", "main").at(-1)?.commitId);
      const puts = site.harness.requests().filter(({ method }) => method === "PUT");
      assert.deepEqual(
        puts.map(({ query }) => query["resolvedConflictCommitId"]),
        [undefined, undefined, undefined, undefined],
      );
      site.beforeSave(() => site.edit((text) => `${text}# and one more\n`));
      await site.engine().destroy(made);
      assert.equal(site.text(), `${pipelineText("checkout")}${"# and one more\n".repeat(4)}`);
    });

    it("is tried again also where only the mark comes or goes", async () => {
      site.put(pipelineText("checkout", stageText("build", `${LEAF}: account.mirror`)));
      const edit = () => site.edit((text) => `${text}# and one more\n`);
      site.beforeSave(edit);
      const made = await site.engine().up(site.args({ adopt: true }));
      assert.ok(site.text().includes(ourLine("account.mirror", "account.mirror")));
      site.beforeSave(edit);
      await site.engine().destroy(made);
      const notes = "# and one more\n".repeat(2);
      assert.equal(site.text(), pipelineText("checkout", stageText("build", `${LEAF}: account.mirror`)) + notes);
    });

    it("costs a look and a save more, not two looks", async () => {
      site.beforeSave(() => site.edit((text) => `${text}# and one more\n`));
      await site.engine().apply(site.args());
      const methods = site.calls().map((call) => call.split(" ")[0]);
      assert.deepEqual(methods, ["GET", "GET", "PUT", "GET", "PUT", "GET"]);
    });

    it("with somebody who sets our own setting is theirs", async () => {
      site.beforeSave(() => site.edit(setTo("account.third")));
      const error = await failure(site.engine().up(site.args()), "CHANGED_MEANWHILE");
      assert.match(error.message, /there was no image connector, now there is account\.third\./);
      assert.deepEqual(site.saves(), []);
    });

    it("of a destroy with somebody who sets our own setting leaves it to them, and says so", async () => {
      const made = await site.engine().up(site.args());
      site.beforeSave(() => site.edit(setTo("account.third")));
      const engine = site.engine();
      await engine.destroy(made);
      assert.match(
        engine.said.join(),
        /left as it is: stage default\/demo\/checkout\/build has the image connector account\.third now/,
      );
      assert.equal(site.saves().length, 1);
      assert.match(site.text(), /harnessImageConnectorRef: account\.third\n/);
    });

    it("without end is an error after a number of attempts, and the next run succeeds", async () => {
      site.beforeSave(() => site.edit((text) => `${text}# and one more\n`), Number.POSITIVE_INFINITY);
      const error = await failure(site.engine().up(site.args()), "CHANGED_MEANWHILE");
      assert.match(
        error.message,
        /others saved pipeline default\/demo\/checkout \(branch main\) each of the 30 times we were about to\. \[CHANGED_MEANWHILE\]\n {2}Harness said: .+\n {2}Next: Run `pulumi up` again when it is quieter/,
      );
      assert.deepEqual(site.saves(), []);
      site.harness.set({ opaDeny: null });
      await site.engine().up(site.args());
      assert.equal(site.saves().length, 1);
    });
  });
}

describe("a refusal by Git that is no conflict", () => {
  const site = siteOf("remote");

  it("is Harness's own words, said once and sent once", async () => {
    const body = { status: "ERROR", code: "INVALID_REQUEST", message: "The branch is protected." };
    site.harness.inject({ status: 400, body, times: 9, match: { method: "PUT" } });
    const error = await failure(site.engine().up(site.args()), "REFUSED");
    assert.match(error.message, /Harness said: The branch is protected\./);
    assert.equal(site.calls().filter((call) => call.startsWith("PUT")).length, 1);
  });

  it("a pipeline that moves from inline to Git between look and save gets no commit that nobody asked for", async () => {
    site.harness.deletePipeline({ orgId: "default", projectId: "demo" }, "checkout");
    const scope = { orgId: "default", projectId: "demo" };
    site.harness.putPipeline({ scope, yaml: pipelineText("checkout") });
    await site.engine().phase(async (phase) => {
      const inputs = await phase.checked(site.args({ git: undefined }));
      site.put(pipelineText("checkout"));
      const error = await failure(phase.create(inputs), "CANNOT_OVERRIDE");
      assert.match(
        error.message,
        /the pipeline lives in Git .+\n {2}Next: Say on which branch: git: \{ branch: "main" \}\./,
      );
    });
    assert.deepEqual(site.saves(), []);
  });

  it("two branches of a pipeline are saved each by itself", async () => {
    const git = { repoName: "shop", branch: "release", connectorRef: "account.github" };
    site.harness.putPipeline({ scope: { orgId: "default", projectId: "demo" }, yaml: pipelineText("checkout"), git });
    const members = ["main", "release"].map((branch) => ({ name: branch, args: site.args({ git: { branch } }) }));
    const made = await site.engine().phase(async (phase) => valuesOf(await createdTogether(phase, members)));
    assert.equal(made.length, 2);
    for (const branch of ["main", "release"]) {
      const text = site.harness.pipelineYaml({ orgId: "default", projectId: "demo" }, "checkout", branch) ?? "";
      assert.ok(text.includes(ourLine("account.mirror", "absent", ownerOf(branch))));
    }
  });
});
