import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answers";
import { htmlPage, json, success, tooManyRequests } from "./answers";
import type { DropFault, Fault, HtmlFault, RateLimitFault, StallFault, StatusFault, TruncateFault } from "./faults";
import { kindOf } from "./faults";
import type { OpenRequest } from "./requests";
import { send, sendHalf, sendHeadersOnly } from "./wire";

/** What a fault is played on. */
export interface Stage {
  readonly response: ServerResponse;
  readonly entry: OpenRequest;
  /** Applies the request and gives the true answer; called at most once. */
  readonly apply: () => Promise<Answer>;
}

function answer(stage: Stage, given: Answer): void {
  stage.entry.answered(given.status, given.correlationId);
  stage.entry.ended();
  send(stage.response, given);
}

async function playStatus(stage: Stage, fault: StatusFault): Promise<void> {
  if (fault.apply === true) await stage.apply();
  const { status, body, headers } = fault;
  const plain = { status, contentType: "text/plain;charset=utf-8", body: typeof body === "string" ? body : "" };
  const base = body === undefined || typeof body === "string" ? plain : json(status, body);
  answer(stage, { ...base, headers: headers ?? {} });
}

async function playStall(stage: Stage, fault: StallFault): Promise<void> {
  if (fault.apply === true) await stage.apply();
  if (fault.stall === "before-headers") return;
  stage.entry.answered(200);
  sendHeadersOnly(stage.response);
}

async function playTruncate(stage: Stage, fault: TruncateFault): Promise<void> {
  const whole = fault.apply === false ? success({ note: "half of a success that never was" }) : await stage.apply();
  stage.entry.answered(whole.status, whole.correlationId);
  stage.entry.ended();
  sendHalf(stage.response, whole);
}

async function playDrop(stage: Stage, fault: DropFault): Promise<void> {
  if (fault.drop === "after") await stage.apply();
  stage.entry.ended();
  stage.response.destroy();
}

function playRateLimit(stage: Stage, fault: RateLimitFault): void {
  answer(stage, tooManyRequests(fault.rateLimit.body ?? "html", fault.rateLimit.retryAfterSeconds));
}

async function playHtml(stage: Stage, fault: HtmlFault): Promise<void> {
  if (fault.apply === true) await stage.apply();
  answer(stage, htmlPage(fault.html, "Proxy"));
}

/** Plays a fault on a request instead of answering it. */
export async function play(fault: Fault, stage: Stage): Promise<void> {
  stage.entry.faulted(kindOf(fault) ?? "unknown");
  if ("status" in fault) return playStatus(stage, fault);
  if ("stall" in fault) return playStall(stage, fault);
  if ("truncate" in fault) return playTruncate(stage, fault);
  if ("drop" in fault) return playDrop(stage, fault);
  if ("rateLimit" in fault) return playRateLimit(stage, fault);
  if ("html" in fault) return playHtml(stage, fault);
  const early = fault.late === true ? undefined : await stage.apply();
  await sleep(fault.delayMs, undefined, { ref: false });
  return answer(stage, early ?? (await stage.apply()));
}
