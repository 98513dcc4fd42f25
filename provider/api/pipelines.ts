import { z } from "zod";
import type { Purpose } from "../client/call";
import type { HarnessClient } from "../client/client";
import { endpoints } from "../client/endpoints";
import { scopeQuery } from "../domain/scope";
import { type HarnessError, isHarnessError } from "../errors";
import { type PipelineText, pathOf, saveRequest } from "./pipeline-requests";
import { SUCCESS } from "./saved";
import { type PipelineAddress, pipelineName, type StoredPipeline, storedPipeline } from "./stored-pipeline";

/** How often a pipeline was saved, and when last. [H149] */
export interface SaveCount {
  readonly version: number | undefined;
  readonly updated: number | undefined;
}

const PAGE_SIZE = 100;
const FAILURE_LASTS_MS = 5_000;
/** Failures that every other question would meet at this moment too. */
const PASSING: ReadonlySet<string> = new Set([
  "UNREACHABLE",
  "TIMED_OUT",
  "SERVER_FAILED",
  "RATE_LIMITED",
  "NOT_HARNESS",
]);
/** A listing this long is a server that repeats itself. */
const MOST_PAGES = 1000;
/** A project in which pipelines appear faster than we read is not waited for. */
const MOST_PASSES = 5;

/** Reads and saves pipelines. Not found is a value here, not an error. */
export class Pipelines {
  private readonly client: HarnessClient;
  private readonly seen = new Map<string, Promise<StoredPipeline | undefined>>();
  private readonly listed = new Map<string, Promise<string[]>>();
  /** When a first look failed in a way that may pass. */
  private readonly failed = new Map<string, number>();

  constructor(client: HarnessClient) {
    this.client = client;
  }

  /**
   * The pipeline as this run saw it first, or as it saved it: asked for once, whoever asks. What fails to be read is asked for again,
   * but not at once: hundreds of resources must not wait for the same dead line one after the other.
   */
  glance(address: PipelineAddress, { hint }: Partial<Purpose> = {}): Promise<StoredPipeline | undefined> {
    const key = pipelineName(address);
    const known = this.seen.get(key);
    const failedAt = this.failed.get(key);
    if (known !== undefined && (failedAt === undefined || this.client.now() - failedAt < FAILURE_LASTS_MS))
      return known;
    this.failed.delete(key);
    const purpose = { doing: `read pipeline ${key}`, ...(hint === undefined ? {} : { hint }) };
    const found = this.remember(address, this.get(address, purpose));
    found.catch((error: unknown) => {
      if (isHarnessError(error) && PASSING.has(error.code)) this.failed.set(key, this.client.now());
      else if (this.seen.get(key) === found) this.seen.delete(key);
    });
    return found;
  }

  /** The pipeline as it is now. */
  async read(address: PipelineAddress, purpose: Purpose): Promise<StoredPipeline | undefined> {
    const found = await this.get(address, purpose);
    this.failed.delete(pipelineName(address));
    return this.remember(address, Promise.resolve(found));
  }

  /** Keeps what is known of a pipeline for `glance`. */
  remember(address: PipelineAddress, found: Promise<StoredPipeline | undefined>): Promise<StoredPipeline | undefined> {
    this.seen.set(pipelineName(address), found);
    return found;
  }

  /** How often it was saved so far; undefined where Harness does not say. */
  async saveCount(address: PipelineAddress, purpose: Purpose): Promise<SaveCount | undefined> {
    try {
      return await this.client.request({
        endpoint: endpoints.getPipelineSummary,
        ...purpose,
        path: { pipeline: address.pipelineIdentifier },
        query: scopeQuery(address),
        parse: (body) => {
          const { version, lastUpdatedAt } = summaryEnvelope.parse(body).data;
          return { version: version ?? undefined, updated: lastUpdatedAt ?? undefined };
        },
      });
    } catch (error) {
      if (isHarnessError(error, "REFUSED") || isHarnessError(error, "NOT_FOUND")) return undefined;
      throw error;
    }
  }

  /**
   * Saves a text over a pipeline as it was read, through the API of its dialect. For a remote one that is a commit.
   *
   * @throws PolicyDeniedError when a policy refused it although the answer says success [H150]
   */
  async save(given: PipelineText, purpose: Purpose): Promise<void> {
    await this.client.request(saveRequest(given, purpose));
  }

