import { z } from "zod";
import type { Purpose } from "../client/call";
import type { HarnessClient } from "../client/client";
import { type Endpoint, endpoints } from "../client/endpoints";
import type { Images, Infra } from "../domain/ci-images";
import { SUCCESS } from "./saved";

/** A save of somebody who had read before ours lands within this, mostly. */
const SETTLE_MS = 250;

/** Reads and writes the account's list of CI images. One record of the account holds all of it, without a version. [H175] */
export class CiImageList {
  private readonly client: HarnessClient;
  private readonly known = new Map<string, Promise<Images>>();
  private turn: Promise<unknown> = Promise.resolve();
  /** Changes of this run so far, those that wait for their turn included. */
  private changes = 0;

  constructor(client: HarnessClient) {
    this.client = client;
  }

  /** Harness's own images of an infrastructure. Asked once a run. */
  defaults(infra: Infra, purpose: Purpose): Promise<Images> {
    const known = this.known.get(infra) ?? this.read(endpoints.getDefaultCiImages, infra, purpose, {});
    this.known.set(infra, known);
    return known;
  }

  /** The fields that are overridden now. */
  overrides(infra: Infra, purpose: Purpose): Promise<Images> {
    return this.read(endpoints.getCiImages, infra, purpose, { overridesOnly: true });
  }

  /** The same, as of some time in this run: good enough for a question before a change. */
  glance(infra: Infra, purpose: Purpose): Promise<Images> {
    const key = `${infra} overrides`;
    const known = this.known.get(key) ?? this.overrides(infra, purpose);
    this.known.set(key, known);
    return known;
  }

  /** What builds use: the overrides over Harness's own. [H176] */
  async effective(infra: Infra, purpose: Purpose): Promise<Images> {
    return { ...(await this.defaults(infra, purpose)), ...(await this.overrides(infra, purpose)) };
  }

  /** Overrides fields, all in one call. */
  async set(infra: Infra, images: Images, purpose: Purpose): Promise<void> {
    const fields = Object.entries(images).map(([field, value]) => ({ field, value }));
    if (fields.length > 0) await this.write(endpoints.updateCiImages, infra, fields, purpose);
  }

  /** Goes back to Harness's own images for fields, all in one call. */
  async reset(infra: Infra, fields: readonly string[], purpose: Purpose): Promise<void> {
    if (fields.length === 0) return;
    await this.write(
      endpoints.resetCiImages,
      infra,
      fields.map((field) => ({ field })),
      purpose,
    );
  }

  /**
   * The fields that are overridden once no change of this run has been under way for a while. As long as there is one, the list can go to
   * and fro: somebody's save drops what a change of ours has set, and the next of ours, which had read before it, brings it back for a
   * moment. What is there after that stays. [H175]
   */
  async settled(infra: Infra, purpose: Purpose): Promise<Images> {
    for (let seen = -1; seen !== this.changes; ) {
      seen = this.changes;
      await this.turn;
      await this.client.sleep(SETTLE_MS, purpose.doing);
    }
    return this.overrides(infra, purpose);
  }

  /** Runs one change at a time: Harness reads the record, changes it and saves it whole. */
  alone<T>(change: () => Promise<T>): Promise<T> {
    this.changes += 1;
    const result = this.turn.then(change, change);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private write(endpoint: Endpoint, infra: Infra, body: readonly object[], purpose: Purpose): Promise<void> {
    this.known.delete(`${infra} overrides`);
    return this.client.request({
      endpoint,
      ...purpose,
      query: { infra },
      body,
      parse: (answer) => void done.parse(answer),
    });
  }

  /** Blank and absent both mean: not overridden. [H176] */
  private async read(
    endpoint: Endpoint,
    infra: Infra,
    purpose: Purpose,
    query: Record<string, boolean>,
  ): Promise<Images> {
    const parse = (body: unknown) => map.parse(body).data ?? {};
    const all = await this.client.request({ endpoint, ...purpose, query: { infra, ...query }, parse });
    const given = Object.entries(all).flatMap(([field, value]) => {
      return value === null || value === undefined || value === "" ? [] : [[field, String(value)] as const];
    });
    return Object.fromEntries(given);
  }
}

const map = z.looseObject({ status: SUCCESS, data: z.record(z.string(), z.unknown()).nullish() });
const done = z.looseObject({ status: SUCCESS });
