import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Emulator } from "../../emulator";

/** The field that is the other program's. */
export const THEIR_FIELD = "cookieCutter";

/**
 * Another program that saves a field of its own in the account's list of CI images, over and over, until told to stop. It knows nothing
 * of us, and Harness saves the whole list for it.
 */
export class CiImagesWriter {
  private stopped = false;
  private count = 0;
  private readonly harness: Emulator;
  private readonly work: Promise<void>;

  /** @param longestPauseMs between two saves; the pauses differ */
  constructor(harness: Emulator, longestPauseMs: number) {
    this.harness = harness;
    this.work = this.run(longestPauseMs);
    // Reported by stop(), not before.
    this.work.catch(() => undefined);
  }

  /** How often it has saved. */
  get saves(): number {
    return this.count;
  }

  /** Ends it, after its last save. @throws what it met */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.work;
  }

  private async run(longestPauseMs: number): Promise<void> {
    while (!this.stopped) {
      await this.save(`harness/cookiecutter:${this.count}`);
      this.count += 1;
      await pause((this.count * 37) % (longestPauseMs + 1));
    }
  }

  private async save(value: string): Promise<void> {
    const { endpoint, platformApiKey, accountId } = this.harness;
    const query = `accountIdentifier=${accountId}&infra=K8`;
    const answer = await fetch(`${endpoint}/ci/execution-config/update-config?${query}`, {
      method: "POST",
      headers: { "x-api-key": platformApiKey, "harness-account": accountId, "content-type": "application/json" },
      body: JSON.stringify([{ field: THEIR_FIELD, value }]),
    });
    assert.ok(answer.ok, `the other program was answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Does something beside such a program. */
export async function besideWriter<T>(harness: Emulator, longestPauseMs: number, body: () => Promise<T>): Promise<T> {
  const writer = new CiImagesWriter(harness, longestPauseMs);
  try {
    return await body();
  } finally {
    await writer.stop();
  }
}
