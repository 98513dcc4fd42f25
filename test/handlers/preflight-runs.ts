import assert from "node:assert/strict";
import type { Grant } from "../../emulator";
import type { Plain } from "../../provider/domain/plain";
import { Notices } from "../../provider/notices";
import { createRuntime } from "../../provider/runtime";
import { Session } from "../../provider/session";
import { type Life, mistakes } from "./contract/life";
import { type Engine, Phase, type RunOptions } from "./engine";
import type { SCOPES } from "./resources";

type ScopeName = keyof typeof SCOPES;

/** The scopes a resource can live in, from the widest to the narrowest. */
export const SCOPE_NAMES: readonly ScopeName[] = ["account", "organisation", "project"];
/** How messages name them. */
export const PLACES = {
  account: "the account",
  organisation: "organisation default",
  project: "project default/demo",
} as const;

/** What a key must be allowed to view for all questions to be asked. */
export const VIEWS = ["secret", "delegate", "account", "organization", "project"].map((name) => `core_${name}_view`);
/** What it needs for connectors. */
export const CONNECTOR = ["view", "edit", "delete"].map((verb) => `core_connector_${verb}`);

/** How everything begins that could not be asked. */
export const UNASKED =
  'not checked against Harness (set preflight: "off" on the resource, or harness:preflight to off, to skip this)';
/** How the last failure of a check ends. */
export const STOPPED =
  "\n(Pulumi stops at the first resource with a problem; the resources after it were not checked.)";

/** A run in which doubts are errors. */
export const STRICT: RunOptions = { config: { "harness:preflight": "strict" } };

/** A run with a key that may do only this. */
export function keyed({ harness }: Life, permissions: readonly (string | Grant)[], preflight = "auto"): RunOptions {
  return { config: { "harness:platformApiKey": harness.addToken({ permissions }), "harness:preflight": preflight } };
}

/** What was told of the connector of these tests, in order. */
export function told(engine: Engine): string[] {
  return engine.said.map((line) => line.replace('harness-images: DockerConnector "thing": ', ""));
}

/** Everything that a preview finds wrong, where each problem is one line. */
export async function wrong(engine: Engine, args: Plain): Promise<string[]> {
  const { message } = await mistakes(engine.preview(args));
  assert.ok(message.endsWith(STOPPED), message);
  return message.slice(0, -STOPPED.length).split("\n");
}

/** The paths of the requests so far. */
export function paths({ harness }: Life): string[] {
  return harness.requests().map(({ path }) => path);
}

/** One process for all resource types of a program, and the lines it says. */
export async function program(
  { harness }: Life,
  body: (phase: (type: string, name?: string) => Phase, said: readonly string[]) => Promise<void>,
  { config = {}, clock }: RunOptions = {},
): Promise<void> {
  const { endpoint, platformApiKey } = harness;
  const settings = new Map<string, string | undefined>(
    Object.entries({ "harness:endpoint": endpoint, "harness:platformApiKey": platformApiKey, ...config }),
  );
  const said: string[] = [];
  const notices = new Notices((line) => said.push(line));
  const session = new Session({
    config: (key) => settings.get(key),
    environment: {},
    notices,
    ...(clock && { clock }),
  });
  const runtime = createRuntime(session);
  try {
    await body((type, name = "thing") => new Phase(runtime.handler(type), `acme/images/dev/${name}`, () => {}), said);
  } finally {
    await session.close();
  }
}
