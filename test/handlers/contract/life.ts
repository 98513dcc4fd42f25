import assert from "node:assert/strict";
import type { Emulator, ScopeRef } from "../../../emulator";
import type { Plain } from "../../../provider/domain/plain";
import { emulatorForEach } from "../../support/harness";
import { Engine, type RunOptions } from "../engine";
import { kept, OTHER_VALUE, type Resource, VALUE } from "../resources";

/** A resource in a scope, and an emulated Harness of its own: what the parts of the contract work with. */
export interface Life {
  readonly resource: Resource;
  readonly scope: ScopeRef;
  readonly harness: Emulator;
  /** Valid arguments, or the same with some changed; undefined takes one away. */
  args(more?: Plain): Plain;
  engine(options?: RunOptions): Engine;
  /** The object as Harness keeps it, without what changes by itself. */
  kept(identifier?: unknown): Plain;
  /** How many objects there are. */
  count(): number;
}

/** Registers the tests of a part of the contract, each with a fresh Harness. */
export function lifeOf(resource: Resource, scope: ScopeRef): Life {
  const harness = emulatorForEach();
  beforeEach(() => harness().putSecret({ identifier: "registry_password", value: "a-password-of-the-registry" }));
  return {
    resource,
    scope,
    get harness() {
      return harness();
    },
    args: (more = {}) => withoutAbsent({ ...scope, ...resource.args, ...more }),
    engine: (options = {}) => new Engine(harness(), resource.type, { secrets: [VALUE, OTHER_VALUE], ...options }),
    kept: (identifier = resource.args["identifier"]) =>
      kept(resource.live(harness(), scope).find((one) => one.identifier === identifier)),
    count: () => resource.live(harness(), scope).length,
  };
}

function withoutAbsent(value: Plain): Plain {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

/** The error a promise ends with, when it has this code. */
export async function failure(promise: Promise<unknown>, code: string): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error, `nothing failed; ${code} was expected`);
  assert.equal("code" in error ? error.code : error.name, code, error.message);
  return error;
}

/** What `check` found wrong, when a run ends with that. */
export async function mistakes(promise: Promise<unknown>): Promise<Error> {
  return failure(promise, "CHECK_FAILED");
}
