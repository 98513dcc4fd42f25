import { shimFor } from "./shim";

/** What state files name for `HarnessImageConnector`: this path is permanent. */
export = shimFor("HarnessImageConnector");
