import assert from "node:assert/strict";
import { omit, type Plain } from "../../provider/domain/plain";
import { failure, mistakes } from "./contract/life";
import { Engine, type RunOptions } from "./engine";
import { defaultSite, PASSWORD } from "./harness-image";
import { hurriedClock } from "./hurried-clock";

/** What Harness says of an ordinary connector when it is tried out after a change. */
describe("the connection test of a DockerConnector", () => {
  const site = defaultSite();
  const args = (more: Plain = {}) => site.args({ identifier: "mirror", ...more });
  const require = { testConnection: { mode: "require" } };
  const engine = (options: RunOptions = {}) =>
    new Engine(site.harness, "DockerConnector", { secrets: [PASSWORD], ...options });
  const live = () => site.kept()["mirror"];
  const wrong = () => site.harness.putSecret({ identifier: "registry_password", value: "not-the-password" });
  const lastTest = (outs: Plain): Plain => Object(outs["lastTest"]);

  it("runs after create, and its outcome is an output that makes no difference", async () => {
    const made = await engine().up(args());
    assert.deepEqual(site.steps(), ["POST connectors", "TEST mirror"]);
    const { status, testedAt, delegateId, summary } = lastTest(made.outs);
    assert.equal(status, "SUCCESS");
    assert.match(String(testedAt), /^\d{4}-\d\d-\d\dT/);
    assert.equal(typeof delegateId, "string");
    assert.equal(summary, "the registry answered");
    const { diff } = await engine().preview(args(), made);
    assert.equal(diff?.changes, false);
    const seen = await engine().refresh(made);
    assert.deepEqual(seen?.outs["lastTest"], made.outs["lastTest"]);
  });

  it("names no delegate where the platform tested", async () => {
    const made = await engine().up(args({ connectivityMode: "Platform" }));
    assert.equal("delegateId" in lastTest(made.outs), false);
  });

  it("runs after a change that could matter, and after no other", async () => {
    const run = engine();
    let stored = await run.up(args());
    for (const [change, tested] of [
      [{ description: "new" }, false],
      [{ description: "new", tags: { team: "ci" } }, false],
      [{ description: "new", testConnection: { mode: "require" } }, false],
      [{ description: "new", url: `${site.registry.url}/other` }, true],
      [{ description: "new", delegateSelectors: ["linux"] }, true],
      [{ description: "new", connectivityMode: "Platform" }, true],
      [{ description: "new", triggers: { token: "1" } }, true],
      [{ description: "new", triggers: { token: "2" } }, true],
    ] as const) {
      site.harness.clearRequests();
      stored = await run.up(args(change), stored);
      assert.equal(site.steps().includes("TEST mirror"), tested, JSON.stringify(change));
    }
    assert.deepEqual(site.steps(), ["TEST mirror"], "a trigger alone sends nothing else");
  });

  it("that fails is a notice where nothing else is said, with Harness's words and the next step", async () => {
    wrong();
    const run = engine();
    const made = await run.up(args());
    assert.equal(lastTest(made.outs)["status"], "FAILURE");
    const [line = ""] = run.said.filter((text) => text.includes("connection test"));
    assert.match(
      line,
      /^harness-images: DockerConnector "thing": the connection test failed: the registry does not accept the credentials\. /,
    );
    assert.match(
      line,
      /Harness said: .*correct Credentials.* \(correlation id [\w-]+\)\. Check the user name and the secret account\.registry_password\./,
    );
    assert.match(line, /Read, Write and Delete/);
  });

  it("that is off is not run", async () => {
    wrong();
    const made = await engine().up(args({ testConnection: { mode: "off" } }));
    assert.deepEqual(site.steps(), ["POST connectors"]);
    assert.equal("lastTest" in made.outs, false);
  });

  it("that is required and fails after create leaves nothing", async () => {
    const before = site.kept();
    wrong();
    const error = await failure(engine().up(args(require)), "CONNECTION_TEST_FAILED");
    assert.match(
      error.message,
      /^cannot create DockerConnector "thing" \(connector mirror\): the connection test failed: the registry does not accept the credentials\. The connector was removed again\. \[CONNECTION_TEST_FAILED\]\n {2}Harness said: .*\n {2}Next: Check the user name/,
    );
    assert.deepEqual(site.kept(), before);
  });

  it("that is required and fails after create says what it could not remove, and the next run takes that up", async () => {
    wrong();
    site.harness.inject({ status: 500, match: { method: "DELETE" }, times: 20 });
    const clock = hurriedClock(100);
    const error = await failure(engine({ clock }).up(args(require)), "CONNECTION_TEST_FAILED");
    assert.match(
      error.message,
      /Taking it back failed .*so the connector is still there; the next `pulumi up` takes it up/,
    );
    site.harness.clearFaults();
    site.harness.putSecret({ identifier: "registry_password", value: PASSWORD });
    await engine().destroy(await engine().up(args(require)));
    assert.equal(live(), undefined);
  });

  it("that is required and fails in a run without its state leaves the connector as that run found it", async () => {
    await engine().up(args(require));
    const before = live();
    const moved = args({ ...require, url: "http://127.0.0.1:9" });
    const error = await failure(engine().up(moved), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /The connector was put back as it was before/);
    assert.deepEqual(live(), before);
  });

  it("that is required and fails does not take Harness's no to a removal for a yes [H41]", async () => {
    wrong();
    site.harness.set({ connectorDelete: "answers-false" });
    const error = await failure(engine().up(args(require)), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /Harness answered that it did not remove it again, so the connector is still there/);
    assert.ok(live() !== undefined);
  });

  it("that is off forgets what a test of other settings found", async () => {
    const made = await engine().up(args());
    const moved = await engine().up(args({ url: "http://127.0.0.1:9", testConnection: { mode: "off" } }), made);
    assert.equal("lastTest" in moved.outs, false);
  });

  it("that is required and fails after an adoption puts back what was there", async () => {
    const spec = {
      dockerRegistryUrl: "https://mirror.example.com",
      providerType: "Other",
      auth: { type: "Anonymous" },
      executeOnDelegate: false,
      proxy: true,
    };
    site.harness.putConnector({ identifier: "mirror", name: "By hand", spec });
    const before = live();
    wrong();
    const error = await failure(engine().up(args({ ...require, adopt: true })), "CONNECTION_TEST_FAILED");
    assert.match(error.message, /The connector was put back as it was before/);
    assert.deepEqual(omit(live() ?? {}, ["tags", "description"]), omit(before ?? {}, ["tags", "description"]));
  });

  it("that is required and fails after an update puts the former settings back", async () => {
    const run = engine();
    const made = await run.up(args(require));
    const before = live();
    const error = await failure(
      run.up(args({ ...require, auth: { type: "Anonymous" } }), made),
      "CONNECTION_TEST_FAILED",
    );
    assert.match(error.message, /The former settings were put back/);
    assert.match(error.message, /Next: This registry wants a login: write auth with a user name and a passwordRef/);
    assert.deepEqual(live(), before);
    site.registry.login = undefined;
    await run.up(args({ ...require, auth: { type: "Anonymous" } }), made);
  });

  it("that is required and fails after an update a killed run had sent puts the settings of the state back", async () => {
    const run = engine();
    const made = await run.up(args(require));
    const before = live();
    site.harness.editConnector({}, "mirror", (there) => {
      there.spec["auth"] = { type: "Anonymous" };
    });
    await failure(run.up(args({ ...require, auth: { type: "Anonymous" } }), made), "CONNECTION_TEST_FAILED");
    assert.deepEqual(Object(live()?.["spec"]).auth, Object(before?.["spec"]).auth);
  });

  it("reads both forms in which Harness says that it failed [H94] [H95]", async () => {
    const messages: string[] = [];
    for (const testFailure of ["200", "error"] as const) {
      site.harness.set({ testFailure });
      wrong();
      messages.push((await failure(engine().up(args(require)), "CONNECTION_TEST_FAILED")).message);
    }
    for (const message of messages) assert.match(message, /the registry does not accept the credentials/);
    assert.match(messages[1] ?? "", /The given credentials may be invalid; Unauthorized/);
  });

  it("says of a delegate that is missing which one, and of a network what to look at [H97]", async () => {
    for (const testFailure of ["200", "error"] as const) {
      site.harness.set({ testFailure });
      const none = await failure(
        engine().up(args({ ...require, delegateSelectors: ["mars"] })),
        "CONNECTION_TEST_FAILED",
      );
      assert.match(none.message, /no delegate could run it/);
      assert.match(none.message, /Next: Start a delegate that carries all of mars, or correct delegateSelectors\./);
      const closed = await failure(
        engine().up(args({ ...require, url: "http://127.0.0.1:9" })),
        "CONNECTION_TEST_FAILED",
      );
      assert.match(closed.message, /the registry cannot be reached/);
      assert.match(
        closed.message,
        /Next: Check that http:\/\/127\.0\.0\.1:9 is right, and that the delegate's machine/,
      );
    }
    site.harness.set({ platformReaches: false });
    const far = await failure(
      engine().up(args({ ...require, connectivityMode: "Platform" })),
      "CONNECTION_TEST_FAILED",
    );
    assert.match(far.message, /reachable from the internet, where Harness is; write connectivityMode: "Delegate"/);
  });

  it("adds what IBM says where the registry is IBM's", async () => {
    site.harness.inject({
      match: { path: /testConnection/ },
      status: 400,
      body: { status: "ERROR", code: "HINT", message: "Please ensure the credentials are valid" },
    });
    const auth = { type: "UsernamePassword", username: "robot", passwordRef: "account.registry_password" };
    const error = await failure(
      engine().up(args({ ...require, url: "https://us.icr.io/ns", auth })),
      "CONNECTION_TEST_FAILED",
    );
    assert.match(
      error.message,
      /IBM: the user name for an API key is "iamapikey"\. IBM: the key needs the roles Reader and Writer/,
    );
    assert.match(error.message, /five minutes: testConnection\.retryForSeconds: 330 waits for it/);
  });

  it("keeps apart what is no outcome: key, permission, throttling; required, that is no proof either", async () => {
    for (const [status, code] of [
      [403, "NG_ACCESS_DENIED"],
      [401, "INVALID_TOKEN"],
      [500, "UNKNOWN_ERROR"],
    ] as const) {
      const fault = {
        match: { path: /testConnection/ },
        status,
        body: { status: "ERROR", code, message: "Harness itself" },
      };
      site.harness.inject(fault);
      const run = engine();
      const made = await run.up(args());
      assert.match(run.said.join("\n"), /the connection was not tested: cannot test connector mirror/);
      assert.equal(lastTest(made.outs)["status"], "UNKNOWN");
      await run.destroy(made);
      site.harness.inject(fault);
      const error = await failure(engine().up(args(require)), "CONNECTION_TEST_FAILED");
      assert.match(
        error.message,
        /could not be tested \([A-Z_]+\), and testConnection\.mode is "require"\. The connector was removed again/,
      );
    }
  });

  it("is repeated for as long as it is told, with a line every ten seconds, until it passes or time is up", async () => {
    const clock = hurriedClock(200);
    wrong();
    const run = engine({ clock });
    const started = clock.now();
    const patient = { testConnection: { mode: "require", retryForSeconds: 60 } };
    await failure(run.up(args(patient)), "CONNECTION_TEST_FAILED");
    const took = clock.now() - started;
    assert.ok(took > 40_000 && took < 90_000, `${took} ms`);
    const lines = run.said.filter((line) => line.includes("testing the connection"));
    assert.ok(lines.length >= 3, run.said.join("\n"));
    assert.match(
      lines[0] ?? "",
      /DockerConnector "thing": testing the connection, \d+ s of at most 180 s; so far the registry does not accept the credentials/,
    );
    assert.ok(site.steps().filter((step) => step === "TEST mirror").length >= 4);
  });

  it("that takes longer than its time is a failure, and is not sent twice [H98]", async () => {
    // No faster: on a busy machine the second of these lines would come a second late.
    const clock = hurriedClock(10);
    site.harness.set({ testDurationMs: 6_000 });
    const run = engine({ clock });
    const error = await failure(
      run.up(args({ testConnection: { mode: "require", timeoutSeconds: 30 } })),
      "CONNECTION_TEST_FAILED",
    );
    assert.match(error.message, /there was no answer in time/);
    assert.match(error.message, /Harness did not answer within 30 seconds/);
    assert.equal(site.steps().filter((step) => step === "TEST mirror").length, 1);
    assert.ok(
      run.said.some((line) => line.includes("testing the connection, 20 s of at most 30 s")),
      run.said.join("\n"),
    );
  });

  it("of a rotated password is made because the version of the secret is a trigger", async () => {
    const secrets = new Engine(site.harness, "SecretText", { secrets: [PASSWORD, "rotated-canary"] });
    const first = await secrets.up({ identifier: "rotating", value: PASSWORD });
    assert.equal(first.outs["version"], "1");
    const second = await secrets.up({ identifier: "rotating", value: "rotated-canary" }, first);
    assert.equal(second.outs["version"], "2");
    const same = await secrets.up(
      { identifier: "rotating", value: "rotated-canary", description: "same value" },
      second,
    );
    assert.equal(same.outs["version"], "2");
  });

  it("of a secret from before there were versions gets one, with an update that sends nothing", async () => {
    const secrets = new Engine(site.harness, "SecretText", { secrets: [PASSWORD] });
    const made = await secrets.up({ identifier: "rotating", value: PASSWORD });
    const old = { ...made, inputs: omit(made.inputs, ["version"]), outs: omit(made.outs, ["version"]) };
    site.harness.clearRequests();
    const updated = await secrets.up({ identifier: "rotating", value: PASSWORD }, old);
    assert.equal(updated.outs["version"], "1");
    assert.deepEqual(site.harness.requests(), []);
    assert.equal((await secrets.preview({ identifier: "rotating", value: PASSWORD }, updated)).diff?.changes, false);
  });

  it("is checked in its arguments, all at once", async () => {
    const testConnection = { mode: "maybe", timeoutSeconds: 0, retryForSeconds: -1, retries: 3 };
    const error = await mistakes(engine().preview(args({ testConnection, triggers: { token: 7 } })));
    for (const words of [
      'testConnection.mode must be "off", "warn" or "require"',
      "testConnection.timeoutSeconds must be at least 1 second",
      "testConnection.retryForSeconds must be at least 0 seconds",
      "testConnection.retries is not an argument of this resource; remove it",
      "triggers.token must be a string",
    ]) {
      assert.ok(error.message.includes(words), `${words}\n${error.message}`);
    }
  });
});
