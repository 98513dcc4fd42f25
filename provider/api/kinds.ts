import { endpoints } from "../client/endpoints";
import { scopeQuery } from "../domain/scope";
import type { ObjectEndpoints } from "./objects";

/** Connectors: on writes the scope is read from the body only; the query would be ignored. [H32] */
export const connectorEndpoints: ObjectEndpoints = {
  create: endpoints.createConnector,
  get: endpoints.getConnector,
  update: endpoints.updateConnector,
  delete: endpoints.deleteConnector,
  list: endpoints.listConnectors,
  updatePath: () => ({}),
  writeQuery: () => ({}),
  listBody: { filterType: "Connector" },
};

/** Secrets: on writes the scope is in the query and in the body, and both must agree. [H82] */
export const secretEndpoints: ObjectEndpoints = {
  create: endpoints.createSecret,
  get: endpoints.getSecret,
  update: endpoints.updateSecret,
  delete: endpoints.deleteSecret,
  list: endpoints.listSecrets,
  updatePath: (identifier) => ({ identifier }),
  writeQuery: scopeQuery,
  listBody: undefined,
};
