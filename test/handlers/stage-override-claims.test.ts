import assert from "node:assert/strict";
import type { Plain } from "../../provider/domain/plain";
import { failure, mistakes } from "./contract/life";
import { OWNER, type Stored, UNKNOWN } from "./engine";
import {
  createdTogether,
  failuresOf,
  LEAF,
  ourLine,
  ownerOf,
  pipelineText,
  STORES,
  siteOf,
  stageText,
} from "./pipelines";

const BLIND = { config: { "harness:preflight": "off" } };
const ANOTHER = ownerOf("another");

for (const store of STORES) {
  const where = store === "inline" ? "" : ", branch main";
  const cannot = `cannot override the image connector of stage default/demo/checkout/build${where} (StageImageOverride "thing"): `;

  describe(`whose a stage's image connector is, ${store}`, () => {
    const site = siteOf(store);
    const having = (...lines: readonly string[]) => pipelineText("checkout", stageText("build", ...lines));

    /** What preview and create say, which must be the same; nothing may be sent. */
    async function refused(code: string, more: Plain = {}): Promise<string> {
      const before = site.text();
      const error = await failure(site.engine(BLIND).up(site.args(more)), code);
      const preview = await mistakes(site.engine().preview(site.args(more)));
      assert.ok(preview.message.startsWith(`${error.message}\n(Pulumi stops`), preview.message);
      assert.deepEqual(site.saves(), []);
      assert.equal(site.text(), before);
      return error.message;
    }

    it("a value that is there already is refused, and the way to take it is named", async () => {
      site.put(having(`${LEAF}: "account.old" # theirs`));
      assert.equal(
        await refused("ALREADY_EXISTS"),
        `${cannot}stage "build" has the image connector account.old already, and nothing says that it is ours. [ALREADY_EXISTS]\n` +
          "  Next: To take it over, write adopt: true (destroy puts account.old back).",
      );
    });

    it("the wanted value without our mark is nobody's either", async () => {
      site.put(having(`${LEAF}: account.mirror`));
      const message = await refused("ALREADY_EXISTS");
      assert.match(message, /account\.mirror already, and nothing says that it is ours; it is the wanted one\./);
    });

    it("a runtime input is told apart: what is given for it at run time would lose its effect [H143]", async () => {
      site.put(having(`${LEAF}: <+input>.default(account.old)`));
      assert.equal(
        await refused("ALREADY_EXISTS"),
        `${cannot}stage "build" has the image connector <+input>.default(account.old) already, and nothing says that it is ours. [ALREADY_EXISTS]\n` +
          "  Next: To take it over, write adopt: true (destroy puts <+input>.default(account.old) back). " +
          "It is asked for at run time now: input sets and triggers that give it lose their effect.",
      );
    });

    for (const written of [
      "account.old",
      "'account.old'",
      "account.mirror",
      "<+input>",
      "<+input>.default(account.old)",
    ]) {
      it(`adopt takes ${written} over, remembers it and puts it back`, async () => {
        const before = having(`${LEAF}: ${written} # theirs`);
        site.put(before);
        const engine = site.engine();
        const made = await engine.up(site.args({ adopt: true }));
        assert.equal(made.outs["previousConnectorRef"], written.replaceAll("'", ""));
        assert.ok(site.text().includes(`${LEAF}: account.mirror # theirs # pulumi ${OWNER}: was ${written}\n`));
        assert.deepEqual(await engine.refresh(made), made);
        await engine.destroy(made);
        assert.equal(site.text(), before);
      });
    }

    it("preview says what is taken over, from whom, and what destroy will do", async () => {
      const told = async (inputs: Plain) => {
        const engine = site.engine();
        await engine.preview(site.args(inputs));
        return engine.said;
      };
      const line = (text: string) => `harness-images: StageImageOverride "thing": ${text}`;
      site.put(having(`${LEAF}: account.old`));
      for (const [onDelete, destroy] of [
        ["restore", "puts that back"],
        ["remove", "takes the setting out"],
        ["retain", "leaves the new one"],
      ]) {
        const text = `takes over stage default/demo/checkout/build, which has the image connector account.old now; destroy ${destroy}`;
        assert.deepEqual(await told({ adopt: true, onDelete }), [line(text)]);
      }
      site.put(having(ourLine("account.second", "account.old", ANOTHER)));
      const from = `takes stage default/demo/checkout/build from the Pulumi resource ${ANOTHER}; take that one out of its program, which leaves the stage as it is then`;
      assert.deepEqual(await told({ adopt: "takeover" }), [line(from)]);
      site.put(having(`${LEAF}: <+input>`));
      const lost = "Input sets and triggers that give it lose their effect";
      assert.ok((await told({ adopt: true })).join().endsWith(`<+input> now; destroy puts that back. ${lost}`));
      site.put(having(ourLine("account.third", "account.old")));
      const found = `finds its own comment at stage default/demo/checkout/build, beside the image connector account.third, which it replaces: a run that was killed wrote it, or somebody has changed it`;
      assert.deepEqual(await told({}), [line(found)]);
      site.put(having());
      assert.deepEqual(await told({ adopt: true }), [], "nothing is there to be taken over");
      assert.deepEqual(await told({ adopt: UNKNOWN }), []);
      const engine = site.engine();
      const made = await engine.up(site.args({ adopt: true }));
      await engine.preview(site.args({ adopt: true, connectorRef: "account.second" }), made);
      assert.deepEqual(engine.said, [], "what is ours is not taken over");
    });

    it("adopt does no harm where nothing is there, or only an empty text", async () => {
      for (const lines of [[], [`${LEAF}: ""`]]) {
        site.put(having(...lines));
        const made = await site.engine().up(site.args({ adopt: true }));
        assert.equal(made.outs["previousConnectorRef"], undefined);
        await site.engine().destroy(made);
        assert.equal(site.text(), having(...lines));
      }
    });

    for (const adopt of [false, true]) {
      it(`a stage of another resource is refused with adopt: ${adopt}, and the owner named`, async () => {
        site.put(having(ourLine("account.mirror", "account.old", ANOTHER)));
        assert.equal(
          await refused("OWNED_ELSEWHERE", { adopt }),
          `${cannot}the image connector of stage "build" is managed by the Pulumi resource ${ANOTHER}. [OWNED_ELSEWHERE]\n` +
            "  Next: Leave the stage to that resource; if the resource was renamed, give it an alias; if the line was copied from " +
            'another stage with its comment, delete the comment; to take the stage away from its owner, write adopt: "takeover".',
        );
      });
    }

    it('adopt: "takeover" takes it from its owner, and gives back what was there before either', async () => {
      const before = having(`${LEAF}: 'account.old'`);
      site.put(before);
      const owner = site.engine({ owner: ANOTHER });
      const others = await owner.up(site.args({ connectorRef: "account.second", adopt: true }));
      const made = await site.engine().up(site.args({ adopt: "takeover" }));
      assert.equal(made.outs["previousConnectorRef"], "account.old");
      assert.ok(site.text().includes(ourLine("account.mirror", "'account.old'")));
      assert.ok(!site.text().includes(ANOTHER));
      const update = await mistakes(owner.preview(site.args({ connectorRef: "account.third", adopt: true }), others));
      assert.match(update.message, new RegExp(`now belongs to the Pulumi resource ${OWNER}\\. \\[OWNED_ELSEWHERE\\]`));
      // The same reference under another's comment: neither the plan nor the state shows it.
      const same = { ...others, outs: { ...others.outs, connectorRef: "account.mirror", __written: "account.mirror" } };
      await owner.refresh(same);
      assert.ok(
        owner.said
          .join()
          .includes(
            `the image connector of stage default/demo/checkout/build now belongs to the Pulumi resource ${OWNER}`,
          ),
      );
      await owner.destroy(others);
      assert.ok(site.text().includes(ourLine("account.mirror", "'account.old'")));
      await site.engine().destroy(made);
      assert.equal(site.text(), before);
    });

    it('adopt: "takeover" takes what nobody owns as well', async () => {
      site.put(having(`${LEAF}: account.old`));
      const made = await site.engine().up(site.args({ adopt: "takeover" }));
      assert.equal(made.outs["previousConnectorRef"], "account.old");
    });

    it('adopt: "takeover" without a mark takes the mark of the owner away, the same value or not', async () => {
      for (const connectorRef of ["account.mirror", "account.second"]) {
        site.put(having(ourLine("account.mirror", "account.old", ANOTHER)));
        const made = await site.engine().up(site.args({ adopt: "takeover", marker: false, connectorRef }));
        assert.ok(site.text().includes(`${LEAF}: ${connectorRef}\n`));
        await site.engine().destroy(made);
        assert.equal(site.text(), having(`${LEAF}: account.old`));
      }
    });

    it("a run that lost its state knows its own work again, and what was there before it, without another save", async () => {
      const before = having(`${LEAF}: 'account.old'`);
      site.put(before);
      const first = await site.engine().up(site.args({ adopt: true }));
      const again = await site.engine().up(site.args());
      assert.equal(site.saves().length, 1);
      // Which commit it was that wrote the line, nobody remembers.
      const apart = { __inputs: 0, adopt: 0, lastCommitId: 0 };
      assert.deepEqual({ ...again.outs, ...apart }, { ...first.outs, ...apart });
      assert.equal(again.outs["lastCommitId"], undefined);
      await site.engine().destroy(again);
      assert.equal(site.text(), before);
    });

    it("it corrects its own work where the program says otherwise by now", async () => {
      await site.engine().up(site.args());
      const again = await site.engine().up(site.args({ connectorRef: "account.second" }));
      assert.ok(site.text().includes(ourLine("account.second")));
      assert.equal(again.outs["previousConnectorRef"], undefined);
      const bare = await site.engine().up(site.args({ connectorRef: "account.second", marker: false }));
      assert.ok(!site.text().includes("pulumi"));
      await site.engine().destroy(bare);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it("a resource that was renamed, with an alias, goes on and writes its new name", async () => {
      const renamed = site.engine({ owner: ownerOf("renamed") });
      const made = await site.engine().up(site.args());
      const same = await renamed.up(site.args(), made);
      const noted = await renamed.up(site.args({ onDelete: "restore" }), same);
      assert.equal(site.saves().length, 1, "the name alone is no reason for a save");
      assert.deepEqual((await renamed.refresh(noted))?.outs, noted.outs);
      const changed = await renamed.up(site.args({ connectorRef: "account.second" }), noted);
      assert.ok(site.text().includes(ourLine("account.second", "absent", ownerOf("renamed"))));
      await renamed.destroy(changed);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it("a resource that was renamed is taken back although the mark has its old name", async () => {
      const renamed = site.engine({ owner: ownerOf("renamed") });
      const made = await site.engine().up(site.args());
      const noted = await renamed.up(site.args({ onDelete: "restore" }), made);
      await renamed.destroy(noted);
      assert.equal(site.text(), pipelineText("checkout"));
    });

    it("a create that failed leaves the stage to another resource of the run", async () => {
      site.harness.set({ opaDeny: { message: "freeze" } });
      await site.engine().phase(async (phase) => {
        const inputs = await phase.checked(site.args());
        await failure(phase.create(inputs), "POLICY_DENIED");
        site.harness.set({ opaDeny: null });
        await phase.create({ ...inputs, __owner: ANOTHER });
      });
      assert.equal(site.saves().length, 1);
      assert.ok(site.text().includes(ourLine("account.mirror", "absent", ANOTHER)));
    });

    it("without a mark it asks for adopt", async () => {
      await site.engine().up(site.args({ marker: false }));
      const error = await mistakes(site.engine().preview(site.args({ marker: false })));
      assert.match(error.message, /it is the wanted one.+\n {2}Next: To take it over, write adopt: true/);
    });

    it("two resources of one program for one stage are refused in preview, and made no second time", async () => {
      await site.engine().phase(async (phase) => {
        await phase.checked(site.args());
        const { failures } = await phase.as(ANOTHER).check(site.args({ connectorRef: "account.second" }));
        const words = `stageIdentifier "build" of pipeline checkout is already overridden by StageImageOverride "thing" of this program; remove one of them`;
        assert.ok(failures[0]?.reason.startsWith(words), failures[0]?.reason);
        const elsewhere = await phase.as(ANOTHER).check(site.args({ pipelineIdentifier: "nowhere" }));
        assert.doesNotMatch(elsewhere.failures[0]?.reason ?? "", /already overridden/);
      });
      const results = await site.engine().phase(async (phase) => {
        const inputs = { ...(await phase.checked(site.args())) };
        return Promise.allSettled([phase.create(inputs), phase.create(inputs)]);
      });
      assert.match(
        failuresOf(results).join("\n"),
        /another resource of this program has just overridden it\. \[ALREADY_EXISTS\]/,
      );
      assert.equal(site.saves().length, 1);
    });

    it("two stages of one name in different pipelines are different", async () => {
      site.put(pipelineText("release"));
      const results = await site.engine().phase((phase) =>
        createdTogether(phase, [
          { name: "thing", args: site.args() },
          { name: "another", args: site.args({ pipelineIdentifier: "release" }) },
        ]),
      );
      assert.deepEqual(failuresOf(results), []);
    });

    it("another account than the state's is refused wherever something would be read or sent", async () => {
      const made = await site.engine().up(site.args());
      const strange: Stored = {
        ...made,
        inputs: { ...made.inputs, accountId: "another" },
        outs: { ...made.outs, accountId: "another" },
      };
      site.harness.clearRequests();
      const engine = site.engine();
      const words = /this state belongs to Harness account another, but account \S+ is configured/;
      assert.match(
        (await mistakes(engine.preview(site.args({ connectorRef: "account.second" }), strange))).message,
        words,
      );
      assert.match((await failure(engine.refresh(strange), "ACCOUNT_MISMATCH")).message, words);
      assert.match((await failure(engine.destroy(strange), "ACCOUNT_MISMATCH")).message, words);
      const update = engine.phase((phase) => phase.update(strange, { ...made.inputs, connectorRef: "account.second" }));
      assert.match((await failure(update, "ACCOUNT_MISMATCH")).message, words);
      const create = engine.phase((phase) => phase.create({ ...made.inputs, accountId: "another" }));
      assert.match((await failure(create, "ACCOUNT_MISMATCH")).message, words);
      assert.deepEqual(site.harness.requests(), []);
    });
  });
}
