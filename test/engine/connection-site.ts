import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Emulator } from "../../emulator";
import { withStack } from "../support/engine";
import type { OperationResult, TestStack } from "../support/engine-stack";
import { CANARY, configFor, withHarness } from "../support/harness";
import { freePort, REGISTRY_LOGIN, startRegistry } from "../support/oci-registry";
import type { Wish } from "./programs/connection-test";

const PROJECT = "connection-test";
export const WRONG_PASSWORD = `${CANARY}-no-such-password-90ae`;

/** What a registry test can fail of. Nobody listens at `closed`, and the platform does not reach the registry. */
export const TROUBLES = {
  "wrong password": { login: "wrongPassword" },
  anonymous: { login: "nobody" },
  "not listening": { address: "closed" },
  "no delegate": { delegateSelectors: ["linux", "mars"] },
  platform: { connectivityMode: "Platform" },
} as const satisfies Readonly<Record<string, Wish>>;

export type Trouble = keyof typeof TROUBLES;

/** The two forms in which Harness says that a test failed. [H94] [H95] */
export type Form = "200" | "error";
export const FORMS: readonly Form[] = ["200", "error"];

/** An account, a stack, and the two addresses its configuration knows. */
export interface Site {
  readonly harness: Emulator;
  readonly stack: TestStack;
  /** What the engine printed so far, as it comes. */
  readonly listen: (listener: (text: string) => void) => void;
}

/** Runs a body with an account that has its default, and a stack that knows a registry. @param url of the registry */
export function withSite(url: string, program: PulumiFn, body: (site: Site) => Promise<void>): Promise<void> {
  return withHarness(async (harness) => {
    harness.putHarnessImage("docker-hub");
    const listeners: ((text: string) => void)[] = [];
    const options = {
      program,
      programDir: join(__dirname, "programs"),
      projectName: PROJECT,
      config: configFor(harness, await settings(url)),
      log: (text: string) => {
        for (const listener of listeners) listener(text);
      },
    };
    await withStack(options, (stack) => body({ harness, stack, listen: (listener) => void listeners.push(listener) }));
  });
}

/** Runs a body with a real registry that wants the login. */
export async function withRegistry(body: (url: string) => Promise<void>): Promise<void> {
  const registry = await startRegistry();
  try {
    await body(registry.url);
  } finally {
    await registry.stop();
  }
}

/** Gives the secret of the right password another value, from the next operation on. */
export function setPassword(stack: TestStack, value: string): Promise<void> {
  return stack.automation.setConfig(`${PROJECT}:password`, { value, secret: true });
}

/** The errors of an operation, as a person reads them, in order of the alphabet. */
export function problems({ events }: OperationResult): string[] {
  return events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => steady(message))
    .filter((message) => message !== "update failed")
    .sort();
}

/** What is told without being an error of what a word names, in order of the alphabet. */
export function notices({ events }: OperationResult, about = "connection"): string[] {
  return events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "info")
    .map(({ message }) => steady(message))
    .filter((message) => message.includes(about))
    .sort();
}

/** Without what differs from run to run. */
function steady(message: string): string {
  return message
    .replace(/correlation id [\w-]+/g, "correlation id …")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:…")
    .trim();
}

/** The connectors of the account, without what the server owns. */
export function connectorsIn(harness: Emulator): unknown[] {
  return harness.connectors().map(({ identifier, name, description, tags, spec }) => {
    return { identifier, name, description, tags, spec };
  });
}

async function settings(url: string): Promise<Record<string, string>> {
  const values = {
    url,
    missingRepository: `${url}/no/such/project`,
    closed: `http://127.0.0.1:${await freePort()}`,
    password: REGISTRY_LOGIN.password,
    wrongPassword: WRONG_PASSWORD,
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, value]));
}
