import assert from "node:assert/strict";
import type { Fault } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { isHarnessError, keptBy } from "../../provider/errors";
import { failure } from "./contract/life";
import type { Engine, Stored } from "./engine";
import { hurriedClock } from "./hurried-clock";
import {
  createdTogether,
  failuresOf,
  LEAF,
  ourLine,
  PLACE,
  pipelineText,
  type Site,
  STORES,
  siteOf,
  stageText,
} from "./pipelines";

/** A write of the provider: what it starts from, and what the engine asks for. */
interface Write {
  /** The text before us, and after all. */
  readonly original: string;
  start(site: Site, engine: Engine): Promise<Stored | undefined>;
  run(site: Site, engine: Engine, stored: Stored | undefined): Promise<Stored | undefined>;
  /** The setting afterwards. */
  readonly leaves: string;
}

const FORMER = `${LEAF}: 'account.old' # theirs`;
const ORIGINAL = pipelineText("checkout", stageText("build", FORMER));
const own = (value: string) => ourLine(value, "'account.old'").replace(value, `${value} # theirs`);
const args = (site: Site, more: Plain = {}) => site.args({ adopt: true, ...more });

const WRITES: Readonly<Record<string, Write>> = {
  create: {
    original: ORIGINAL,
    start: async () => undefined,
    run: (site, engine, stored) => engine.up(args(site), stored),
    leaves: own("account.mirror"),
  },
  update: {
    original: ORIGINAL,
    start: (site, engine) => engine.up(args(site)),
    run: (site, engine, stored) => engine.up(args(site, { connectorRef: "account.second" }), stored),
    leaves: own("account.second"),
  },
  "adoption of what is wanted already": {
    original: ORIGINAL.replace("'account.old'", "account.mirror"),
    start: async () => undefined,
    run: (site, engine, stored) => engine.up(args(site), stored),
    leaves: `${LEAF}: account.mirror # theirs # pulumi acme/images/dev/thing: was account.mirror`,
  },
  "removal of a mark": {
    original: ORIGINAL,
    start: (site, engine) => engine.up(args(site)),
    run: (site, engine, stored) => engine.up(args(site, { marker: false }), stored),
    leaves: `${LEAF}: account.mirror # theirs`,
  },
  destroy: {
    original: ORIGINAL,
    start: (site, engine) => engine.up(args(site)),
    run: async (_site, engine, stored) => (stored === undefined ? undefined : void (await engine.destroy(stored))),
    leaves: FORMER,
  },
};

const failed = { status: "ERROR", code: "UNKNOWN_ERROR", message: "Oops, something went wrong on our end." };
const FAULTS: Readonly<Record<string, Fault>> = {
  "429 without Retry-After [H110]": { rateLimit: {} },
  "a 500": { status: 500, body: failed },
  "a 500 after all": { status: 500, body: failed, apply: true },
  "an HTML 502 [H25]": { html: 502 },
  "an HTML 502 after all": { html: 502, apply: true },
  "an HTML 200": { html: 200 },
  "an HTML 200 after all": { html: 200, apply: true },
  "a success without the pipeline": { status: 200, body: { status: "SUCCESS", data: null } },
  "a connection dropped before": { drop: "before" },
  "a connection dropped after": { drop: "after" },
  "a stall before the headers": { stall: "before-headers" },
  "a stall after the headers": { stall: "after-headers", apply: true },
  "half an answer": { truncate: true },
  "half an answer to nothing": { truncate: true, apply: false },
};
const CODES = /\[(SERVER_FAILED|NOT_HARNESS|UNREACHABLE|TIMED_OUT|RATE_LIMITED|OUTCOME_UNKNOWN)\]/;

/** Being throttled is put up with for minutes, so time must run faster there. */
function engineFor(site: Site, fault: string): Engine {
  const [times, timeout] = fault.startsWith("429") ? [1000, 600] : [40, 10];
  return site.engine({ clock: hurriedClock(times), config: { "harness:requestTimeoutSeconds": String(timeout) } });
}

