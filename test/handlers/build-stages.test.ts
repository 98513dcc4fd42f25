import assert from "node:assert/strict";
import { type FoundStage, stageSearch, stagesOf } from "../../provider/build-stages";
import { Notices } from "../../provider/notices";
import { findStages } from "../../provider/runtime";
import { Session } from "../../provider/session";
import { failure } from "./contract/life";
import { OWNER } from "./engine";
import { CLOUD_STAGE, LEAF, PLACE, pipelineText, REPOSITORY, siteOf, stageText } from "./pipelines";

describe("the stages of a project", () => {
  const site = siteOf("inline");

  /** Asks as one program; gives what it asks with, and what the user was told. */
  function program() {
    const said: string[] = [];
    const { endpoint, platformApiKey } = site.harness;
    const config = new Map([
      ["harness:endpoint", endpoint],
      ["harness:platformApiKey", platformApiKey],
      ["harness:requestsPerMinute", "30000"],
    ]);
    const notices = new Notices((line) => void said.push(line));
    const session = new Session({ config: (key) => config.get(key), environment: {}, notices });
    return { said, session, config: (key: string) => config.get(key) };
  }

  it("are listed with infrastructure, connector and owner, or with the reason why not", async () => {
    const stages = [stageText("build"), stageText("test", `${LEAF}: account.old`), CLOUD_STAGE];
    site.put(pipelineText("checkout", ...stages));
    await site.engine().up(site.args());
    const { session, said } = program();
    const names = { ...PLACE, pipelineIdentifier: "checkout" };
    const kubernetes = { ...names, overridable: true, infrastructure: "KubernetesDirect" };
    const found = await stagesOf(session, PLACE);
    const reason = found[2]?.reason ?? "";
    assert.match(reason, /^stage "cloud" runs on Harness Cloud.+\. .+\.$/);
    assert.deepEqual(found, [
      { ...kubernetes, stageIdentifier: "build", connectorRef: "account.mirror", managedBy: OWNER },
      { ...kubernetes, stageIdentifier: "test", connectorRef: "account.old" },
      {
        ...names,
        stageIdentifier: "cloud",
        overridable: false,
        reason,
      },
    ]);
    assert.deepEqual(said, []);
    await session.close();
  });

  it("of remote pipelines come with their branch: their own, or the one that is asked for", async () => {
    site.harness.putPipeline({ scope: PLACE, yaml: pipelineText("release"), git: REPOSITORY });
    const git = { ...REPOSITORY, branch: "next" };
    site.harness.putPipeline({ scope: PLACE, yaml: pipelineText("release", stageText("new")), git });
    const { session, said } = program();
    const found = async (branch?: string) =>
      (await stagesOf(session, { ...PLACE, branch })).map((one) => [
        one.pipelineIdentifier,
        one.stageIdentifier,
        one.branch,
      ]);
    assert.deepEqual((await found()).sort(), [
      ["checkout", "build", undefined],
      ["release", "build", "main"],
    ]);
    assert.deepEqual((await found("next")).sort(), [
      ["checkout", "build", undefined],
      ["release", "new", "next"],
    ]);
    const error = await failure(found("gone"), "NOT_FOUND");
    assert.equal(
      error.message,
      'cannot find the stages of project default/demo: none of its pipelines is on branch "gone"; in Git there are release. [NOT_FOUND]\n' +
        "  Next: Correct branch, or leave it out to read each on its own default branch.",
    );
    assert.deepEqual(said, []);
    site.harness.putPipeline({ scope: PLACE, yaml: pipelineText("deploy"), git: { ...REPOSITORY, branch: "next" } });
    const later = program();
    const names = (await stagesOf(later.session, { ...PLACE, branch: "main" })).map((one) => one.pipelineIdentifier);
    assert.deepEqual(names, ["checkout", "release"]);
    assert.deepEqual(later.said, [
      'harness-images: project default/demo: left out, for they are not on branch "main": deploy',
    ]);
    await Promise.all([session.close(), later.session.close()]);
  });

  it("of more than 100 pipelines are all found, each read once [H155]", async () => {
    for (let index = 0; index < 205; index += 1) site.put(pipelineText(`pipeline_${index}`));
    const { session } = program();
    site.harness.clearRequests();
    const stages = await stagesOf(session, PLACE);
    assert.equal(new Set(stages.map((one) => one.pipelineIdentifier)).size, 206);
    assert.equal(stages.length, 206);
    const identifiers = stages.map((one) => one.pipelineIdentifier);
    assert.deepEqual(identifiers, [...identifiers].sort(), "in an order that saves do not change");
    assert.equal(site.harness.requests().length, 2 * 3 + 206, "pages are turned until nothing new comes");
    site.harness.clearRequests();
    assert.deepEqual(await stagesOf(session, PLACE), stages);
    const [one] = await stagesOf(session, { ...PLACE, pipelineIdentifier: "pipeline_7" });
    assert.equal(one?.pipelineIdentifier, "pipeline_7");
    assert.deepEqual(site.harness.requests(), [], "what is known is not asked for again");
    await session.close();
  });

  it("of more than 100 pipelines are all found when one is saved while the pages are turned", async () => {
    for (let index = 0; index < 120; index += 1) site.put(pipelineText(`pipeline_${index}`));
    const { session } = program();
    // The oldest is on the last page, until its save brings it to the first one.
    site.harness.inject({ match: { method: "GET", path: /\/pipelines$/ }, delayMs: 300 });
    const stages = stagesOf(session, PLACE);
    const listed = () =>
      site.harness.requests().some(({ path, query }) => /\/pipelines$/.test(path) && query["page"] === "0");
    while (!listed()) await new Promise((resolve) => setImmediate(resolve));
    site.edit((text) => text.replace("name: checkout", "name: Checkout"), "checkout");
    assert.equal((await stages).length, 121);
    await session.close();
  });

  it("are found by a pattern of pipeline and stage, or by a function", async () => {
    site.put(pipelineText("checkout", stageText("build"), stageText("test")));
    const { session } = program();
    const found = async (match: RegExp | ((stage: FoundStage) => boolean)) =>
      (await stagesOf(session, stageSearch({ ...PLACE, match }))).map((one) => one.stageIdentifier);
    assert.deepEqual(await found(/^checkout\/b/g), ["build"]);
    assert.deepEqual(await found(({ stageIdentifier }) => stageIdentifier === "test"), ["test"]);
    await session.close();
  });

  it("whose text gives no hold for an edit cannot be overridden, as preview says", async () => {
    site.put(
      pipelineText(
        "checkout",
        stageText("build").replace(/connectorRef: (.*)\n.*namespace: .*/, "? connectorRef\n              : $1"),
      ),
    );
    const { session } = program();
    const [stage] = await stagesOf(session, PLACE);
    assert.match(stage?.reason ?? "", /^the text around .+ cannot be edited/);
    assert.equal(stage?.overridable, false);
    await session.close();
  });

  it("are not looked for where the arguments are wrong, all of which are named", () => {
    const wrong = { orgId: "default", projectId: "", match: "^checkout", unreadble: "skip" };
    assert.throws(() => stageSearch(wrong), {
      message:
        "cannot find stages: the arguments of findBuildStages are wrong. [INVALID_INPUT]\n" +
        "  Next: Correct them: projectId is empty; match must be a regular expression or a function; " +
        "unreadble is not an argument of findBuildStages; did you mean unreadable?",
    });
  });

  it("of a whole number of pages need one look more, which finds nothing", async () => {
    for (let index = 0; index < 99; index += 1) site.put(pipelineText(`pipeline_${index}`));
    const { session } = program();
    site.harness.clearRequests();
    assert.equal((await stagesOf(session, PLACE)).length, 100);
    assert.equal(site.harness.requests().length, 2 * 2 + 100);
    await session.close();
  });

  it("of a project that is not there are an error, of one without pipelines none", async () => {
    const { session } = program();
    for (const wrong of [{ projectId: "nowhere" }, { orgId: "nowhere" }]) {
      const { orgId, projectId } = { ...PLACE, ...wrong };
      const error = await failure(stagesOf(session, { orgId, projectId }), "NOT_FOUND");
      assert.equal(
        error.message,
        `cannot find the stages of project ${orgId}/${projectId}: project ${orgId}/${projectId} is not there. [NOT_FOUND]\n` +
          "  Next: correct orgId and projectId; what a key may not see can look missing.",
      );
    }
    site.harness.deletePipeline(PLACE, "checkout");
    assert.deepEqual(await stagesOf(session, PLACE), []);
    await session.close();
  });

  it("of a named pipeline that is not there are an error", async () => {
    const { session } = program();
    const error = await failure(stagesOf(session, { ...PLACE, pipelineIdentifier: "nowhere" }), "NOT_FOUND");
    assert.equal(
      error.message,
      "cannot find the stages of project default/demo: pipeline default/demo/nowhere is not there. [NOT_FOUND]\n" +
        "  Next: correct orgId, projectId and pipelineIdentifier; what a key may not see can look missing.",
    );
    const like = await failure(stagesOf(session, { ...PLACE, pipelineIdentifier: "chekout" }), "NOT_FOUND");
    assert.match(like.message, /and pipelineIdentifier \(did you mean checkout\?\); what/);
    const branch = stagesOf(session, { ...PLACE, pipelineIdentifier: "nowhere", branch: "main" });
    assert.match((await failure(branch, "NOT_FOUND")).message, /default\/demo\/nowhere \(branch main\) is not there/);
    await session.close();
  });

  it("of pipelines that cannot be read are an error that names them all, for what is left out would be taken back", async () => {
    for (const name of ["broken", "torn"]) {
      site.put(pipelineText(name));
      site.edit((text) => `${text}  bad: [\n`, name);
    }
    const { session } = program();
    const error = await failure(stagesOf(session, PLACE), "CANNOT_OVERRIDE");
    assert.match(error.message, /^cannot find the stages of project default\/demo: 2 pipelines cannot be read: /);
    for (const name of ["broken", "torn"]) assert.match(error.message, new RegExp(`${name} \\(.+, in line \\d+\\)`));
    assert.match(error.message, /\n {2}Next: Correct them in Harness, or write unreadable: "skip"\./);
    await session.close();
  });

  it("of pipelines that cannot be read are left out where that is wanted, and that is said", async () => {
    site.put(pipelineText("broken"));
    site.edit((text) => `${text}  bad: [\n`, "broken");
    site.put(pipelineText("refused"));
    const body = { status: "ERROR", code: "INVALID_REQUEST", message: "The Git connector is not reachable." };
    site.harness.inject({ status: 400, body, match: { path: "/pipelines/refused" } });
    const { session, said } = program();
    const stages = await stagesOf(session, { ...PLACE, unreadable: "skip" });
    assert.deepEqual(
      stages.map((one) => one.pipelineIdentifier),
      ["checkout"],
    );
    assert.match(
      said.join(),
      /^harness-images: project default\/demo: 2 pipelines cannot be read: .*broken \(.+, in line \d+\).*; left out$/,
    );
    assert.match(said.join(), /refused \(Harness said: The Git connector is not reachable\.\)/);
    await session.close();
  });

  it("a list that Harness refuses is an error that says what was asked, and is asked for again", async () => {
    const key = site.harness.addToken({ permissions: ["core_connector_view"] });
    site.harness.clearRequests();
    const { config } = program();
    const given = (name: string) => (name === "harness:platformApiKey" ? key : config(name));
    const session = new Session({ config: given, environment: {} });
    const error = await failure(stagesOf(session, PLACE), "PERMISSION_DENIED");
    assert.match(
      error.message,
      /^cannot find the stages of project default\/demo: the API key lacks core_pipeline_view/,
    );
    const asked = site.calls().length;
    site.harness.clearRequests();
    await failure(stagesOf(session, PLACE), "PERMISSION_DENIED");
    assert.equal(site.calls().length, asked);
    await session.close();
  });

  it("asked for by a program twice are asked of Harness once, for each account and each run by itself", async () => {
    const { config } = program();
    const run = {};
    const search = { ...PLACE, pipelineIdentifier: "checkout" };
    site.harness.clearRequests();
    const first = await findStages(run, config, search);
    assert.deepEqual(
      first.map((one) => one.stageIdentifier),
      ["build"],
    );
    assert.deepEqual(await findStages(run, config, search), first);
    assert.equal(site.calls().length, 1);
    const other = site.harness.addToken();
    const given = (name: string) => (name === "harness:platformApiKey" ? other : config(name));
    assert.deepEqual(await findStages(run, given, search), first);
    assert.equal(site.calls().length, 2);
    assert.deepEqual(await findStages({}, config, search), first);
    assert.equal(site.calls().length, 3, "the next run of a long-lived process looks anew");
  });
});
