import { shimFor } from "./shim";

/** What state files name for `SecretText`: this path is permanent. */
export = shimFor("SecretText");
