import type { HarnessClient } from "../client/client";
import { endpoints } from "../client/endpoints";
import type { Scope } from "../domain/scope";
import { isHarnessError } from "../errors";

/** Another provider of the same program may be about to make it. */
export const MADE_HERE = ' (if this program creates it in the same run, write preflight: "off" on this resource)';

/** What is known of a scope: undefined when it is there, else a sentence that says what is missing and what to do. */
export type PlaceAnswer = string | undefined;

/**
 * Asks whether the account, organisation or project of a resource is there. One call a scope and run: a project that answers
 * proves its organisation, the account and the key as well.
 */
export class Places {
  private readonly asked = new Map<string, Promise<PlaceAnswer>>();
  private readonly client: HarnessClient;
  private readonly accountId: string;

  constructor(client: HarnessClient, accountId: string) {
    this.client = client;
    this.accountId = accountId;
  }

  /** What is missing of a scope. The answer, also a failure, is kept for the run: 500 resources must not ask 500 times. */
  missing(scope: Scope): Promise<PlaceAnswer> {
    const key = keyOf(scope);
    const known = this.asked.get(key);
    if (known !== undefined) return known;
    const answer = this.ask(scope);
    this.asked.set(key, answer);
    return answer;
  }

  /** Notes that a scope has answered otherwise: it need not be asked about any more. */
  prove(scope: Scope): void {
    const key = keyOf(scope);
    if (!this.asked.has(key)) this.asked.set(key, Promise.resolve(undefined));
  }

  private async ask({ orgId, projectId }: Scope): Promise<PlaceAnswer> {
    if (orgId === undefined) return this.askAccount();
    if (projectId === undefined) return (await this.hasOrganization(orgId)) ? undefined : this.noOrganization(orgId);
    if (await this.hasProject(orgId, projectId)) return undefined;
    if (!(await this.hasOrganization(orgId))) return this.noOrganization(orgId);
    return `project "${projectId}" does not exist in organisation "${orgId}"; correct projectId, or create the project first${MADE_HERE}`;
  }

  /** A key that may not view the account is still a working key. [H10] [H12] */
  private async askAccount(): Promise<PlaceAnswer> {
    try {
      const path = { accountIdentifier: this.accountId };
      await this.client.request({
        endpoint: endpoints.getAccount,
        doing: "look up the Harness account",
        path,
        parse: () => undefined,
      });
      return undefined;
    } catch (error) {
      if (isHarnessError(error, "PERMISSION_DENIED")) return undefined;
      if (isHarnessError(error, "NOT_FOUND"))
        return `account ${this.accountId} does not exist here; correct harness:accountId or harness:endpoint`;
      throw error;
    }
  }

  private noOrganization(orgId: string): string {
    return `organisation "${orgId}" does not exist in account ${this.accountId}; correct orgId, or create the organisation first${MADE_HERE}`;
  }

  private hasOrganization(orgId: string): Promise<boolean> {
    const doing = `look up organisation ${orgId}`;
    return exists(
      this.client.request({
        endpoint: endpoints.getOrganization,
        doing,
        path: { identifier: orgId },
        parse: () => true,
      }),
    );
  }

  private hasProject(orgId: string, projectId: string): Promise<boolean> {
    const doing = `look up project ${orgId}/${projectId}`;
    const query = { orgIdentifier: orgId };
    return exists(
      this.client.request({
        endpoint: endpoints.getProject,
        doing,
        path: { identifier: projectId },
        query,
        parse: () => true,
      }),
    );
  }
}

function keyOf({ orgId, projectId }: Scope): string {
  return `${orgId ?? ""}/${projectId ?? ""}`;
}

async function exists(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer;
  } catch (error) {
    if (isHarnessError(error, "NOT_FOUND")) return false;
    throw error;
  }
}
