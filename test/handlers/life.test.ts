import { adoptedContract } from "./contract/adopted";
import { changedContract } from "./contract/changed";
import { claimedContract } from "./contract/claimed";
import { goneContract } from "./contract/gone";
import { lifeOf } from "./contract/life";
import { lostContract } from "./contract/lost";
import { referencedContract } from "./contract/referenced";
import { refusedContract } from "./contract/refused";
import { unchangedContract } from "./contract/unchanged";
import { connector, SCOPES, secret } from "./resources";

/** The life of a resource is the same for every kind of object and in every scope. */
for (const resource of [connector, secret]) {
  for (const [place, scope] of Object.entries(SCOPES)) {
    describe(`the life of ${resource.type} (${place} scope)`, () => {
      const life = lifeOf(resource, scope);
      describe("while nothing changes", () => unchangedContract(life));
      describe("when something changes", () => changedContract(life));
      describe("when the object is gone", () => goneContract(life));
      describe("when the object is there before us", () => claimedContract(life));
      describe("when the object is adopted", () => adoptedContract(life));
      describe("when a change is refused", () => refusedContract(life));
      describe("when the answer to a create is lost", () => lostContract(life));
      describe("when something refers to the object", () => referencedContract(life));
    });
  }
}
