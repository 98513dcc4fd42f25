import assert from "node:assert/strict";
import { placeOf } from "../../provider/domain/override-place";
import { readPipeline } from "../../provider/domain/pipeline-stages";
import type { Plain } from "../../provider/domain/plain";
import { createRuntime } from "../../provider/runtime";
import { Session } from "../../provider/session";
import { failure, mistakes } from "./contract/life";
import { Phase, UNKNOWN } from "./engine";
import { LEAF, ownerOf, PLACE, pipelineText, REPOSITORY, STORES, siteOf, stageText } from "./pipelines";

const NOT_FOUNDS = ["404", "400", "404-entity"] as const;

for (const store of STORES) {
  const where = store === "inline" ? "" : ", branch main";
  const cannot = `cannot override the image connector of stage default/demo/checkout/build${where} (StageImageOverride "thing"): `;

  describe(`the preview of a StageImageOverride, ${store}`, () => {
    const site = siteOf(store);
    const said = async (more: Plain) => (await mistakes(site.engine().preview(site.args(more)))).message;

    it("a stage that can have no override is an error with the pipeline's name and the way out, in preview and create [H129]", async () => {
      const blind = site.engine({ config: { "harness:preflight": "off" } });
      const stage = (body: string) => `    - stage: { identifier: build, name: build, ${body} }\n`;
      const cases: Readonly<Record<string, RegExp>> = {
        "type: CI, spec: { runtime: { type: Cloud, spec: {} } }": /Harness Cloud.+account\.harnessImage/s,
        "type: CI, spec: { infrastructure: { useFromStage: first } }": /stage "first" \(useFromStage\)/,
        "type: Approval, spec: {}": /of type Approval/,
        "type: Pipeline, spec: { pipeline: other }": /the pipeline "other"/,
        "template: { templateRef: account.golden }": /template account\.golden.+harnessImageConnectorRef: <\+input>/s,
        'type: CI, spec: { infrastructure: "<+input>" }': /a runtime input/,
      };
      for (const [body, words] of Object.entries(cases)) {
        site.put(pipelineText("checkout", stage(body)));
        const pipeline = readPipeline(site.text());
        assert.ok(!("problem" in pipeline));
        const refusal = placeOf(pipeline, "build");
        assert.ok("what" in refusal);
        const text = `${cannot}${refusal.what}. [CANNOT_OVERRIDE]\n  Next: ${refusal.next}`;
        assert.match(text, words);
        assert.equal((await said({})).split("\n(Pulumi stops")[0], text);
        assert.equal((await failure(blind.up(site.args()), "CANNOT_OVERRIDE")).message, text);
      }
    });

    it("text that cannot be read is an error that names the line", async () => {
      site.put(pipelineText("checkout"));
      site.edit((text) => `${text}  bad: [\n`);
      assert.match(
        await said({}),
        /\(StageImageOverride "thing"\): the YAML of the pipeline cannot be read: .+, in line \d+\. \[CANNOT_OVERRIDE\]/,
      );
    });

    it("a pipeline, project or organisation that is missing is named, whichever it is [H120] [H121] [H158]", async () => {
      for (const notFound of NOT_FOUNDS) {
        site.harness.set({ notFound });
        const pipeline = await said({ pipelineIdentifier: "nowhere" });
        assert.ok(
          pipeline.startsWith(
            `pipeline "nowhere" does not exist in project default/demo; correct pipelineIdentifier, or create the pipeline ` +
              'first (if this program creates it in the same run, write preflight: "off" on this resource)',
          ),
          pipeline,
        );
        assert.match(
          await said({ projectId: "nowhere" }),
          /^project "nowhere" does not exist in organisation "default"/,
        );
        assert.match(await said({ orgId: "nowhere" }), /^organisation "nowhere" does not exist in account /);
      }
      assert.match(
        await said({ pipelineIdentifier: "chekout" }),
        /correct pipelineIdentifier \(did you mean checkout\?\), or create/,
      );
      const body = { status: "ERROR", code: "INVALID_REQUEST", message: "doesn't exist or has been deleted" };
      site.harness.inject({ status: 400, body, match: { path: "/pipelines/nowhere" } });
      assert.match(await said({ pipelineIdentifier: "nowhere" }), /^pipeline "nowhere" does not exist/);
      assert.equal(site.harness.pendingFaults(), 0, "the fault was not met");
    });

    it("a pipeline that is missing is named, also when Harness does not list the others", async () => {
      const unlisted = { status: 403, times: 2, match: { path: /\/pipelines$/ } };
      site.harness.inject(unlisted);
      const branch = store === "remote" ? ', or its branch "main" does not' : "";
      assert.ok(
        (await said({ pipelineIdentifier: "chekout" })).startsWith(
          `pipeline "chekout" does not exist in project default/demo${branch}; correct pipelineIdentifier, or create`,
        ),
      );
      assert.equal(site.harness.pendingFaults(), 0, "the fault was not met");
    });

    it("a stage that is misspelt is told the one that is meant", async () => {
      site.put(pipelineText("checkout", stageText("build"), stageText("deploy")));
      assert.match(
        await said({ stageIdentifier: "biuld" }),
        /no stage "biuld"\. .+Next: Did you mean build\? Its stages are build, deploy\./s,
      );
    });

    it("a connector that is missing is named, at the scope the reference means [H141] [H160]", async () => {
      const missing =
        /^connectorRef names the connector \S+, which does not exist in (.+); correct it, or create the connector first /;
      assert.equal(missing.exec(await said({ connectorRef: "account.nowhere" }))?.[1], "the account");
      const any = { allowNonAccountScope: true };
      assert.match(missing.exec(await said({ ...any, connectorRef: "org.nowhere" }))?.[1] ?? "", /default/);
      assert.match(missing.exec(await said({ ...any, connectorRef: "mirror" }))?.[1] ?? "", /demo/);
      assert.match(
        await said({ connectorRef: "account.miror" }),
        /^connectorRef names the connector account\.miror, which .+; correct it \(did you mean account\.mirror\?\), or/,
      );
      site.harness.putConnector({
        scope: PLACE,
        identifier: "own",
        spec: { dockerRegistryUrl: "https://a.b", auth: { type: "Anonymous" } },
      });
      await site.engine().preview(site.args({ ...any, connectorRef: "own" }));
    });

    it("a connector of another type is refused [H113]", async () => {
      site.harness.putConnector({ identifier: "git", type: "Github", spec: { url: "https://github.com" } });
      assert.match(
        await said({ connectorRef: "account.git" }),
        /^connectorRef names the connector account\.git, which is of type Github; Harness pulls its images only through a Docker Registry connector \(DockerRegistry\): name one of these/,
      );
    });

    it("an expression is written as it is where that is allowed, and nobody is asked about it", async () => {
      const engine = site.engine();
      const ref = { connectorRef: "<+variable.account.mirror>", allowNonAccountScope: true };
      await engine.preview(site.args(ref));
      assert.match(engine.said.join(), /connectorRef is an expression, .+; it is written as it is/);
      const made = await site.engine().up(site.args(ref));
      assert.ok(site.text().includes(`${LEAF}: "<+variable.account.mirror>" # pulumi`));
      assert.deepEqual(await site.engine().refresh(made), made);
      await site.engine().destroy(made);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it("what is not known yet passes, and is asked about when it is", async () => {
      await site.engine().preview(site.args({ connectorRef: UNKNOWN }));
      assert.match(await said({ connectorRef: UNKNOWN, stageIdentifier: "nowhere" }), /no stage "nowhere"/);
      for (const key of ["orgId", "projectId", "pipelineIdentifier", "stageIdentifier"]) {
        await site.engine().preview(site.args({ [key]: UNKNOWN }));
      }
      await site.engine().preview(site.args({ git: UNKNOWN }));
      await site.engine().preview(site.args({ git: { branch: UNKNOWN } }));
      const made = await site.engine().up(site.args());
      const { diff } = await site.engine().preview(site.args({ connectorRef: UNKNOWN }), made);
      assert.deepEqual(diff, { changes: true, replaces: [], deleteBeforeReplace: false });
    });

    it("whether to adopt can be known later", async () => {
      site.put(pipelineText("checkout", stageText("build", `${LEAF}: account.old`)));
      await site.engine().preview(site.args({ adopt: UNKNOWN }));
    });

    it('preflight: "off" asks nothing, for one resource or for all', async () => {
      const args = { stageIdentifier: "nowhere", connectorRef: "account.nowhere" };
      await site.engine().preview(site.args({ ...args, preflight: "off" }));
      await site.engine({ config: { "harness:preflight": "off" } }).preview(site.args(args));
      assert.deepEqual(site.harness.requests(), []);
    });

    it("without a key only what can be known offline is checked, and that is said", async () => {
      const engine = site.engine({ config: { "harness:platformApiKey": undefined } });
      await engine.preview(site.args({ stageIdentifier: "nowhere" }));
      assert.match(
        engine.said.join(),
        /StageImageOverride "thing": only checked offline: no Harness API key is configured/,
      );
      const error = await mistakes(engine.preview(site.args({ connectorRef: "org.mirror" })));
      assert.match(
        error.message,
        /^connectorRef \(org\.mirror\) names a connector of the organisation, but Harness asks for one at account scope here/,
      );
      assert.deepEqual(site.harness.requests(), []);
    });

    it("many overrides of a pipeline are checked with one read of it", async () => {
      const stages = Array.from({ length: 20 }, (_, index) => `stage_${index}`);
      site.put(pipelineText("checkout", ...stages.map((stage) => stageText(stage))));
      site.harness.clearRequests();
      await site.engine().phase(async (phase) => {
        for (const stage of stages) await phase.as(ownerOf(stage)).checked(site.args({ stageIdentifier: stage }));
      });
      assert.equal(site.calls().length, 1);
      // The pipeline, the connector (once, then the list), and what the key may do.
      assert.ok(site.harness.requests().length <= 4, `${site.harness.requests().length} calls`);
    });

    it("what the key may not look at is a notice, and an error where that is wanted", async () => {
      const key = site.harness.addToken({ permissions: ["core_connector_view"] });
      const config = { "harness:platformApiKey": key };
      const engine = site.engine({ config });
      await engine.preview(site.args());
      assert.match(engine.said.join(), /not checked against Harness .+ lacks core_pipeline_view/);
      const strict = site.engine({ config: { ...config, "harness:preflight": "strict" } });
      assert.match((await mistakes(strict.preview(site.args()))).message, /core_pipeline_view/);
    });
  });
}

describe("a program that says Git where there is none, or nothing where there is", () => {
  const inline = siteOf("inline");
  const remote = siteOf("remote");

  it("git for an inline pipeline is to be removed", async () => {
    const args = inline.args({ git: { branch: "main" } });
    const words =
      /: the pipeline is stored inline in Harness, not in Git\. \[CANNOT_OVERRIDE\]\n {2}Next: Remove git\./;
    assert.match((await mistakes(inline.engine().preview(args))).message, words);
    const error = await failure(inline.engine().apply({ ...args, preflight: "off" }), "CANNOT_OVERRIDE");
    assert.match(error.message, words);
    assert.deepEqual(inline.saves(), []);
  });

  it("a remote pipeline without git says where it lives and which branch to write", async () => {
    const args = remote.args({ git: undefined });
    const words =
      /: the pipeline lives in Git \(repository shop, file \.harness\/checkout\.yaml\), where every change is a commit\. \[CANNOT_OVERRIDE\]\n {2}Next: Say on which branch: git: \{ branch: "main" \}\./;
    assert.match((await mistakes(remote.engine().preview(args))).message, words);
    const error = await failure(remote.engine().apply({ ...args, preflight: "off" }), "CANNOT_OVERRIDE");
    assert.match(error.message, words);
    assert.deepEqual(remote.saves(), []);
  });

  it("an inline pipeline that has moved to Git is not changed there: an update says what to write, a destroy that ours is left", async () => {
    const made = await inline.engine().up(inline.args());
    const yaml = inline.text();
    inline.harness.putPipeline({ scope: PLACE, yaml, git: REPOSITORY });
    const args = inline.args({ connectorRef: "account.second" });
    const words = /the pipeline lives in Git .+git: \{ branch: "main" \}/s;
    assert.match((await mistakes(inline.engine().preview(args, made))).message, words);
    const error = await failure(inline.engine().apply({ ...args, preflight: "off" }, made), "CANNOT_OVERRIDE");
    assert.match(error.message, words);
    assert.equal(inline.text(), yaml);
    const engine = inline.engine();
    await engine.destroy(made);
    assert.equal(inline.text(), yaml, "a commit that nobody asked for is not made");
    assert.match(engine.said.join(), /left as it is: the pipeline has moved to Git/);
  });

  it("a pipeline of Harness Code has no connector, and is saved without one [H163]", async () => {
    const { connectorRef: _none, ...git } = REPOSITORY;
    remote.harness.deletePipeline(PLACE, "checkout");
    remote.harness.putPipeline({ scope: PLACE, yaml: pipelineText("checkout"), git: { ...git, repoName: "code" } });
    await remote.engine().destroy(await remote.engine().up(remote.args()));
    assert.equal(remote.text(), pipelineText("checkout"));
    const put = remote.harness.requests().find(({ method }) => method === "PUT");
    assert.equal(put?.query["isHarnessCodeRepo"], "true");
    assert.equal(put?.query["connectorRef"], undefined);
  });
});

describe("an override beside the connector it names", () => {
  const site = siteOf("inline");
  const spec = { url: "https://registry.example.com", auth: { type: "Anonymous" }, connectivityMode: "Platform" };

  it("a connector that the same program declares counts as there", async () => {
    const { endpoint, platformApiKey } = site.harness;
    const config = new Map(Object.entries({ "harness:endpoint": endpoint, "harness:platformApiKey": platformApiKey }));
    // One process serves all resource types of a program.
    const session = new Session({ config: (key) => config.get(key), environment: {} });
    const runtime = createRuntime(session);
    const phase = (type: string) => new Phase(runtime.handler(type), ownerOf(type), () => undefined);
    await phase("DockerConnector").checked({ identifier: "fresh", ...spec });
    const declared = await phase("StageImageOverride").check(site.args({ connectorRef: "account.fresh" }));
    assert.deepEqual(declared.failures, []);
    const other = await phase("StageImageOverride").check(site.args({ connectorRef: "account.never" }));
    assert.match(other.failures[0]?.reason ?? "", /does not exist in the account/);
    await session.close();
  });
});
