import { dockerConnectorDomain } from "../domain/docker-connector";
import type { Session } from "../session";
import type { Handler } from "./handler";
import { ownedObject } from "./owned-object";

/** Docker registry connectors: nothing beyond the life of every owned object. */
export function dockerConnector(session: Session): Handler {
  return ownedObject({ session, domain: dockerConnectorDomain, objects: (harness) => harness.connectors });
}
