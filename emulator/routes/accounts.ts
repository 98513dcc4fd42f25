import type { Answer } from "../answers";
import { success } from "../answers";
import { requirePermission } from "../auth";
import { notFound } from "../not-found";
import type { Call, Route } from "../router";

/** The account of the token: how a token is checked. [H10] [H12] */
function read(call: Call): Answer {
  const scope = { accountId: call.accountId };
  const target = { scope, permission: "core_account_view", resourceType: "ACCOUNT", identifier: call.accountId };
  requirePermission(call.token, target);
  const account = call.state.store.accounts.get(call.accountId);
  if (account === undefined) throw notFound(call.state, `Account with identifier [${call.accountId}] not found`);
  const fixed = { companyName: account.name, nextGenEnabled: true, productLed: false };
  return success({ identifier: account.identifier, name: account.name, cluster: account.cluster, ...fixed });
}

/** Reading the account. */
export const accountRoutes: readonly Route[] = [
  { method: "GET", path: "/ng/api/accounts/{account}", query: [], account: "path", handle: read },
];
