import assert from "node:assert/strict";
import fc from "fast-check";
import { type Delegate, delegateDoubt } from "../../provider/domain/delegate";
import type { Scope } from "../../provider/domain/scope";

const ACCOUNT: Scope = {};
const ORGANISATION: Scope = { orgId: "o" };
const PROJECT: Scope = { orgId: "o", projectId: "p" };
const START = 'start one, or write connectivityMode: "Platform"';

/** A connected delegate of the account. Its own name is a tag. [H102] */
function delegate(name: string, tags: readonly string[] = [], more: Partial<Delegate> = {}): Delegate {
  return { name, tags: [name, ...tags], connected: true, orgName: undefined, projectName: undefined, ...more };
}

const asleep = { connected: false } as const;
const ofOrg = { orgName: "Org o" } as const;
const ofProject = { orgName: "Org o", projectName: "Project p" } as const;
const FARM = [delegate("build-farm", ["linux", "eu"]), delegate("edge-runner", ["linux", "us"])];
const PRESENT = "Connected are build-farm (linux, eu), edge-runner (linux, us)";

const OF_ACCOUNT: Readonly<
  Record<string, readonly [delegates: readonly Delegate[], selectors: string[], doubt: string | undefined]>
> = {
  "no selectors, and some delegate is connected": [FARM, [], undefined],
  "no selectors, and there is no delegate": [[], [], `needs a delegate, and none is connected; ${START}`],
  "no selectors, and all are disconnected": [
    [delegate("build-farm", [], asleep), delegate("edge-runner", [], asleep)],
    [],
    `needs a delegate, and none is connected (known: build-farm, edge-runner); ${START}`,
  ],
  "a delegate by its name": [FARM, ["build-farm"], undefined],
  "a delegate that has more tags than asked for": [FARM, ["eu", "linux"], undefined],
  "the same selector twice": [FARM, ["eu", "eu"], undefined],
  "a selector nobody has, near to one somebody has": [
    FARM,
    ["lunix"],
    `ask for "lunix", which no connected delegate carries (did you mean "linux"?). ${PRESENT}`,
  ],
  "a selector that differs in case only [H103]": [
    FARM,
    ["EU"],
    `ask for "EU", which no connected delegate carries (did you mean "eu"?). ${PRESENT}`,
  ],
  "a short selector that nobody has: regions all look alike": [
    FARM,
    ["de"],
    `ask for "de", which no connected delegate carries. ${PRESENT}`,
  ],
  "a selector near to one that is asked for already": [
    FARM,
    ["linux", "linux2"],
    `ask for all of "linux", "linux2", which no connected delegate carries: none has "linux2". ${PRESENT}`,
  ],
  "a selector nobody has, near to none": [
    FARM,
    ["windows-2025"],
    `ask for "windows-2025", which no connected delegate carries. ${PRESENT}`,
  ],
  "one of several that nobody has": [
    FARM,
    ["eu", "gpu-large"],
    `ask for all of "eu", "gpu-large", which no connected delegate carries: none has "gpu-large". ${PRESENT}`,
  ],
  "several that nobody has": [
    FARM,
    ["lunix", "eu", "gpu-large"],
    `ask for all of "lunix", "eu", "gpu-large", which no connected delegate carries: none has "lunix" (did you mean "linux"?), none has "gpu-large". ${PRESENT}`,
  ],
  "selectors that are known, but not together [H102]": [
    FARM,
    ["eu", "us"],
    `ask for all of "eu", "us", which no connected delegate carries: each is a tag of some delegate, but no delegate has them together. ${PRESENT}`,
  ],
  "a delegate that would serve, were it connected": [
    [...FARM, delegate("night-shift", ["gpu"], asleep)],
    ["gpu"],
    'ask for "gpu", which no connected delegate carries: night-shift does, but is not connected; start it, or correct the selectors',
  ],
  "several that would serve, were they connected": [
    [...FARM, delegate("night-one", ["linux", "gpu"], asleep), delegate("night-two", ["gpu", "linux"], asleep)],
    ["gpu", "linux"],
    'ask for all of "gpu", "linux", which no connected delegate carries: night-one, night-two do, but are not connected; start one, or correct the selectors',
  ],
  "a disconnected delegate that has only one of two": [
    [delegate("build-farm", ["eu"]), delegate("night-shift", ["gpu"], asleep)],
    ["eu", "gpu"],
    'ask for all of "eu", "gpu", which no connected delegate carries: none has "gpu". Connected are build-farm (eu)',
  ],
  "selectors, and there is no delegate": [
    [],
    ["eu"],
    'ask for "eu", which no connected delegate carries. No delegate is connected at all',
  ],
  "selectors, and only others, disconnected": [
    [delegate("night-shift", ["gpu"], asleep)],
    ["eu", "us"],
    'ask for all of "eu", "us", which no connected delegate carries: none has "eu", none has "us". No delegate is connected at all',
  ],
  "a delegate without tags of its own": [
    [delegate("plain")],
    ["eu"],
    'ask for "eu", which no connected delegate carries. Connected are plain',
  ],
};

