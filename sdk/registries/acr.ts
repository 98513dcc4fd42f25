import { below, connectorArgs, formProblem, pathProblem, signIn, signInProblem } from "./checks";
import type { RegistryConnectorArgs, SignInArgs } from "./registry-connector";

/**
 * What {@link acr} needs to know. The user name is the application id of a service principal, the name of a token, or the admin user;
 * the access token of `az acr login` ends after three hours.
 */
export interface AcrArgs extends SignInArgs {
  /** Login server as `az acr show` prints it, all in lower case: `myregistry.azurecr.io`, `myregistry-hash.azurecr.io`. */
  loginServer: string;
  /** What the names of the repositories begin with, e.g. `mirror` for `mirror/harness/ci-addon`. @default nothing: `harness/ci-addon` */
  namespace?: string | undefined;
}

/**
 * Azure Container Registry. Harness documents no URL for it; this is docker's.
 * https://learn.microsoft.com/azure/container-registry/container-registry-authentication
 */
export function acr(args: AcrArgs): RegistryConnectorArgs {
  const { loginServer, namespace, username, passwordRef } = args;
  const problems = [
    formProblem(
      "loginServer",
      loginServer,
      /^[a-z0-9]{5,50}(-[a-z0-9]+)?\.azurecr\.(io|cn|us)$/,
      'must be "NAME.azurecr.io" (.cn in China, .us for the US Government) with a name in lower case',
      (given) =>
        `${given.replace(/^https:\/\/|\/.*$/g, "")}.azurecr.io`.replace(/(\.azurecr\.\w+)\.azurecr\.io$/, "$1"),
    ),
    namespace !== undefined && pathProblem("namespace", namespace),
    signInProblem(username, passwordRef),
  ];
  return connectorArgs("acr", problems, below(loginServer, namespace), signIn(username, passwordRef));
}
