import type { Plain } from "../domain/plain";

/** Output that remembers which inputs there were, so that a refresh returns exactly those. */
const INPUTS_KEY = "__inputs";

/** The output that remembers which inputs the program gave. */
export function inputKeys(inputs: Plain): Plain {
  return { [INPUTS_KEY]: Object.keys(inputs).filter((key) => key !== "__provider") };
}

/** The inputs that outputs remember; undefined where they remember none, as of an import. */
export function inputsIn(props: Plain): string[] | undefined {
  const keys = props[INPUTS_KEY];
  return Array.isArray(keys) ? keys.map(String) : undefined;
}
