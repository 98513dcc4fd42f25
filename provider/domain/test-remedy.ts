import { isPlain, type Plain } from "./plain";
import type { TestFailure, Trouble } from "./test-outcome";

/** What went wrong, as the end of "the connection test failed: ...". */
export const HEADLINES: Readonly<Record<Trouble, string>> = {
  credentials: "the registry does not accept the credentials",
  permission: "the registry knows the user and does not permit it",
  network: "the registry cannot be reached",
  delegate: "no delegate could run it",
  timeout: "there was no answer in time",
  unknown: "Harness gives no reason that we know",
};

/** What every login needs according to Harness's own guide. [H171] */
const TOKEN_RIGHTS = "Harness asks for a token with Read, Write and Delete, also where builds only pull";

/** What to do about a failed test, as whole sentences. */
export function remedyOf({ trouble }: TestFailure, inputs: Plain): string {
  const vendor = vendorRemedy(trouble, inputs);
  return [OWN[trouble](inputs), ...(vendor === undefined ? [] : [vendor])].join(" ");
}

const OWN: Readonly<Record<Trouble, (inputs: Plain) => string>> = {
  credentials: (inputs) => {
    const { type, passwordRef } = isPlain(inputs["auth"]) ? inputs["auth"] : {};
    if (type === "Anonymous") return "This registry wants a login: write auth with a user name and a passwordRef.";
    const secret = typeof passwordRef === "string" ? `the secret ${passwordRef}` : "the secret";
    return `Check the user name and ${secret}. ${TOKEN_RIGHTS}.`;
  },
  permission: () => `Give the user or token the missing right. ${TOKEN_RIGHTS}.`,
  network: ({ connectivityMode, url }) =>
    connectivityMode === "Platform"
      ? `Check that ${url} is right and reachable from the internet, where Harness is; write connectivityMode: "Delegate" for a registry in your own network.`
      : `Check that ${url} is right, and that the delegate's machine (and the build machines) reach it: name, port, firewall, certificate.`,
  delegate: ({ delegateSelectors }) => {
    const wanted = Array.isArray(delegateSelectors) && delegateSelectors.length > 0;
    return wanted
      ? `Start a delegate that carries all of ${delegateSelectors.join(", ")}, or correct delegateSelectors.`
      : 'Start a delegate, or write connectivityMode: "Platform".';
  },
  timeout: () => "Run again; where tests take longer, raise testConnection.timeoutSeconds.",
  unknown: () => "Open the connector in Harness and test it there; its page shows the details.",
};

/** What the vendor's own documentation adds. [H172] */
function vendorRemedy(trouble: Trouble, { url, auth }: Plain): string | undefined {
  const host = typeof url === "string" && URL.canParse(url) ? new URL(url).hostname : "";
  if (!/(^|\.)icr\.io$/.test(host)) return undefined;
  if (trouble !== "credentials" && trouble !== "permission") return undefined;
  const user = isPlain(auth) && auth["username"] !== undefined && auth["username"] !== "iamapikey";
  return [
    ...(user ? ['IBM: the user name for an API key is "iamapikey".'] : []),
    "IBM: the key needs the roles Reader and Writer, or Manager, in the registry's own region; a change in IAM can take five minutes: " +
      "testConnection.retryForSeconds: 330 waits for it.",
  ].join(" ");
}
