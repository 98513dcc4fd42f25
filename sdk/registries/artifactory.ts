import { connectorArgs, hostProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs, SignInArgs } from "./registry-connector";

/** What {@link artifactory} needs to know. */
export interface ArtifactoryArgs extends SignInArgs {
  /**
   * Host and path of the Docker repository as "Set Me Up" shows them: `acme.jfrog.io/docker-local`, `docker-local.acme.com` or
   * `acme.com:8876`.
   */
  host: string;
}

/** JFrog Artifactory. https://docs.jfrog.com/artifactory/docs/additional-docker-information */
export function artifactory(args: ArtifactoryArgs): RegistryConnectorArgs {
  const { host, username, passwordRef } = args;
  const problems = [hostProblem(host) || webPathProblem(host), signInProblem(username, passwordRef)];
  return connectorArgs("artifactory", problems, host, signIn(username, passwordRef));
}

function webPathProblem(host: string): string | false {
  const right = host.replace(/\/artifactory(\/api\/docker)?(?=\/|$)/, "");
  return (
    right !== host &&
    `host "${host}" goes through Artifactory's web path, which docker cannot; did you mean "${right}"?`
  );
}
