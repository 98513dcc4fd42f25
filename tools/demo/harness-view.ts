import { z } from "zod";
import type { Emulator } from "../../emulator";

const dockerSpec = z.object({
  dockerRegistryUrl: z.string(),
  auth: z.object({ spec: z.object({ username: z.string(), passwordRef: z.string() }) }),
});

interface Place {
  /** `account`, or `project org/project`. */
  where: string;
  identifier: string;
}

/** What the demo looks at in a connector. */
export interface ConnectorSeen extends Place {
  url: string;
  username: string;
  passwordRef: string;
}

/** What the demo looks at in a secret. */
export interface SecretSeen extends Place {
  value: string | undefined;
}

/** The connectors that Harness really has, seen without its API. */
export function connectorsIn(harness: Emulator): ConnectorSeen[] {
  return harness.connectors().map(({ scope, identifier, spec }) => {
    const { dockerRegistryUrl, auth } = dockerSpec.parse(spec);
    return { where: placeOf(scope), identifier, url: dockerRegistryUrl, ...auth.spec };
  });
}

/** The secrets that Harness really has, with the values its API never shows. */
export function secretsIn(harness: Emulator): SecretSeen[] {
  return harness.secrets().map(({ scope, identifier }) => ({
    where: placeOf(scope),
    identifier,
    value: harness.secretValue(scope, identifier),
  }));
}

/** What is asked by POST. */
const QUESTIONS = /\/(listV2|acl|listDelegates|testConnection\/\w+)$/;

/** The requests that were to change something, e.g. `DELETE /ng/api/connectors/registry`, in their order. */
export function writesTo(harness: Emulator): string[] {
  return harness
    .requests()
    .filter(({ method, path }) => method !== "GET" && !QUESTIONS.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}

function placeOf({ orgId, projectId }: { orgId?: string; projectId?: string }): string {
  return orgId === undefined ? "account" : `project ${orgId}/${projectId}`;
}
