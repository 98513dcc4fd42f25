import { z } from "zod";
import type { HarnessClient } from "../client/client";
import { endpoints } from "../client/endpoints";
import type { Scope } from "../domain/scope";
import { describeScope } from "../domain/scope";
import { SUCCESS } from "./saved";

/** Everything this provider can need, asked for in one call a scope. [H104] [H161] */
const EVER_USED: Readonly<Record<string, readonly string[]>> = {
  CONNECTOR: ["core_connector_view", "core_connector_edit", "core_connector_delete"],
  SECRET: ["core_secret_view", "core_secret_edit", "core_secret_delete"],
};
/** What only exists at one level. */
const IN_ACCOUNT: Readonly<Record<string, readonly string[]>> = { ACCOUNT: ["core_account_view", "core_account_edit"] };
const IN_PROJECT: Readonly<Record<string, readonly string[]>> = {
  PIPELINE: ["core_pipeline_view", "core_pipeline_edit"],
};

/** Asks what the key may do. One call a scope and run, shared by all resources. */
export class Permissions {
  private readonly asked = new Map<string, Promise<ReadonlySet<string>>>();
  private readonly client: HarnessClient;
  private readonly accountId: string;

  constructor(client: HarnessClient, accountId: string) {
    this.client = client;
    this.accountId = accountId;
  }

  /** Those of some permissions that the key lacks on a scope as a whole. The answer, also a failure, is kept for the run. */
  async lacking(scope: Scope, wanted: readonly string[]): Promise<readonly string[]> {
    const key = `${scope.orgId ?? ""}/${scope.projectId ?? ""}`;
    const known = this.asked.get(key) ?? this.ask(scope);
    this.asked.set(key, known);
    const granted = await known;
    return wanted.filter((permission) => !granted.has(permission));
  }

  private ask(scope: Scope): Promise<ReadonlySet<string>> {
    const own = scope.projectId !== undefined ? IN_PROJECT : scope.orgId === undefined ? IN_ACCOUNT : {};
    const resourceScope = {
      accountIdentifier: this.accountId,
      orgIdentifier: scope.orgId,
      projectIdentifier: scope.projectId,
    };
    const permissions = Object.entries({ ...EVER_USED, ...own }).flatMap(([resourceType, names]) =>
      names.map((permission) => ({ resourceScope, resourceType, permission })),
    );
    return this.client.request({
      endpoint: endpoints.checkAccess,
      doing: `look up the permissions of the API key in ${describeScope(scope)}`,
      body: { permissions },
      parse: (body) => {
        const entries = accessEnvelope.parse(body).data.accessControlList;
        return new Set(entries.filter(({ permitted }) => permitted === true).map(({ permission }) => permission));
      },
    });
  }
}

/** An absent `permitted` means false. [H106] */
const accessEnvelope = z.looseObject({
  status: SUCCESS,
  data: z.looseObject({
    accessControlList: z.array(z.looseObject({ permission: z.string(), permitted: z.boolean().nullish() })),
  }),
});
