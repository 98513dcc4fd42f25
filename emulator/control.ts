import type { Answer } from "./answers";
import { json } from "./answers";
import type { Fault } from "./faults";
import { assertFault } from "./faults";
import { isObject } from "./json";
import type { Control } from "./server";
import type { Seed } from "./specs";
import type { State } from "./state";
import { changeSwitches } from "./switches";

/** What the control plane can ask of the emulator as a whole. */
export interface Controlled {
  readonly state: State;
  readonly describe: () => object;
  readonly reset: (seed?: Seed) => void;
}

/** A fault from JSON: `match.path` may be `{ "pattern": "...", "flags": "" }`, `times` may be "all". */
function faultFromJson(body: unknown): Fault {
  if (!isObject(body)) throw new TypeError("A fault is an object.");
  const fault = { ...body };
  if (fault["times"] === "all") fault["times"] = Number.POSITIVE_INFINITY;
  const match = fault["match"];
  const path = isObject(match) ? match["path"] : undefined;
  if (isObject(match) && isObject(path)) {
    fault["match"] = { ...match, path: new RegExp(String(path["pattern"]), String(path["flags"] ?? "")) };
  }
  assertFault(fault);
  return fault;
}

function seedFrom(body: unknown): Seed {
  const seed = isObject(body) ? body["seed"] : undefined;
  if (seed === "demo" || seed === "empty") return seed;
  throw new TypeError('The body is { "seed": "demo" } or { "seed": "empty" }.');
}

/** The actions by method and path. */
function actions({ state, describe, reset }: Controlled): ReadonlyMap<string, (body: unknown) => unknown> {
  return new Map<string, (body: unknown) => unknown>([
    ["GET health", () => ({ status: "ok", ...describe() })],
    ["POST reset", () => reset()],
    ["POST seed", (body) => reset(seedFrom(body))],
    ["GET requests", () => state.log.all()],
    ["DELETE requests", () => state.log.clear()],
    ["POST faults", (body) => state.faults.inject(faultFromJson(body))],
    ["GET faults", () => ({ pending: state.faults.pending() })],
    ["DELETE faults", () => state.faults.clear()],
    ["GET switches", () => state.switches],
    [
      "PATCH switches",
      (body) => {
        if (!isObject(body)) throw new TypeError("The switches are an object.");
        changeSwitches(state.switches, body);
        return state.switches;
      },
    ],
  ]);
}

/** The control plane: everything under `/_emulator/`, which no Harness has. It needs no token and is not recorded. */
export function controlPlane(controlled: Controlled): Control {
  const known = actions(controlled);
  return (method: string, path: string, body: string): Answer => {
    const action = known.get(`${method} ${path}`);
    if (action === undefined) {
      return json(404, { error: `There is no ${method} /_emulator/${path}.`, known: [...known.keys()] });
    }
    try {
      const parsed: unknown = body === "" ? undefined : JSON.parse(body);
      return json(200, action(parsed) ?? { status: "ok" });
    } catch (error) {
      return json(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}