for (const store of STORES) {
  for (const [name, write] of Object.entries(WRITES)) {
    describe(`${name} of an override, ${store}, whose save meets`, () => {
      const site = siteOf(store);
      const setting = () => site.text().match(/harnessImage.*/g);
      beforeEach(() => site.put(write.original));

      for (const [fault, played] of Object.entries(FAULTS)) {
        it(`${fault}, once: is applied, exactly once`, async () => {
          const engine = engineFor(site, fault);
          const before = await write.start(site, engine);
          const saves = site.saves().length;
          site.harness.inject({ ...played, match: { method: "PUT" } });
          const after = await write.run(site, engine, before);
          assert.equal(site.harness.pendingFaults(), 0, "the fault was not met");
          assert.equal(site.saves().length, saves + 1, "exactly once");
          assert.deepEqual(setting(), [write.leaves]);
          if (after !== undefined) await endsWell(engine, after);
          assert.equal(site.text(), write.original);
        });

        it(`${fault}, all the time: is applied or fails clearly, and the next run converges`, async () => {
          const engine = engineFor(site, fault);
          const before = await write.start(site, engine);
          site.harness.inject({ ...played, times: Number.POSITIVE_INFINITY, match: { method: "PUT" } });
          const between = await attempt(write.run(site, engine, before), before);
          site.harness.clearFaults();
          const after = await write.run(site, engine, between);
          assert.deepEqual(setting(), [write.leaves]);
          if (after !== undefined) await endsWell(engine, after);
          assert.equal(site.text(), write.original);
        });
      }
    });
  }

  describe(`the looks of an override, ${store}, that meet faults`, () => {
    const site = siteOf(store);
    const looks = { match: { method: "GET", path: /\/pipelines\// } };
    const all = { ...looks, times: Number.POSITIVE_INFINITY };
    beforeEach(() => site.put(ORIGINAL));

    for (const [fault, played] of Object.entries(FAULTS)) {
      // What is applied, or has another shape, says nothing of reads.
      if ("apply" in played || "status" in played || fault.startsWith("an HTML 200")) continue;
      for (let skip = 0; skip < 4; skip += 1) {
        it(`${fault} at look ${skip + 1}: does no harm`, async () => {
          const engine = engineFor(site, fault);
          site.harness.inject({ ...played, ...looks, skip });
          const made = await engine.up(args(site));
          assert.equal(site.harness.pendingFaults(), 0, "the fault was not met");
          assert.equal(site.saves().length, 1);
          await endsWell(engine, made);
          assert.equal(site.text(), ORIGINAL);
        });
      }
    }

    it("that never end are a clear error that names pipeline and stage, and nothing is sent", async () => {
      const engine = site.engine({ clock: hurriedClock(100), config: { "harness:preflight": "off" } });
      site.harness.inject({ ...all, status: 500, body: failed });
      const error = await failure(engine.up(args(site)), "SERVER_FAILED");
      assert.match(
        error.message,
        /^cannot override the image connector of stage default\/demo\/checkout\/build.+: Harness failed with HTTP 500; \d attempts were made\./,
      );
      assert.deepEqual(site.saves(), []);
    });

    it("that end right before the save: nothing is sent", async () => {
      const engine = site.engine({ clock: hurriedClock(100) });
      site.harness.inject({ ...all, skip: 2, html: 502 });
      const error = await failure(engine.up(args(site)), "NOT_HARNESS");
      assert.match(error.message, /^cannot override the image connector of stage default\/demo\/checkout\/build/);
      assert.deepEqual(site.saves(), []);
    });

    it("that fail after a lost answer: the outcome is not known, and the next run takes it up", async () => {
      for (const drop of ["before", "after"] as const) {
        site.put(ORIGINAL);
        const engine = site.engine({ clock: hurriedClock(100) });
        site.harness.inject({ drop, match: { method: "PUT" } });
        site.harness.inject({ ...all, status: 500, body: failed, skip: 3 });
        const error = await failure(engine.up(args(site)), "OUTCOME_UNKNOWN");
        assert.match(
          error.message,
          /^cannot override the image connector of stage default\/demo\/checkout\/build.+: the answer was lost, and looking whether the pipeline was saved failed too\. \[OUTCOME_UNKNOWN\]\n {2}Next: Run `pulumi up` again; it takes up what was done\. The first failure was: /,
        );
        site.harness.clearFaults();
        const made = await engine.up(args(site));
        assert.match(site.text(), /# pulumi /);
        await endsWell(engine, made);
        assert.equal(site.text(), ORIGINAL);
      }
    });

    it("that fail after a good answer lose nothing of what was saved", async () => {
      const engine = site.engine({ clock: hurriedClock(100) });
      site.harness.inject({ ...all, status: 500, body: failed, skip: 3 });
      const made = await engine.up(args(site));
      site.harness.clearFaults();
      assert.equal(site.saves().length, 1);
      await endsWell(engine, made);
      assert.equal(site.text(), ORIGINAL);
    });
  });
}

describe("the count of saves that cannot be had", () => {
  const site = siteOf("inline");

  it("is an error before anything is sent, which the next run does not remember", async () => {
    const engine = site.engine({ clock: hurriedClock(100) });
    const match = { path: "/summary/" };
    site.harness.inject({ status: 500, body: failed, times: Number.POSITIVE_INFINITY, match });
    const error = await failure(engine.up(site.args()), "SERVER_FAILED");
    assert.match(error.message, /^cannot override the image connector of stage default\/demo\/checkout\/build/);
    assert.deepEqual(site.saves(), []);
    site.harness.clearFaults();
    await endsWell(engine, await engine.up(site.args()));
    assert.equal(site.text(), pipelineText("checkout"));
  });
});

async function endsWell(engine: Engine, stored: Stored): Promise<void> {
  assert.deepEqual(await engine.refresh(stored), stored);
  await engine.destroy(stored);
}

/** The state after a run: a failed one leaves what there was, or what the failure hands over. */
async function attempt(run: Promise<Stored | undefined>, before: Stored | undefined): Promise<Stored | undefined> {
  try {
    return await run;
  } catch (error) {
    assert.ok(isHarnessError(error), String(error));
    assert.match(
      error.message,
      /^cannot (override|change|take back) the image connector of stage default\/demo\/checkout\/build/,
    );
    assert.match(error.message, CODES);
    assert.match(error.message, /\n {2}Next: ./);
    assert.equal(keptBy(error), undefined);
    return before;
  }
}

for (const store of STORES) {
  describe(`a save that Harness answers and does not keep, ${store}`, () => {
    const site = siteOf(store);
    const unkept = (times: number) => {
      const body = { status: "SUCCESS", data: { identifier: "checkout", governanceMetadata: { deny: false } } };
      site.harness.inject({ match: { method: "PUT" }, status: 200, body, times });
      site.harness.clearRequests();
    };
    const puts = () => site.calls().filter((call) => call.startsWith("PUT")).length;

    it("is made again, and then is in place", async () => {
      unkept(1);
      await site.engine().up(site.args());
      assert.ok(site.text().includes(`${LEAF}: account.mirror`));
      assert.equal(puts(), 2);
    });

    it("ends as an error that says so, and not after thirty commits", async () => {
      const before = site.text();
      unkept(5);
      const { message } = await failure(site.engine().up(site.args()), "CANNOT_OVERRIDE");
      assert.match(
        message,
        /: Harness answered that it saved the pipeline, and did not keep the image connector of stage "build"\. \[CANNOT_OVERRIDE\]\n {2}Next: Look at the pipeline in Harness:/,
      );
      assert.deepEqual([site.text(), puts()], [before, 3]);
    });
  });

  describe(`an answer that a pipeline is not there, ${store}`, () => {
    const site = siteOf(store);
    const READ = { method: "GET", path: /pipelines\/checkout$/ } as const;

    for (const [what, status, code, message] of [
      ["a Git connector that is not there", 404, "ENTITY_NOT_FOUND", "Connector [account.github] not found"],
      ["a Git token that is no good", 400, "INVALID_REQUEST", "Invalid git credentials"],
    ] as const) {
      it(`is about ${what}: the override is neither gone for refresh nor taken back by destroy`, async () => {
        const made = await site.engine().up(site.args());
        // So many that a search by the identifier fills a page with others.
        for (let index = 0; index < 120; index += 1) {
          site.harness.putPipeline({ scope: PLACE, yaml: pipelineText(`checkout_${index}`) });
        }
        const before = site.text();
        site.harness.inject({ match: READ, status, body: { status: "ERROR", code, message }, times: 50 });
        for (const run of [() => site.engine().refresh(made), () => site.engine().destroy(made)]) {
          await assert.rejects(run, new RegExp(message.replace(/[[\]]/g, "\\$&")));
        }
        assert.equal(site.text(), before);
      });
    }
  });
}

describe("a save of what not every server keeps", () => {
  const site = siteOf("inline");

  it("fails for the stage whose setting is taken out at once, each time, and is done for the others", async () => {
    const stages = ["build", "test"];
    site.put(pipelineText("checkout", ...stages.map((stage) => stageText(stage))));
    site.harness.set({ summaryVersion: "absent" });
    const created = site.engine().phase((phase) =>
      createdTogether(
        phase,
        stages.map((stage) => ({ name: stage, args: site.args({ stageIdentifier: stage }) })),
      ),
    );
    const line = new RegExp(`\\n.*${LEAF}.*dev/test: was absent`);
    for (let time = 0; time < 3; time += 1) await site.afterSave(() => site.edit((text) => text.replace(line, "")));
    assert.match(
      failuresOf(await created).join("\n\n"),
      /^CannotOverrideError: .+did not keep the image connector of stage "test"\. \[CANNOT_OVERRIDE\]\n[^\n]+$/,
    );
    assert.equal(site.text().split(LEAF).length - 1, 1);
  });

  it("is made again more often where it is others who come over it, as the count of saves tells", async () => {
    const created = site.engine().up(site.args());
    for (let time = 0; time < 4; time += 1) await site.afterSave(() => site.edit(() => pipelineText("checkout")));
    await created;
    assert.ok(site.text().includes(`${LEAF}: account.mirror`));
  });

  it("of a local Docker runner or of a template's inputs is looked at when it is saved [H127] [H135]", async () => {
    const docker = "type: CI, spec: { runtime: { type: Docker, spec: {} } }";
    const input = `template: { templateRef: golden, versionLabel: "1", templateInputs: { type: CI, spec: { infrastructure: { type: KubernetesDirect, spec: { ${LEAF}: <+input> } } } } }`;
    for (const body of [docker, input]) {
      site.put(pipelineText("checkout", `    - stage: { identifier: build, name: build, ${body} }\n`));
      site.harness.clearRequests();
      await site.engine().up(site.args({ adopt: true }));
      const [last = "", before = ""] = site.calls().reverse();
      assert.match(last, /^GET \/v1\//);
      assert.match(before, /^GET .*summary/);
    }
  });
});
