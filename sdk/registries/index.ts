import { acr } from "./acr";
import { artifactory } from "./artifactory";
import { dockerHub } from "./docker-hub";
import { ecr, harnessEcr } from "./ecr";
import { gar, harnessGar } from "./gar";
import { ghcr } from "./ghcr";
import { harbor } from "./harbor";
import { ibm } from "./ibm";
import { nexus } from "./nexus";
import { quay } from "./quay";

/**
 * What each vendor's registry asks of a connector: URL, provider type, user name. The result is spread into a connector's arguments.
 * Parameters are checked at once, and all that is wrong with them is one `Error`.
 *
 * @example
 * new DockerConnector("ibm", {
 *   ...registries.ibm({ region: "us-south", namespace: "my-namespace", apiKeyRef: key.ref }),
 *   connectivityMode: "Delegate",
 * });
 */
export const registries = {
  ibm,
  harnessGar,
  harnessEcr,
  dockerHub,
  ghcr,
  gar,
  ecr,
  acr,
  quay,
  harbor,
  artifactory,
  nexus,
};
