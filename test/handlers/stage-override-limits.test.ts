import assert from "node:assert/strict";
import { parse } from "yaml";
import { commitMessage } from "../../provider/api/commit-message";
import { saveRequest } from "../../provider/api/pipeline-requests";
import { storedPipeline } from "../../provider/api/stored-pipeline";
import { failure, mistakes } from "./contract/life";
import { LEAF, ownerOf, pipelineText, siteOf, stageText } from "./pipelines";

describe("the message of a commit", () => {
  const change = (index: number) => ({ message: undefined, summary: `stage s${index}: account.mirror` });

  it("says of one stage what happens to it, and of several how many there are", () => {
    assert.equal(commitMessage([change(1)]), "Image connector of stage s1: account.mirror");
    const two = "Image connectors of 2 stages\n\nstage s1: account.mirror\nstage s2: account.mirror";
    assert.equal(commitMessage([change(1), change(2)]), two);
  });

  it("of hundreds of stages still fits into an address that proxies take [H163]", () => {
    const many = Array.from({ length: 400 }, (_, index) => change(index));
    const message = commitMessage(many);
    assert.match(message, /^Image connectors of 400 stages\n\n(stage s\d+: account\.mirror\n){20}and 380 more$/);
  });

  for (const [kind, text] of Object.entries({
    letters: "x".repeat(9_000),
    "characters of two halves": `x${"\u{1f600}".repeat(4_000)}`,
    "halves of characters": "\ud83d".repeat(4_000),
    "line ends": "\n".repeat(9_000),
  })) {
    it(`of ${kind} fits too, and can be written into an address [H163]`, () => {
      const written = encodeURIComponent(commitMessage([{ message: text, summary: "" }]));
      assert.ok(written.length <= 2_000 && written.length > 1_980, `${written.length} characters`);
    });
  }
});

describe("what preview finds of an override that only the edit would", () => {
  const site = siteOf("inline");

  it("a text that gives no hold is an error of the preview, in the words of the update", async () => {
    site.put(
      pipelineText(
        "checkout",
        stageText("build").replace(/connectorRef: (.*)\n.*namespace: .*/, "? connectorRef\n              : $1"),
      ),
    );
    const told = (await mistakes(site.engine().preview(site.args()))).message.split("\n(Pulumi stops")[0];
    const blind = site.engine({ config: { "harness:preflight": "off" } });
    assert.equal((await failure(blind.up(site.args()), "CANNOT_OVERRIDE")).message, told);
    assert.match(String(told), /cannot be edited/);
  });

  it("a replacement that Pulumi asks about twice is not refused for what it wrote itself", async () => {
    const args = site.args({ marker: false });
    const made = await site.engine().up(args);
    await site.engine().phase(async (phase) => {
      await phase.checked({ ...args, connectorRef: "account.second" }, made);
      await phase.checked({ ...args, connectorRef: "account.second" });
    });
    assert.match((await mistakes(site.engine().preview(args))).message, /\[ALREADY_EXISTS\]/);
  });
});

describe("a look at a pipeline that fails", () => {
  const site = siteOf("inline");

  it("is not remembered for the next resource, when Harness has answered", async () => {
    const [first, second] = [site.engine({ owner: ownerOf("first") }), "second"];
    site.put(pipelineText("checkout", stageText("build"), stageText("test")));
    const made = await first.up(site.args());
    const other = await site.engine({ owner: ownerOf(second) }).up(site.args({ stageIdentifier: "test" }));
    const denied = { status: "ERROR", code: "NG_ACCESS_DENIED", message: "Missing permission core_pipeline_view" };
    site.harness.inject({ status: 403, body: denied, match: { method: "GET", path: "/v1/" } });
    await first.phase(async (phase) => {
      const error = await failure(phase.delete(made), "PERMISSION_DENIED");
      assert.match(error.message, /^cannot read pipeline default\/demo\/checkout: /);
      await phase.delete(other);
    });
    assert.equal(site.text().split(LEAF).length - 1, 1);
  });
});

describe("a remote pipeline whose ids Harness does not tell", () => {
  it("is not saved, for the save could come over others' commits [H164]", () => {
    const address = { orgId: "o", projectId: "p", pipelineIdentifier: "checkout", branch: "main" };
    const git_details = { branch_name: "main", repo_name: "shop", file_path: "p.yaml" };
    const base = storedPipeline({ pipeline_yaml: "pipeline: {}", identifier: "checkout", git_details }, address);
    const given = { address, base, text: "pipeline: {}", message: "m" };
    assert.throws(() => saveRequest(given, { doing: "save it" }), /does not say which commit .+ Nothing was sent\./s);
  });
});

describe("a Harness that writes YAML anew and keeps no comments", () => {
  const site = siteOf("inline");
  const WITHOUT_MARK = `${LEAF}: account.mirror\n`;

  for (const summaryVersion of ["number", "absent"] as const) {
    for (const former of [[], [`${LEAF}: account.old`]]) {
      const what = former.length === 0 ? "nothing" : "another connector";
      it(`has the override over ${what}, changed and taken back as elsewhere; saves counted: ${summaryVersion} [H187]`, async () => {
        site.harness.set({ savedYaml: "rewritten", summaryVersion });
        const before = pipelineText("checkout", stageText("build", ...former));
        site.put(before);
        const engine = site.engine();
        const made = await engine.up(site.args({ adopt: true }));
        assert.ok(site.text().includes(WITHOUT_MARK));
        assert.deepEqual(await engine.refresh(made), made);
        site.harness.clearRequests();
        assert.deepEqual(await engine.up(site.args({ adopt: true }), made), made);
        assert.deepEqual(site.calls(), []);
        const changed = await engine.up(site.args({ adopt: true, connectorRef: "account.second" }), made);
        assert.equal(changed.outs["previousConnectorRef"], former.length === 0 ? undefined : "account.old");
        await engine.destroy(changed);
        assert.deepEqual(parse(site.text()), parse(before));
      });
    }
  }

  it("takes a run that lost its state for a stranger", async () => {
    site.harness.set({ savedYaml: "rewritten" });
    await site.engine().up(site.args());
    assert.match((await mistakes(site.engine().preview(site.args()))).message, /\[ALREADY_EXISTS\]/);
  });
});
