/**
 * Keeps secrets out of every text that leaves this process. Errors, notices and the debug log pass through `conceal`,
 * so no caller can forget it.
 */

const CONCEALED = "[secret]";
const SHORTEST_REPLACED = 4;
const known = new Set<string>();

/** Remembers a secret value for the life of the process, so that `conceal` masks it even where it has no telling shape. */
export function rememberSecret(value: string | undefined): void {
  if (value === undefined || value.length < SHORTEST_REPLACED) return;
  // Half a surrogate pair has no URL encoding; a URL shows it as the replacement character.
  const encoded = encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"));
  for (const spelling of [value, JSON.stringify(value).slice(1, -1), encoded]) known.add(spelling);
}

/** Masks remembered values, Harness tokens (`pat.…`, `sat.…`), API key headers and credentials inside URLs. */
export function conceal(text: string): string {
  let masked = text;
  for (const value of [...known].sort((a, b) => b.length - a.length)) masked = masked.split(value).join(CONCEALED);
  return masked
    .replace(/\b([ps]at)\.[\w-]+\.[\w-]+(\.[\w-]+)?/gi, `$1.${CONCEALED}`)
    .replace(/(x-api-key["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, `$1${CONCEALED}`)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"]+@/gi, `$1${CONCEALED}@`);
}
