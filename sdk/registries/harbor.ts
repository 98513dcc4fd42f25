import { connectorArgs, hostProblem, pathProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs, SignInArgs } from "./registry-connector";

/** What {@link harbor} needs to know. A robot account's user name has its prefix and project: `robot$PROJECT+NAME`. */
export interface HarborArgs extends SignInArgs {
  /** Host, with its port if it has one. */
  host: string;
  /** Project with the images. */
  project: string;
}

/**
 * Harbor. A robot account ends on a day that was chosen when it was made. Harness documents no URL for it; this is docker's.
 * https://goharbor.io/docs/2.5.0/working-with-projects/project-configuration/create-robot-accounts
 */
export function harbor(args: HarborArgs): RegistryConnectorArgs {
  const { host, project, username, passwordRef } = args;
  const problems = [hostProblem(host), pathProblem("project", project), signInProblem(username, passwordRef)];
  return connectorArgs("harbor", problems, `${host}/${project}`, signIn(username, passwordRef), "Harbor");
}
