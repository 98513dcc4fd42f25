import { Config } from "@pulumi/pulumi";
import { DockerConnector, type DockerConnectorArgs, HarnessImageConnector, SecretText } from "pulumi-harness-images";

/** A registry to be tested, and how Harness gets to it. What is left out is as it should be. */
export interface Wish {
  /** The configuration key of the address. */
  readonly address?: "url" | "missingRepository" | "closed";
  /** The configuration key of the password, or none. */
  readonly login?: "password" | "wrongPassword" | "nobody";
  readonly connectivityMode?: "Delegate" | "Platform";
  readonly delegateSelectors?: readonly string[];
}

type TestConnection = NonNullable<DockerConnectorArgs["testConnection"]>;

/** A program of some DockerConnectors, by name. */
export function dockerConnectors(wishes: Readonly<Record<string, Wish>>, testConnection: TestConnection) {
  return async (): Promise<Record<string, unknown>> => {
    const secrets = passwords();
    const made = Object.entries(wishes).map(([name, wish]) => {
      const identifier = name.replaceAll(" ", "_");
      return [identifier, new DockerConnector(name, { identifier, ...argsOf(wish, secrets), testConnection }).lastTest];
    });
    return Object.fromEntries(made);
  };
}

/** A program of the account's default. */
export function accountDefault(wish: Wish, testConnection: TestConnection = {}) {
  return async (): Promise<Record<string, unknown>> => {
    const secrets = passwords();
    return { lastTest: new HarnessImageConnector("default", { ...argsOf(wish, secrets), testConnection }).lastTest };
  };
}

/** One of each, tested again whenever the password gets a new value. */
export const rotating = (testConnection: TestConnection) => async (): Promise<Record<string, unknown>> => {
  const { password } = passwords();
  const args = { ...argsOf({}, { password }), triggers: { token: password.version }, testConnection };
  const connector = new DockerConnector("mirror", args);
  const image = new HarnessImageConnector("default", args);
  return { version: password.version, mirror: connector.lastTest, image: image.lastTest };
};

type Passwords = Readonly<Record<string, SecretText>>;

function passwords() {
  const config = new Config();
  const secret = (name: string, key: string) => new SecretText(name, { value: config.requireSecret(key) });
  return { password: secret("right", "password"), wrongPassword: secret("wrong", "wrongPassword") };
}

function argsOf(wish: Wish, secrets: Passwords) {
  const { address = "url", login = "password", connectivityMode = "Delegate", delegateSelectors } = wish;
  const passwordRef = secrets[login]?.ref;
  const auth: DockerConnectorArgs["auth"] =
    passwordRef === undefined ? { type: "Anonymous" } : { type: "UsernamePassword", username: "robot", passwordRef };
  return {
    url: new Config().require(address),
    auth,
    connectivityMode,
    ...(delegateSelectors === undefined ? {} : { delegateSelectors: [...delegateSelectors] }),
  };
}
