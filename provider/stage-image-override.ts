import { shimFor } from "./shim";

/** What state files name for `StageImageOverride`: this path is permanent. */
export = shimFor("StageImageOverride");