describe("the doubt whether a delegate serves a connector", () => {
  for (const [what, [delegates, selectors, doubt]] of Object.entries(OF_ACCOUNT)) {
    it(`${doubt === undefined ? "is none" : "names what is wrong"}: ${what}`, () => {
      for (const scope of [ACCOUNT, ORGANISATION, PROJECT]) {
        assert.equal(delegateDoubt(delegates, selectors, scope), doubt);
      }
    });
  }

  it("counts delegates of the scope and above it, and below none; of another organisation only the name is known [H103]", () => {
    const table: readonly (readonly [more: Partial<Delegate>, served: readonly Scope[]])[] = [
      [{}, [ACCOUNT, ORGANISATION, PROJECT]],
      [ofOrg, [ORGANISATION, PROJECT]],
      [{ orgName: "Another" }, [ORGANISATION, PROJECT]],
      [ofProject, [PROJECT]],
      [{ orgName: "Another", projectName: "Another" }, [PROJECT]],
    ];
    for (const [more, served] of table) {
      for (const scope of [ACCOUNT, ORGANISATION, PROJECT]) {
        const doubts = [[], ["eu"]].map((selectors) =>
          delegateDoubt([delegate("one", ["eu"], more)], selectors, scope),
        );
        const expected = served.includes(scope)
          ? [undefined, undefined]
          : [
              `needs a delegate, and none is connected; ${START}`,
              'ask for "eu", which no connected delegate carries. No delegate is connected at all',
            ];
        assert.deepEqual(doubts, expected, JSON.stringify([more, scope]));
      }
    }
  });

  it("lists and starts none of those that could not serve the scope", () => {
    const delegates = [
      ...FARM,
      delegate("own", ["gpu"], ofProject),
      delegate("own-night", ["tpu"], { ...ofOrg, ...asleep }),
    ];
    assert.equal(
      delegateDoubt(delegates, ["gpu"], ORGANISATION),
      `ask for "gpu", which no connected delegate carries. ${PRESENT}`,
    );
    assert.equal(delegateDoubt(delegates, ["gpu"], PROJECT), undefined);
    assert.equal(
      delegateDoubt(delegates, ["tpu"], ORGANISATION),
      'ask for "tpu", which no connected delegate carries: own-night does, but is not connected; start it, or correct the selectors',
    );
    assert.equal(
      delegateDoubt(delegates, ["tpu"], ACCOUNT),
      `ask for "tpu", which no connected delegate carries. ${PRESENT}`,
    );
  });

  it("lists eight delegates, and counts the others", () => {
    const named = (count: number, more: Partial<Delegate> = {}) =>
      Array.from({ length: count }, (_, index) => delegate(`d${index}`, ["eu"], more));
    const eight = "d0 (eu), d1 (eu), d2 (eu), d3 (eu), d4 (eu), d5 (eu), d6 (eu), d7 (eu)";
    const opening = 'ask for "windows", which no connected delegate carries. Connected are';
    assert.equal(delegateDoubt(named(8), ["windows"], ACCOUNT), `${opening} ${eight}`);
    assert.equal(delegateDoubt(named(9), ["windows"], ACCOUNT), `${opening} ${eight} and 1 more`);
    assert.equal(
      delegateDoubt(named(300, asleep), [], ACCOUNT),
      `needs a delegate, and none is connected (known: d0, d1, d2, d3, d4, d5, d6, d7 and 292 more); ${START}`,
    );
    assert.equal(
      delegateDoubt(named(10, asleep), ["eu"], ACCOUNT),
      'ask for "eu", which no connected delegate carries: d0, d1, d2, d3, d4, d5, d6, d7 and 2 more do, but are not connected; start one, or correct the selectors',
    );
  });

  it("is none exactly when one connected delegate that reaches the scope has all selectors", () => {
    const tags = fc.uniqueArray(fc.constantFrom("eu", "us", "linux", "gpu"));
    const one = fc.record({ name: fc.constantFrom("a", "b", "c"), tags, connected: fc.boolean(), org: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one), tags, (ones, selectors) => {
        const delegates = ones.map(({ name, tags, connected, org }) =>
          delegate(name, tags, { connected, ...(org ? ofOrg : {}) }),
        );
        const serves = ones.some(
          ({ tags, connected, org }) => connected && !org && selectors.every((selector) => tags.includes(selector)),
        );
        assert.equal(delegateDoubt(delegates, selectors, ACCOUNT) === undefined, serves);
      }),
    );
  });
});
