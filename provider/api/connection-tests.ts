import { z } from "zod";
import type { Purpose } from "../client/call";
import type { HarnessClient } from "../client/client";
import { endpoints } from "../client/endpoints";
import { type Address, scopeQuery } from "../domain/scope";
import { type TestFailure, type TestOutcome, troubleOf } from "../domain/test-outcome";
import { type HarnessError, isHarnessError } from "../errors";
import { SUCCESS } from "./saved";

/** Codes under which a failing server speaks of the test and not of itself. [H22] [H95] */
const OF_THE_TEST: ReadonlySet<string> = new Set([
  "HINT",
  "EXPLANATION",
  "CONNECTOR_VALIDATION_EXCEPTION",
  "UNAVAILABLE_DELEGATES",
]);

/** Lets Harness test connectors as they are saved. [H94] */
export class ConnectionTests {
  private readonly client: HarnessClient;

  constructor(client: HarnessClient) {
    this.client = client;
  }

  /**
   * One test. That the registry fails is an outcome, in whichever of its two forms Harness says it. [H95]
   *
   * @throws HarnessError when there was no test: key, permission, missing connector, too many requests
   */
  async run(address: Address, { doing, hint }: Purpose, timeoutMs: number): Promise<TestOutcome> {
    try {
      return await this.client.request({
        endpoint: endpoints.testConnection,
        doing,
        ...(hint === undefined ? {} : { hint }),
        path: { identifier: address.identifier },
        query: scopeQuery(address),
        body: {},
        timeoutMs,
        parse: readResult,
      });
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      if (error.code === "TIMED_OUT") return timedOut(timeoutMs);
      if (!isVerdict(error)) throw error;
      const { message, codes = [], correlationId } = error.answer;
      return failure(codes, message ?? "", correlationId, undefined, undefined);
    }
  }
}

/** Whether a refusal is what the test found. Key, permission, throttling and a missing connector have codes of their own. */
function isVerdict({ code, answer }: HarnessError): boolean {
  if (code === "REFUSED") return true;
  // The HTTP status is that of the root cause, which may be the registry's own refusal. [H23]
  const ofTheTest = (answer.codes ?? []).some((one) => OF_THE_TEST.has(one));
  return ofTheTest && ["SERVER_FAILED", "CREDENTIALS_REJECTED", "PERMISSION_DENIED"].includes(code);
}

function readResult(body: unknown): TestOutcome {
  const { data, correlationId } = resultEnvelope.parse(body);
  const testedAt = data.testedAt ?? undefined;
  const delegateId = data.delegateId ?? undefined;
  if (data.status === "SUCCESS") return { ok: true, testedAt, delegateId };
  const errors = data.errors ?? [];
  const details = errors.flatMap(({ reason, message }) => [message, reason]);
  const all = [data.errorSummary, ...details].flatMap((text) => text?.trim() || []);
  // The summary mostly repeats what the errors say at greater length.
  const said = all.filter(
    (text, at) => !all.some((other, index) => index !== at && other.includes(text) && other !== text),
  );
  const codes = errors.flatMap(({ code, reason }) => [String(code), String(reason)]);
  return failure(codes, [...new Set(said)].join("; "), correlationId ?? undefined, testedAt, delegateId);
}

function failure(
  codes: readonly string[],
  words: string,
  correlationId: string | undefined,
  testedAt: number | undefined,
  delegateId: string | undefined,
): TestFailure {
  return { ok: false, trouble: troubleOf(codes, words), words, correlationId, testedAt, delegateId };
}

/** A test that is still running somewhere is not a test that has passed. */
function timedOut(timeoutMs: number): TestFailure {
  const words = `Harness did not answer within ${timeoutMs / 1000} seconds`;
  return { ...failure([], words, undefined, undefined, undefined), trouble: "timeout" };
}

const resultEnvelope = z.looseObject({
  status: SUCCESS,
  correlationId: z.string().nullish(),
  data: z.looseObject({
    status: z.string(),
    errors: z
      .array(
        z.looseObject({
          reason: z.string().nullish(),
          message: z.string().nullish(),
          code: z.union([z.number(), z.string()]).nullish(),
        }),
      )
      .nullish(),
    errorSummary: z.string().nullish(),
    testedAt: z.number().nullish(),
    delegateId: z.string().nullish(),
  }),
});
