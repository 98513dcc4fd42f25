import { connectorArgs, hostProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs, SignInArgs } from "./registry-connector";

/** What {@link nexus} needs to know. */
export interface NexusArgs extends SignInArgs {
  /**
   * Where docker finds the repository: `nexus.acme.com:8443` with a port connector, `docker.nexus.acme.com` with a subdomain,
   * `nexus.acme.com/docker` with path-based routing.
   */
  host: string;
}

/** Sonatype Nexus Repository. https://help.sonatype.com/en/docker-registry.html */
export function nexus(args: NexusArgs): RegistryConnectorArgs {
  const { host, username, passwordRef } = args;
  const problems = [hostProblem(host) || webPathProblem(host), signInProblem(username, passwordRef)];
  return connectorArgs("nexus", problems, host, signIn(username, passwordRef));
}

function webPathProblem(host: string): string | undefined {
  const [, server, repository] = /^([^/]+)\/(?:.*\/)?repository\/(.+)$/.exec(host) ?? [];
  if (server === undefined) return undefined;
  return `host "${host}" has the path of a browser, which docker cannot take; write ${server}:PORT, the subdomain, or with path-based routing ${server}/${repository}`;
}
