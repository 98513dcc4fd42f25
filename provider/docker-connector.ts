import { shimFor } from "./shim";

/** What state files name for `DockerConnector`: this path is permanent. */
export = shimFor("DockerConnector");
