import { type DiffRules, sameOrBlank } from "../domain/diff";
import { OWNER_KEY } from "../domain/object-args";
import { omit, type Plain, withoutUndefined } from "../domain/plain";

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

/** Exactly the inputs there were, with drifted values: anything more would end up in the state's inputs, secrets in clear. */
export function inputsOf(rules: DiffRules, props: Plain, settings: Plain): { inputs?: Plain } {
  const names = inputsIn(props);
  if (names === undefined) return {};
  const entries = names.map((name) => {
    const equal = (rules[name]?.same ?? sameOrBlank)(props[name], settings[name]);
    return [name, name in settings && !equal ? settings[name] : props[name]];
  });
  return { inputs: withoutUndefined(Object.fromEntries(entries)) };
}

/** What outputs remember that no argument gives: it is kept over an update. */
export function keptOutputs(olds: Plain, keys: readonly string[]): Plain {
  return Object.fromEntries(keys.flatMap((key) => (key in olds ? [[key, olds[key]]] : [])));
}

/**
 * Outputs after a change of nothing but what is remembered: arguments that are no longer given must not stay. Nothing was written, so the
 * owner is still the one in the mark, also where stack or resource have another name by now.
 */
export function rememberedOutputs(rules: DiffRules, olds: Plain, news: Plain): Plain {
  const absent = Object.keys(rules).filter((key) => rules[key]?.effect === "note" && key in olds && !(key in news));
  return { ...omit(olds, absent), ...omit(news, ["__provider"]), ...keptOutputs(olds, [OWNER_KEY]) };
}
