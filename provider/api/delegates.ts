import { z } from "zod";
import type { HarnessClient } from "../client/client";
import { endpoints } from "../client/endpoints";
import type { Delegate } from "../domain/delegate";

/** Lists the delegates of the account and of everything in it, once a run. [H99] [H100] */
export class Delegates {
  private readonly client: HarnessClient;
  private listing: Promise<readonly Delegate[]> | undefined;

  constructor(client: HarnessClient) {
    this.client = client;
  }

  /** All delegates, connected or not. The answer, also a failure, is kept for the run. */
  all(): Promise<readonly Delegate[]> {
    this.listing ??= this.client.request({
      endpoint: endpoints.listDelegates,
      doing: "look up the delegates",
      query: { all: true },
      body: { filterType: "Delegate" },
      parse: (body) => delegatesEnvelope.parse(body).resource.map(delegateOf),
    });
    return this.listing;
  }
}

function delegateOf({ name, tags, connected, orgName, projectName }: WireDelegate): Delegate {
  return {
    name,
    tags: [...new Set([name, ...(tags ?? [])])],
    connected: connected === true,
    orgName: orgName ?? undefined,
    projectName: projectName ?? undefined,
  };
}

const wireDelegate = z.looseObject({
  name: z.string(),
  tags: z.array(z.string()).nullish(),
  connected: z.boolean().nullish(),
  orgName: z.string().nullish(),
  projectName: z.string().nullish(),
});
type WireDelegate = z.infer<typeof wireDelegate>;

/** Not the envelope of the other calls. [H101] */
const delegatesEnvelope = z.looseObject({ resource: z.array(wireDelegate) });
