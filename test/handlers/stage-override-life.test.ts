import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plain } from "../../provider/domain/plain";
import { PIPELINE_FILES, type PipelineFile } from "../pipelines";
import { OWNER, type Stored } from "./engine";
import {
  createdTogether,
  failuresOf,
  LEAF,
  ourLine,
  ownerOf,
  PLACE,
  pipelineText,
  REPOSITORY,
  replaced,
  STORES,
  siteOf,
  stageText,
  valuesOf,
} from "./pipelines";

/** How a stage can be written before us, and whether a program must say that it takes it over. */
const FORMERS = {
  "no setting": { line: [], adopt: false },
  "a plain value": { line: [`${LEAF}: account.old`], adopt: true },
  "a value in double quotes": { line: [`${LEAF}: "account.old"`], adopt: true },
  "a value in single quotes": { line: [`${LEAF}: 'account.old'`], adopt: true },
  "a value with a comment": { line: [`${LEAF}: account.old   # since 2024 (OPS-311)`], adopt: true },
  "a value with a long space": { line: [`${LEAF}:   account.old`], adopt: true },
  "a runtime input": { line: [`${LEAF}: <+input>`], adopt: true },
  "an empty text": { line: [`${LEAF}: ""`], adopt: false },
} as const;

for (const store of STORES) {
  describe(`the life of a StageImageOverride, ${store}`, () => {
    const site = siteOf(store);
    const original = pipelineText("checkout");
    const withOurs = (line: string) => original.replace(/( *)namespace: .*\n/, `$&$1${line}\n`);

    it("a create adds one line with the mark, and stores what it found [H127]", async () => {
      const made = await site.engine().up(site.args());
      assert.equal(site.text(), withOurs(ourLine("account.mirror")));
      assert.equal(site.saves().length, 1);
      assert.equal(made.id, "default/demo/checkout/build");
      const { __inputs, __former, __written, lastCommitId, ...outs } = made.outs;
      const path = `pipeline.stages[0].stage.spec.infrastructure.spec.${LEAF}`;
      const storeType = store === "inline" ? "INLINE" : "REMOTE";
      const known = {
        infrastructure: "KubernetesDirect",
        yamlPath: path,
        storeType,
        accountId: site.harness.accountId,
      };
      assert.deepEqual(outs, { ...site.args(), ...known, __owner: OWNER });
      const commits = site.harness.commits(REPOSITORY.repoName, "main");
      assert.equal(lastCommitId, store === "inline" ? undefined : commits.at(-1)?.commitId);
    });

    it("a refresh shows no difference, and a second run sends nothing", async () => {
      const engine = site.engine();
      const made = await engine.up(site.args());
      const read = await engine.refresh(made);
      assert.deepEqual(read, made);
      site.harness.clearRequests();
      assert.deepEqual(await engine.up(site.args(), read), made);
      assert.deepEqual(site.harness.requests(), []);
    });

    it("an update changes one line, and what was there before us stays on record", async () => {
      site.put(pipelineText("checkout", stageText("build", `${LEAF}: account.old # ours?`)));
      const before = site.text();
      const engine = site.engine();
      const made = await engine.up(site.args({ adopt: true }));
      const changed = await engine.up(site.args({ adopt: true, connectorRef: "account.second" }), made);
      const line = `${LEAF}: account.second # ours? # pulumi ${OWNER}: was account.old`;
      assert.equal(site.text(), before.replace(/harnessImage.*/, line));
      assert.equal(site.saves().length, 2);
      assert.equal(changed.outs["connectorRef"], "account.second");
      assert.equal(changed.outs["previousConnectorRef"], "account.old");
      assert.deepEqual(await engine.refresh(changed), changed);
      await engine.destroy(changed);
      assert.equal(site.text(), before);
    });

    it("what says only how we treat the stage sends nothing when it changes, and is remembered", async () => {
      const engine = site.engine();
      let stored = await engine.up(site.args());
      const git = store === "remote" ? { git: { branch: "main", commitMessage: "Mirror" } } : {};
      const changes: Plain[] = [{ adopt: "takeover" }, { onDelete: "retain" }, { allowNonAccountScope: true }, git];
      for (let count = 1; count <= changes.length; count += 1) {
        const args = site.args(Object.assign({}, ...changes.slice(0, count)));
        site.harness.clearRequests();
        stored = await engine.up(args, stored);
        assert.deepEqual(site.harness.requests(), []);
        for (const [key, value] of Object.entries(args)) assert.deepEqual(stored.outs[key], value, key);
      }
      assert.deepEqual(await engine.refresh(stored), stored);
      stored = await engine.up(site.args(), stored);
      assert.equal(stored.outs["onDelete"], undefined);
      assert.deepEqual(await engine.refresh(stored), stored);
    });

    it("marker: false takes the comment away and nothing else, true brings it back", async () => {
      const engine = site.engine();
      const made = await engine.up(site.args());
      const bare = await engine.up(site.args({ marker: false }), made);
      assert.equal(site.text(), withOurs(`${LEAF}: account.mirror`));
      assert.deepEqual(await engine.refresh(bare), bare);
      await engine.up(site.args({ connectorRef: "account.second", marker: false }), bare);
      assert.equal(site.text(), withOurs(`${LEAF}: account.second`));
      const again = await engine.refresh(bare);
      assert.ok(again !== undefined);
      const marked = await engine.up(site.args(), again);
      assert.equal(site.text(), withOurs(ourLine("account.mirror")));
      await engine.destroy(marked);
      assert.equal(site.text(), original);
    });

    for (const [name, { line, adopt }] of Object.entries(FORMERS)) {
      it(`destroy puts back ${name}, to the byte, marked or not`, async () => {
        const before = pipelineText("checkout", stageText("build", ...line));
        for (const marker of [true, false]) {
          site.put(before);
          const args = (connectorRef: string) => site.args({ connectorRef, marker, ...(adopt ? { adopt } : {}) });
          const engine = site.engine();
          const made = await engine.up(args("account.mirror"));
          assert.notEqual(site.text(), before);
          const refreshed = await engine.refresh(made);
          assert.deepEqual(refreshed, made);
          await engine.destroy(await engine.up(args("account.second"), made));
          assert.equal(site.text(), before);
        }
      });
    }

    it("a setting without a value, which Harness would refuse, is taken out instead of put back, and that is said [H132]", async () => {
      for (const [written, shown] of [
        ["", "an empty setting"],
        [" # later", "an empty setting"],
        [" null", "null"],
        [" ~", "~"],
      ] as const) {
        site.put(pipelineText("checkout", stageText("build", `${LEAF}:${written}`)));
        const engine = site.engine();
        const made = await engine.up(site.args());
        assert.equal(made.outs["previousConnectorRef"], undefined);
        assert.equal(site.text().split("\n").length, original.split("\n").length + 1);
        await engine.destroy(made);
        assert.equal(site.text(), original);
        const told = `StageImageOverride "thing": taken out: what stage default/demo/checkout/build had before (${shown}) is nothing that Harness takes`;
        assert.deepEqual(engine.said, [`harness-images: ${told}`]);
      }
    });

    it("a setting in single quotes is found and left as others wrote it", async () => {
      const before = pipelineText("checkout", stageText("build", `'${LEAF}': 'account.old'`));
      site.put(before);
      const engine = site.engine();
      const made = await engine.up(site.args({ adopt: true }));
      assert.match(site.text(), /'harnessImageConnectorRef': account\.mirror # pulumi .+: was 'account\.old'\n/);
      await engine.destroy(made);
      assert.equal(site.text(), before);
    });

    it('onDelete: "remove" takes the setting out, whatever was there', async () => {
      site.put(pipelineText("checkout", stageText("build", `${LEAF}: account.old # since 2024`)));
      const engine = site.engine();
      await engine.destroy(await engine.up(site.args({ adopt: true, onDelete: "remove" })));
      assert.equal(site.text(), original);
    });

    it('onDelete: "retain" leaves the value, takes the mark away, and says so', async () => {
      const engine = site.engine();
      await engine.destroy(await engine.up(site.args({ onDelete: "retain" })));
      assert.equal(site.text(), withOurs(`${LEAF}: account.mirror`));
      const told =
        'harness-images: StageImageOverride "thing": stage default/demo/checkout/build keeps the image connector account.mirror';
      assert.deepEqual(engine.said, [told]);
      const bare = await engine.up(site.args({ onDelete: "retain", adopt: true, marker: false }));
      const saves = site.saves().length;
      await engine.destroy(bare);
      assert.equal(site.saves().length, saves, "without a mark there is nothing to take away");
    });

    it("another stage, pipeline, project, organisation or branch is a replacement, the old one first", async () => {
      const engine = site.engine({ config: { "harness:preflight": "off" } });
      const made = await engine.up(site.args());
      const others: Readonly<Record<string, Plain>> = {
        stageIdentifier: { stageIdentifier: "test" },
        pipelineIdentifier: { pipelineIdentifier: "release" },
        projectId: { projectId: "other" },
        orgId: { orgId: "other" },
        "git.branch": { git: { branch: "release" } },
      };
      for (const [key, change] of Object.entries(others)) {
        const { diff } = await engine.preview(site.args(change), made);
        assert.deepEqual(diff, { changes: true, replaces: [key], deleteBeforeReplace: true });
      }
    });

    it("a replacement gives the old stage back and overrides the new one", async () => {
      const before = pipelineText("checkout", stageText("build"), stageText("test", `${LEAF}: account.old`));
      site.put(before);
      const engine = site.engine();
      const made = await engine.up(site.args({ adopt: true }));
      const moved = await replaced(engine, site.args({ adopt: true, stageIdentifier: "test" }), made);
      assert.equal(site.text(), before.replace(`${LEAF}: account.old`, ourLine("account.mirror", "account.old")));
      await engine.destroy(moved);
      assert.equal(site.text(), before);
    });

    it("a replacement of the same stage that is made before the old one goes leaves the new one alone", async () => {
      const engine = site.engine();
      const made = await engine.up(site.args());
      await engine.phase(async (phase) => {
        const again = await phase.create(await phase.checked(site.args(), made));
        await phase.delete(made);
        assert.equal(again.outs["__former"], "absent");
      });
      assert.equal(site.text(), withOurs(ourLine("account.mirror")));
      assert.match(
        engine.said.join("\n"),
        /the stage is overridden by this program anew; only the old record is dropped/,
      );
    });

    for (const { file, pipeline, stages } of PIPELINE_FILES) {
      it(`${file}: every stage is overridden, refreshed, changed, and given back to the byte`, async () => {
        const text = readFileSync(join(__dirname, "../pipelines", file), "utf8");
        site.put(text);
        const engine = site.engine();
        const members = (connectorRef: string) => stages.map((stage) => member(pipeline, stage, connectorRef));
        const made = await engine.phase(async (phase) =>
          valuesOf(await createdTogether(phase, members("account.mirror"))),
        );
        assert.equal(site.saves(pipeline).length, 1);
        const formers = stages.map(({ former }) => former);
        assert.deepEqual(
          made.map(({ outs }) => outs["previousConnectorRef"]),
          formers,
        );
        assert.deepEqual(
          made.map(({ outs }) => outs["infrastructure"]),
          stages.map((one) => one.infrastructure),
        );
        for (const one of made) assert.deepEqual(await engine.refresh(one), one);
        const changed = await engine.phase((phase) =>
          Promise.all(
            members("account.second").map(async ({ name, args }, index) => {
              const before = made[index];
              assert.ok(before !== undefined);
              return phase.as(ownerOf(name)).update(before, await phase.as(ownerOf(name)).checked(args, before));
            }),
          ),
        );
        assert.equal(site.saves(pipeline).length, 2);
        const results = await engine.phase((phase) =>
          Promise.allSettled(changed.map((one: Stored) => phase.delete(one))),
        );
        assert.deepEqual(failuresOf(results), []);
        assert.equal(site.saves(pipeline).length, 3);
        assert.equal(site.text(pipeline), text);
      });
    }

    function member(pipeline: string, { stage, adopt }: PipelineFile["stages"][number], connectorRef: string) {
      const args = { pipelineIdentifier: pipeline, stageIdentifier: stage, connectorRef, ...(adopt ? { adopt } : {}) };
      return { name: stage, args: site.args(args) };
    }
  });
}

describe("what a commit says", () => {
  const site = siteOf("remote");
  const messages = () =>
    site.harness
      .commits(REPOSITORY.repoName, "main")
      .map(({ message }) => message)
      .slice(1);

  it("it names stage and connector, and what is taken back [H162] [H163]", async () => {
    const engine = site.engine();
    await engine.destroy(await engine.up(site.args()));
    assert.deepEqual(messages(), [
      "Image connector of stage build: account.mirror",
      "Image connector of stage build taken back",
    ]);
  });

  it("the program's own words come first where it gives some", async () => {
    const git = { branch: "main", commitMessage: "Pull Harness images from the mirror" };
    await site.engine().up(site.args({ git }));
    assert.deepEqual(messages(), ["Pull Harness images from the mirror"]);
  });

  it("one commit for several stages names each, under the words of those that have some", async () => {
    const text = pipelineText("checkout", stageText("build"), stageText("test"), stageText("scan"));
    site.put(text);
    const git = { branch: "main", commitMessage: "Mirror" };
    await site.engine().phase(async (phase) => {
      const members = ["build", "test"].map((stage) => ({ name: stage, args: site.args({ stageIdentifier: stage }) }));
      valuesOf(await createdTogether(phase, members));
    });
    const both = "Image connectors of 2 stages\n\nstage build: account.mirror\nstage test: account.mirror";
    assert.equal(messages().at(-1), both);
    site.put(text);
    await site.engine().phase(async (phase) => {
      const members = ["build", "test"].map((stage, index) => ({
        name: stage,
        args: site.args({ stageIdentifier: stage, ...(index === 0 ? { git } : {}) }),
      }));
      valuesOf(await createdTogether(phase, members));
    });
    assert.equal(messages().at(-1), "Mirror\n\nstage test: account.mirror");
  });

  it("only the branch that was named gets the commit", async () => {
    const git = { repoName: REPOSITORY.repoName, connectorRef: "account.github", branch: "release" };
    site.harness.putPipeline({ scope: PLACE, yaml: pipelineText("checkout"), git });
    const made = await site.engine().up(site.args({ git: { branch: "release" } }));
    assert.equal(site.text(), pipelineText("checkout"));
    assert.match(site.harness.pipelineYaml(PLACE, "checkout", "release") ?? "", /account\.mirror/);
    await site.engine().destroy(made);
    assert.equal(site.harness.pipelineYaml(PLACE, "checkout", "release"), pipelineText("checkout"));
  });
});
