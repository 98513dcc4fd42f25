/** Rules for Harness identifiers. Free of dependencies: programs use `identifierFromName` too. */

const LONGEST = 128;

/** The union of the words in Harness's documentation and in its server. [H74] */
export const RESERVED_IDENTIFIERS: ReadonlySet<string> = new Set(
  (
    "or and eq ne lt gt le ge div mod not null true false new var return step parallel stepGroup org account status " +
    "liteEngineTask class shellScriptProvisioner _harness_system"
  ).split(" "),
);

/** What is wrong with an identifier, as the end of a sentence; undefined when it is fine. Secrets may contain `-`. */
export function identifierProblem(identifier: string, allowHyphen = false): string | undefined {
  const allowed = allowHyphen ? /^[a-zA-Z_][0-9a-zA-Z_$-]*$/ : /^[a-zA-Z_][0-9a-zA-Z_$]*$/;
  if (identifier === "") return "is empty; give it a letter or '_' followed by letters, digits, '_' or '$'";
  if (identifier.length > LONGEST) return `has ${identifier.length} characters; Harness allows ${LONGEST}`;
  if (!allowed.test(identifier)) {
    const suggestion = identifierFromName(identifier);
    const hyphen = allowHyphen ? ", '-'" : "";
    return `"${identifier}" must start with a letter or '_' and hold only letters, digits, '_', '$'${hyphen}; write "${suggestion}"`;
  }
  if (RESERVED_IDENTIFIERS.has(identifier)) {
    return `"${identifier}" is a word Harness reserves; write "${identifier}_"`;
  }
  return undefined;
}

/**
 * The identifier a resource gets when none is given: characters Harness does not allow are dropped at both ends, each run of them
 * in between becomes one `_`, a leading digit or `$` gets a `_` before it, a reserved word one after it, and the rest beyond 128
 * characters is cut off. A valid identifier stays as it is.
 *
 * @example identifierFromName("IBM Cloud (us-south)") // "IBM_Cloud_us_south"
 */
export function identifierFromName(name: string): string {
  const words = name.replace(/^[^0-9a-zA-Z_$]+|[^0-9a-zA-Z_$]+$/g, "").replace(/[^0-9a-zA-Z_$]+/g, "_");
  const started = /^[0-9$]/.test(words) ? `_${words}` : words;
  const cut = started.slice(0, LONGEST);
  return cut === "" || RESERVED_IDENTIFIERS.has(cut) ? `${cut}_` : cut;
}
