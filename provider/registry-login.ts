import type { RegistryLogin } from "./client/registry-client";
import type { Environment } from "./config";
import { ConfigurationError } from "./errors";
import { rememberSecret } from "./redact";

/** How a login of a registry is given. */
export interface GivenLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordFromEnv?: string | undefined;
}

/** The login, nobody where there is none. @throws ConfigurationError where its password is not set where this runs */
export function registryLogin(
  { username, password, passwordFromEnv }: GivenLogin,
  environment: Environment,
  doing: string,
): RegistryLogin | undefined {
  if (username === undefined || username === "") return undefined;
  const found = password ?? (passwordFromEnv === undefined ? undefined : environment[passwordFromEnv]);
  rememberSecret(found);
  if (found !== undefined && found !== "") return { username, password: found };
  const name = passwordFromEnv ?? "password";
  const what = `the password to look for the images with, ${name}, is not set or empty`;
  throw new ConfigurationError({ doing, what, next: `Set ${name} where Pulumi runs, for preview and up.` });
}
