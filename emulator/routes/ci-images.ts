import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../answers";
import { success } from "../answers";
import { requirePermission } from "../auth";
import type { CiImageMap, CiInfra, CiRecord } from "../ci-images";
import { ciDefaults, infraOf } from "../ci-images";
import { invalid, unreadable } from "../errors";
import { text } from "../fields";
import { isObject } from "../json";
import type { Call, Route } from "../router";

function allow(call: Call, verb: "view" | "edit"): void {
  const scope = { accountId: call.accountId };
  requirePermission(call.token, {
    scope,
    permission: `core_account_${verb}`,
    resourceType: "ACCOUNT",
    identifier: call.accountId,
  });
}

function infraIn(call: Call): CiInfra {
  const found = infraOf(call.query.required("infra"), call.state.switches.ciInfraCase);
  if (typeof found === "string") return found;
  throw invalid([{ fieldId: "infra", error: found.problem }]);
}

/** Harness's own images. [H174] */
function defaults(call: Call): Answer {
  allow(call, "view");
  return success(ciDefaults(infraIn(call)));
}

/** The overrides, or all with the overrides laid over them. [H174] [H176] */
function customer(call: Call): Answer {
  allow(call, "view");
  const infra = infraIn(call);
  const own = call.state.store.ciImages.get(call.accountId)?.[infra] ?? {};
  const isWhole = call.query.text("overridesOnly") !== undefined && !call.query.flag("overridesOnly");
  if (isWhole) return success({ ...ciDefaults(infra), ...own });
  const blank = Object.keys(ciDefaults(infra)).map((field) => [field, null]);
  return success({ ...(call.state.switches.ciImagesEmpty === "null" ? Object.fromEntries(blank) : {}), ...own });
}

/** The fields of a body, each known. */
function fieldsIn(call: Call, infra: CiInfra): [field: string, value: string][] {
  if (!Array.isArray(call.body)) throw unreadable("Cannot deserialize: a list of operations expected");
  return call.body.map((item: unknown) => {
    const field = isObject(item) ? (text(item, "field") ?? "") : "";
    if (Object.hasOwn(ciDefaults(infra), field)) return [field, isObject(item) ? (text(item, "value") ?? "") : ""];
    throw invalid([{ fieldId: "field", error: `Field ${field} does not exist for infra type: ${infra}` }]);
  });
}

/** Reads the account's record, changes it, and saves it whole, without a version. [H175] */
async function change(call: Call, apply: (own: CiImageMap, fields: [string, string][]) => CiImageMap): Promise<Answer> {
  allow(call, "edit");
  const infra = infraIn(call);
  const fields = fieldsIn(call, infra);
  const { store, switches } = call.state;
  const record: CiRecord = store.ciImages.get(call.accountId) ?? {};
  if (switches.ciImagesGapMs > 0) await sleep(switches.ciImagesGapMs, undefined, { ref: false });
  store.ciImages.set(call.accountId, { ...record, [infra]: apply(record[infra] ?? {}, fields) });
  return success(true);
}

/** A blank value is no override. [H176] */
const update = (call: Call) =>
  change(call, (own, fields) =>
    Object.fromEntries(
      Object.entries({ ...own, ...Object.fromEntries(fields) }).filter(([, value]) => value.trim() !== ""),
    ),
  );

const reset = (call: Call) =>
  change(call, (own, fields) => {
    const named = new Set(fields.map(([field]) => field));
    return Object.fromEntries(Object.entries(own).filter(([field]) => !named.has(field)));
  });

/** Undocumented: takes away the overrides of all infrastructures. [H180] */
function dropAll(call: Call): Answer {
  allow(call, "edit");
  call.state.store.ciImages.delete(call.accountId);
  return success(true);
}

const BASE = "/ci/execution-config";

/** The account's list of CI images. */
export const ciImageRoutes: readonly Route[] = [
  { method: "GET", path: `${BASE}/get-default-config`, query: ["infra"], handle: defaults },
  { method: "GET", path: `${BASE}/get-customer-config`, query: ["infra", "overridesOnly"], handle: customer },
  { method: "POST", path: `${BASE}/update-config`, query: ["infra"], hasBody: true, handle: update },
  { method: "POST", path: `${BASE}/reset-config`, query: ["infra"], hasBody: true, handle: reset },
  { method: "DELETE", path: BASE, query: [], handle: dropAll },
];
