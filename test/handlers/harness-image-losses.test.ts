import assert from "node:assert/strict";
import { failure, mistakes } from "./contract/life";
import { UNKNOWN } from "./engine";
import { defaultSite, ORIGINAL, PASSWORD } from "./harness-image";
import { hurriedClock } from "./hurried-clock";

const OTHER = "acme/images/prod/other";
const RENAMED = "acme/images/dev/renamed";
const BACKUP = "harnessImage_pulumi_backup";
/** The test after a switch fails once, for a reason that says nothing of the registry. */
const BLIP = {
  match: { method: "POST", path: /testConnection\/harnessImage$/ },
  times: 1,
  status: 403,
  body: { status: "ERROR", code: "NG_ACCESS_DENIED", message: "no" },
} as const;

/** Ways in which what the account had, or has, could be lost. */
describe("what the account pulls through is not lost", () => {
  const site = defaultSite();
  const moved = () => site.args({ url: `${site.registry.url}/moved` });
  const spec = () => Object(site.kept()["harnessImage"]?.["spec"]);
  const mark = (identifier: string) => Object(site.kept()[identifier]?.["tags"]).pulumi_owner;
  const strip = () =>
    site.harness.editConnector({}, "harnessImage", (there) => {
      there.tags = {};
    });

  it("by a takeover that fails: the first owner's settings and marks are there again", async () => {
    for (const present of [true, false]) {
      if (!present) site.harness.deleteConnector({}, "harnessImage");
      const original = site.kept();
      const made = await site.engine().up(site.args());
      const before = site.kept();
      site.harness.inject(BLIP);
      const taker = site.engine({ owner: OTHER });
      const error = await failure(taker.up({ ...moved(), adopt: "takeover" }), "CONNECTION_TEST_FAILED");
      assert.match(error.message, /The former settings were put back/);
      assert.deepEqual(site.kept(), before);
      await site.engine().destroy(made);
      assert.deepEqual(site.kept(), original);
    }
  });

  it("by a run without its state that fails: what builds pull through stays, and the original is kept", async () => {
    const original = site.kept();
    await site.engine().up(site.args());
    const before = site.kept();
    site.harness.inject(BLIP);
    await failure(site.engine().up(moved()), "CONNECTION_TEST_FAILED");
    assert.deepEqual(site.kept(), before);
    await site.engine().destroy(await site.engine().up(moved()));
    assert.deepEqual(site.kept(), original);
  });

  it("by somebody who deletes it: after refresh and up, destroy still knows the original", async () => {
    const original = site.kept();
    const made = await site.engine().up(site.args());
    site.harness.deleteConnector({}, "harnessImage");
    assert.equal(await site.engine().refresh(made), undefined);
    site.registry.login = { username: "robot", password: "another" };
    await failure(site.engine().up(site.args()), "CONNECTION_TEST_FAILED");
    assert.ok(site.kept()[BACKUP] !== undefined, "a failed run leaves the backup of an earlier one");
    site.registry.login = { username: "robot", password: PASSWORD };
    const again = await site.engine().up(site.args());
    await site.engine().destroy(again);
    assert.deepEqual(site.kept(), original);
  });

  it("by somebody who takes the mark off: another stack is refused by the backup, in preview and in up", async () => {
    const original = site.kept();
    const made = await site.engine().up(site.args());
    strip();
    const other = site.engine({ owner: OTHER });
    const seen = await mistakes(other.preview(moved()));
    assert.match(
      seen.message,
      /its former settings are kept, in connector harnessImage_pulumi_backup, for the Pulumi resource acme\/images\/dev\/thing.*\[OWNED_ELSEWHERE\]/,
    );
    await failure(other.with({ config: { "harness:preflight": "off" } }).up(moved()), "OWNED_ELSEWHERE");
    const taken = await other.up({ ...moved(), adopt: "takeover" });
    await site.engine().destroy(made);
    await other.destroy(taken);
    assert.deepEqual(site.kept(), original);
  });

  it("without mark and without state: the resource that made it takes its own backup up", async () => {
    const original = site.kept();
    await site.engine().up(site.args());
    strip();
    const again = await site.engine().up(site.args());
    await site.engine().destroy(again);
    assert.deepEqual(site.kept(), { harnessImage: { ...original["harnessImage"], tags: ORIGINAL.tags } });
  });

  for (const [what, more] of [
    ["only something remembered changes", { force: false }],
    ["a trigger changes", { triggers: { key: "1" } }],
    ["the settings change", { url: "moved" }],
  ] as const) {
    it(`by another name of stack or resource, when ${what}: destroy puts the original back`, async () => {
      const original = site.kept();
      const made = await site.engine().up(site.args());
      const renamed = site.engine({ owner: RENAMED });
      const args = "url" in more ? moved() : site.args(more);
      assert.equal((await renamed.preview(args, made)).diff?.changes, true);
      const changed = await renamed.up(args, made);
      await renamed.destroy(changed);
      assert.deepEqual(site.kept(), original);
    });
  }

  it("by a backup that somebody deletes: the next change writes it again", async () => {
    const original = site.kept();
    const made = await site.engine().up(site.args());
    site.harness.deleteConnector({}, BACKUP);
    await site.engine().up(moved(), made);
    assert.deepEqual(site.kept()[BACKUP]?.["spec"], ORIGINAL.spec);
    await site.engine().destroy(await site.engine().up(moved()));
    assert.deepEqual(site.kept(), original);
  });

  it("after an import: the first change takes the snapshot", async () => {
    const original = site.kept();
    const found = await site.engine().refresh({ id: "harnessImage", inputs: {}, outs: {} });
    assert.ok(found !== undefined);
    const changed = await site.engine().up(site.args(), { ...found, inputs: site.args() });
    await site.engine().destroy(changed);
    assert.deepEqual(site.kept(), original);
  });

  it("by a policy against what was there: the backup is written with settings it allows, and restores as ever", async () => {
    const forbidden = (connector: object) => /docker\.io/.test(JSON.stringify(Reflect.get(connector, "spec") ?? {}));
    for (const present of [true, false]) {
      if (!present) site.harness.deleteConnector({}, "harnessImage");
      const original = site.kept();
      site.harness.set({ opaDeny: { message: "only our registry", when: forbidden } });
      const made = await site.engine().up(site.args());
      site.harness.set({ opaDeny: null });
      await site.engine().destroy(made);
      assert.deepEqual(site.kept(), original);
    }
  });

  it("by a takeover in an update of equal settings: the mark is taken too, and the loser is told by refresh", async () => {
    const first = await site.engine().up(site.args());
    const taker = site.engine({ owner: OTHER });
    const taken = await taker.up({ ...moved(), adopt: "takeover" });
    assert.match(
      taker.said.join("\n"),
      /takes it over from the Pulumi resource acme\/images\/dev\/thing, and switches/,
    );
    const loser = site.engine();
    const seen = await loser.refresh(first);
    assert.match(
      loser.said.join("\n"),
      /connector harnessImage now belongs to the Pulumi resource acme\/images\/prod\/other/,
    );
    await site.engine().up({ ...moved(), adopt: "takeover" }, seen);
    assert.equal(mark("harnessImage"), "acme/images/dev/thing");
    await taker.destroy(taken);
    assert.equal(spec().dockerRegistryUrl, `${site.registry.url}/moved`);
  });

  it("by a passing failure of Harness: a test that is to be repeated is repeated then too", async () => {
    site.harness.inject({ ...BLIP, status: 503, body: { status: "ERROR", code: "UNKNOWN_ERROR", message: "Oops" } });
    const patient = site.args({ testConnection: { retryForSeconds: 60 } });
    await site.engine({ clock: hurriedClock(100) }).up(patient);
    assert.equal(spec().dockerRegistryUrl, site.registry.url);
  });

  it("unseen: without a key, with preflight off, or where it may not be looked at, preview says what it means", async () => {
    const blind = { "harness:platformApiKey": site.harness.addToken({ permissions: ["core_account_view"] }) };
    for (const config of [{ "harness:platformApiKey": undefined }, { "harness:preflight": "off" }, blind]) {
      const run = site.engine({ config });
      await run.preview(site.args());
      assert.match(
        run.said.join("\n"),
        /switches the account's image connector to .*, from what was not looked at\. Every stage without an override/,
      );
    }
  });

  it("by what preview could say wrongly: what is not known yet is not guessed", async () => {
    const run = site.engine();
    await run.preview(site.args({ auth: UNKNOWN }));
    await run.preview(site.args({ connectivityMode: UNKNOWN }));
    const said = run.said.join("\n");
    assert.doesNotMatch(said, /to .*\(anonymous/);
    assert.match(said, /to settings known only after the update/);
    assert.match(said, /stages on Harness Cloud fail where the mode, known only after the update, is another/);
  });

  it("by a rotation that nobody saw coming: preview says that a new value counts before it is tested", async () => {
    const run = site.engine();
    const made = await run.up(site.args({ triggers: { key: "1" } }));
    await run.preview(site.args({ triggers: { key: "2" } }), made);
    assert.match(
      run.said.join("\n"),
      /has its new value before that: every build uses it at once, and a wrong one breaks them/,
    );
  });

  it("and a switch says that it is done, and what destroy put back", async () => {
    const run = site.engine();
    await run.destroy(await run.up(site.args()));
    const said = run.said.join("\n");
    assert.match(
      said,
      /the account's image connector now is http:\/\/127\.0\.0\.1:\d+ \(with a login, Delegate\), and has been tested/,
    );
    assert.match(said, /put back to https:\/\/index\.docker\.io\/v2\/ \(anonymous, Platform\), as before Pulumi/);
  });
});
