import assert from "node:assert/strict";
import type { Fault } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import type { Stored } from "./engine";
import { type DefaultSite, defaultSite, ORIGINAL } from "./harness-image";
import { hurriedClock } from "./hurried-clock";

/** The writes and tests of a switch, in their order. */
const STEPS = {
  "the canary's create": { method: "POST", path: /^\/ng\/api\/connectors$/, skip: 0 },
  "the canary's test": { method: "POST", path: /testConnection\/harnessImage_pulumi_canary$/, skip: 0 },
  "the canary's removal": { method: "DELETE", path: /harnessImage_pulumi_canary$/, skip: 0 },
  "the backup": { method: "POST", path: /^\/ng\/api\/connectors$/, skip: 1 },
  "the switch": { method: "PUT", path: /^\/ng\/api\/connectors$/, skip: 0 },
  "the test after the switch": { method: "POST", path: /testConnection\/harnessImage$/, skip: 0 },
} as const;

const FAULTS: Readonly<Record<string, Fault>> = {
  "a 500": { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR", message: "Oops" } },
  "a 500 after all": { status: 500, body: { status: "ERROR", code: "UNKNOWN_ERROR", message: "Oops" }, apply: true },
  "a 403": { status: 403, body: { status: "ERROR", code: "NG_ACCESS_DENIED", message: "no" } },
  "a 400": { status: 400, body: { status: "ERROR", code: "INVALID_REQUEST", message: "no" } },
  "an HTML 502 after all": { html: 502, apply: true },
  "a connection dropped before": { drop: "before" },
  "a connection dropped after": { drop: "after" },
  "a stall": { stall: "before-headers" },
  "half an answer": { truncate: true },
};

/** Whether the account's default is the old or the new one, whole, tags included. */
function state(site: DefaultSite): string {
  const live = site.kept()["harnessImage"];
  const { dockerRegistryUrl, auth, executeOnDelegate } = Object(live?.["spec"]);
  const { pulumi_owner: owner } = Object(live?.["tags"]);
  const old = dockerRegistryUrl === ORIGINAL.spec.dockerRegistryUrl && auth.type === "Anonymous" && !executeOnDelegate;
  if (old) return owner === undefined ? "old" : "old, but marked";
  const login = Object(auth?.spec).passwordRef === "account.registry_password";
  return dockerRegistryUrl === site.registry.url && login && executeOnDelegate && owner ? "new" : JSON.stringify(live);
}

async function attempt(site: DefaultSite, args: Plain, stored?: Stored): Promise<Stored | undefined> {
  const engine = site.engine({ clock: hurriedClock(200), config: { "harness:requestTimeoutSeconds": "10" } });
  return engine.up(args, stored).catch((error: unknown) => {
    assert.ok(error instanceof Error && /\[[A-Z_]+\]/.test(error.message), String(error));
    assert.match(error.message, /Next: /);
    return undefined;
  });
}

describe("a switch of the account's image connector that meets", () => {
  const site = defaultSite();
  const quick = { testConnection: { timeoutSeconds: 10 } };

  for (const [name, step] of Object.entries(STEPS)) {
    for (const [kind, fault] of Object.entries(FAULTS)) {
      for (const times of [1, 20]) {
        const how = times === 1 ? "once" : "all the time";
        it(`${kind} at ${name}, ${how}: is wholly old or new, the next run finishes, destroy restores`, async () => {
          const original = site.kept();
          const { method, path, skip } = step;
          site.harness.inject({ ...fault, match: { method, path }, skip, times });
          const first = await attempt(site, site.args(quick));
          assert.match(state(site), /^(old|new)$/);
          if (first !== undefined) assert.equal(state(site), "new");
          // What a refusal leaves is as it was; after other faults it may be that it could not be removed.
          else if (/a 40/.test(kind) && state(site) === "old") assert.deepEqual(site.kept(), original);
          site.harness.clearFaults();
          const made = first ?? (await attempt(site, site.args(quick)));
          assert.ok(made !== undefined);
          assert.equal(state(site), "new");
          await site.engine().destroy(made);
          assert.deepEqual(site.kept(), original);
        });
      }
    }
  }
});

describe("a change of the account's image connector that meets", () => {
  const site = defaultSite();
  const quick = { testConnection: { timeoutSeconds: 10 } };
  const url = () => String(Object(site.kept()["harnessImage"]?.["spec"]).dockerRegistryUrl);
  const { "the backup": _backup, ...steps } = STEPS;

  for (const [name, step] of Object.entries(steps)) {
    for (const [kind, fault] of Object.entries(FAULTS)) {
      for (const times of [1, 20]) {
        const how = times === 1 ? "once" : "all the time";
        it(`${kind} at ${name}, ${how}: has the one or the other, the next run finishes, destroy restores`, async () => {
          const original = site.kept();
          const made = await attempt(site, site.args(quick));
          assert.ok(made !== undefined);
          const moved = site.args({ ...quick, url: `${site.registry.url}/moved` });
          const { method, path } = step;
          site.harness.inject({ ...fault, match: { method, path }, times });
          const first = await attempt(site, moved, made);
          assert.ok([site.registry.url, `${site.registry.url}/moved`].includes(url()));
          site.harness.clearFaults();
          const changed = first ?? (await attempt(site, moved, made));
          assert.ok(changed !== undefined);
          assert.equal(url(), `${site.registry.url}/moved`);
          await site.engine().destroy(changed);
          assert.deepEqual(site.kept(), original);
        });
      }
    }
  }
});
