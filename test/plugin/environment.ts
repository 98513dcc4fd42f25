/** What a developer has set for himself and a test must not see. */
const PERSONAL = /^(HARNESS_|PULUMI_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|(https?|no|all)_proxy$)/i;

/** The environment of a process that a test starts. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || PERSONAL.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(own), PULUMI_NODEJS_PROJECT: "images", ...more };
}