  /** The identifiers of all pipelines of a project, as this run saw them first. */
  list(scope: Pick<PipelineAddress, "orgId" | "projectId">, purpose: Purpose): Promise<string[]> {
    const key = `${scope.orgId}/${scope.projectId}`;
    const known = this.listed.get(key);
    if (known !== undefined) return known;
    const found = this.pages(scope, purpose);
    this.listed.set(key, found);
    found.catch(() => this.listed.delete(key));
    return found;
  }

  /** Who saves a pipeline while we turn pages moves it to another page: what takes several is read until nothing new comes. */
  private async pages(scope: Pick<PipelineAddress, "orgId" | "projectId">, purpose: Purpose): Promise<string[]> {
    const found = new Set<string>();
    for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
      const before = found.size;
      const pages = await this.pass(scope, found, purpose);
      if (pages === 1 || (pass > 1 && found.size === before)) break;
    }
    return [...found];
  }

  /** Turns all pages once; gives how many there were. */
  private async pass(
    scope: Pick<PipelineAddress, "orgId" | "projectId">,
    found: Set<string>,
    purpose: Purpose,
  ): Promise<number> {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const items = await this.page(scope, { page, limit: PAGE_SIZE }, purpose);
      for (const item of items) found.add(item);
      if (items.length < PAGE_SIZE) return page + 1;
    }
    return MOST_PAGES;
  }

  private page(
    { orgId, projectId }: Pick<PipelineAddress, "orgId" | "projectId">,
    query: Readonly<Record<string, string | number>>,
    purpose: Purpose,
  ): Promise<string[]> {
    return this.client.request({
      endpoint: endpoints.listPipelines,
      ...purpose,
      path: { org: orgId, project: projectId },
      query,
      parse: (body) =>
        z
          .array(z.looseObject({ identifier: z.string() }))
          .parse(body)
          .map((item) => item.identifier),
    });
  }

  private async get(address: PipelineAddress, purpose: Purpose): Promise<StoredPipeline | undefined> {
    try {
      return await this.client.request({
        endpoint: endpoints.getPipeline,
        ...purpose,
        path: pathOf(address),
        query: { branch_name: address.branch },
        parse: (body) => storedPipeline(body, address),
      });
    } catch (error) {
      const maybe = isHarnessError(error, "NOT_FOUND") || isHarnessError(error, "REFUSED");
      if (maybe && (await this.isGone(address, error, purpose))) return undefined;
      throw error;
    }
  }

  /**
   * "Not there" has no code of its own in some servers [H158], and is also said of a Git connector or a token that is not there: only
   * what Harness does not list, or has on another branch, is gone.
   */
  private async isGone(address: PipelineAddress, error: HarnessError, purpose: Purpose): Promise<boolean> {
    const isListed = await this.isListed(address, purpose);
    // Who may not list has only the words of the answer.
    if (isListed === undefined) return error.code === "NOT_FOUND";
    if (!isListed) return true;
    if (address.branch === undefined || error.code !== "NOT_FOUND") return false;
    const elsewhere = await this.get({ ...address, branch: undefined }, purpose).catch(() => undefined);
    return elsewhere !== undefined;
  }

  /** The search finds whatever has the identifier in its own, or in its name. Undefined where it is not answered. */
  private async isListed(address: PipelineAddress, purpose: Purpose): Promise<boolean | undefined> {
    const { pipelineIdentifier, ...scope } = address;
    try {
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { page, limit: PAGE_SIZE, search_term: pipelineIdentifier };
        const items = await this.page(scope, query, purpose);
        if (items.includes(pipelineIdentifier)) return true;
        if (items.length < PAGE_SIZE) return false;
      }
      return true;
    } catch (error) {
      // Without the project there is no list either.
      if (isHarnessError(error, "NOT_FOUND")) return false;
      if (isHarnessError(error, "PERMISSION_DENIED") || isHarnessError(error, "REFUSED")) return undefined;
      throw error;
    }
  }
}

const summaryEnvelope = z.looseObject({
  status: SUCCESS,
  data: z.looseObject({ version: z.number().nullish(), lastUpdatedAt: z.number().nullish() }),
});
