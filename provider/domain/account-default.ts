/** The id of the connector of the account that every build pulls Harness's images through. [H113] */
export const ACCOUNT_DEFAULT = "harnessImage";
/** Keeps the former settings of the account's default from before a switch until they are put back. */
export const BACKUP = "harnessImage_pulumi_backup";
/** Tries new settings out before they become the account's default. */
export const CANARY = "harnessImage_pulumi_canary";
/** Connectors that only live beside the account's default. */
export const HELPERS: readonly string[] = [BACKUP, CANARY];
