import { shimFor } from "./shim";

/** What state files name for `HarnessImageConnector`: this path is permanent, and short, for it is in every state. */
export = shimFor("HarnessImageConnector");
