import { shimFor } from "./shim";

/** What state files name for `CiImages`: this path is permanent. */
export = shimFor("CiImages");
