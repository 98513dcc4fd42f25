import { claim } from "./claim";
import { connectorsIn, secretsIn, writesTo } from "./harness-view";
import type { Scene } from "./theatre";

const where = "project default/demo";

/** What Harness cannot change in place: new ones first, then the old ones go. */
export const replacementScene: Scene = {
  title: "A replacement: into a project",
  async play(theatre) {
    const { harness } = theatre;
    theatre.say(
      "From now on only one project shall use the registry. Harness cannot move an object, so both are made anew in " +
        "the project; the old ones are deleted after that.",
    );
    const before = connectorsIn(harness);
    await theatre.configure({ orgId: harness.orgId, projectId: harness.projectId });
    harness.clearRequests();
    const up = await theatre.pulumi("up");
    claim("up replaces the secret and the connector.", up.changes, { same: 1, replace: 2 });
    claim("The new objects were made before the old ones went.", writesTo(harness), [
      "POST /ng/api/v2/secrets",
      "POST /ng/api/connectors",
      "DELETE /ng/api/connectors/registry",
      "DELETE /ng/api/v2/secrets/registry_token",
    ]);
    const moved = before.map((connector) => ({ ...connector, where, passwordRef: "registry_token" }));
    claim("Harness has the connector in the project, and only there.", connectorsIn(harness), moved);
    const places = secretsIn(harness).map((secret) => secret.where);
    claim("Harness has the secret in the project, and only there.", places, [where]);
    theatre.showHarness();
    return "A move to another scope made the new objects first and deleted the old ones after.";
  },
};
