/**
 * What a plugin process runs. The shims of the resource types lead here; the rest of the provider is loaded with it.
 */
import { type FoundStage, stageSearch, stagesOf } from "./build-stages";
import { type ConfigReader, processEnvironment } from "./config";
import type { Plain } from "./domain/plain";
import { isUnknown } from "./domain/unknown";
import { isHarnessError, keptBy } from "./errors";
import { ciImages } from "./handlers/ci-images";
import { dockerConnector } from "./handlers/docker-connector";
import type { CheckAnswer, Handler } from "./handlers/handler";
import { harnessImageConnector } from "./handlers/harness-image-connector";
import { secretText } from "./handlers/secret-text";
import { stageImageOverride } from "./handlers/stage-image-override";
import { type LineWriter, Notices } from "./notices";
import { conceal } from "./redact";
import { Session } from "./session";
import { type ImagesWish, type VerifiedImage, verifiedImages } from "./verified-images";

/** What the command line uses, so that it is in the package once. */
export { accountImages } from "./account-images";
export { RegistryClient } from "./client/registry-client";
export { processEnvironment } from "./config";
export { misspelt } from "./domain/problem";
export { readRegistryUrl } from "./domain/registry-url";
export { originOf, wantedImages } from "./domain/verification";
export { imagesReport, imagesTable } from "./domain/verification-report";
export { conceal } from "./redact";
export { lookedFor } from "./verification";

/** Every resource type and what handles it. */
const HANDLERS: Readonly<Record<string, (session: Session) => Handler>> = {
  CiImages: ciImages,
  DockerConnector: dockerConnector,
  HarnessImageConnector: harnessImageConnector,
  SecretText: secretText,
  StageImageOverride: stageImageOverride,
};

/** Inputs that are secret by nature. */
const SECRET_INPUTS: readonly string[] = ["value", "valueDigest", "verify"];
const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A session with a handler for each resource type. */
export interface Runtime {
  readonly session: Session;
  handler(type: string): Handler;
}

/** Starts a runtime of its own; tests use it to have several in a process. */
export function createRuntime(session: Session): Runtime {
  const handlers = new Map<string, Handler>();
  return {
    session,
    handler(type) {
      const known = handlers.get(type);
      if (known !== undefined) return known;
      const make = HANDLERS[type];
      if (make === undefined) throw new Error(`this version of pulumi-harness-images has no resource ${type}`);
      const handler = make(session);
      handlers.set(type, handler);
      return handler;
    },
  };
}

let running: Runtime | undefined;

/** Remembers the configuration. Must not await: the engine may already be calling. */
export function configure(config: ConfigReader): void {
  running ??= start(config);
}

/** Checks inputs, for the engine. What must be secret in the state is handed over as a secret, however the program gave it. */
export async function check(type: string, olds: Plain, news: Plain): Promise<CheckAnswer> {
  const answer = await call(type, (handler) => handler.check(olds, news));
  return { ...answer, inputs: sealed(answer.inputs) };
}

/** Calls one operation of a resource type, for the engine. Failures come out as it prints them best. */
export async function call<T>(type: string, operation: (handler: Handler) => Promise<T>): Promise<T> {
  running ??= start(() => undefined);
  try {
    return await operation(running.handler(type));
  } catch (error) {
    throw forEngine(error);
  }
}

const programs = new WeakMap<object, Map<string, Session>>();

/**
 * Lists stages for a program, while it runs. One session serves all calls of a run with the same settings, so that nothing is asked
 * twice; a process may run programs again and again, and each run looks anew.
 *
 * @param run what is the same for all calls of one run, e.g. its stack
 * @param args the arguments of `findBuildStages` but for the account, which is in the configuration then
 * @param tell gets what the user should know, a line each
 */
export function findStages(run: object, config: ConfigReader, args: Plain, tell?: LineWriter): Promise<FoundStage[]> {
  const sessions = programs.get(run) ?? new Map<string, Session>();
  programs.set(run, sessions);
  const settings = ["platformApiKey", "accountId", "endpoint"].map((key) => config(`harness:${key}`));
  const key = JSON.stringify(settings);
  const notices = new Notices(tell);
  const session = sessions.get(key) ?? new Session({ config, environment: processEnvironment(), notices });
  sessions.set(key, session);
  return forProgram(async () => stagesOf(session, stageSearch(args)));
}

/** Looks for images in a registry, for a program, while it runs. */
export function verifyImages(config: ConfigReader, wish: ImagesWish): Promise<VerifiedImage[]> {
  return forProgram(() => verifiedImages(config, processEnvironment(), wish));
}

/** Of an error with this mark that a program lets pass, Pulumi prints the message alone; a stack of ours helps nobody. */
const MESSAGE_ALONE = { __pulumiRunError: { value: true } };

async function forProgram<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isHarnessError(error) ? Object.defineProperties(error, MESSAGE_ALONE) : error;
  }
}

/** The engine's own form of a secret value; it encrypts the input, and the output of the same name. */
function sealed(inputs: Plain): Plain {
  const secrets = Object.entries(inputs).filter(([key, value]) => SECRET_INPUTS.includes(key) && !isUnknown(value));
  return { ...inputs, ...Object.fromEntries(secrets.map(([key, value]) => [key, { ...SECRET_MARK, value }])) };
}

function start(config: ConfigReader): Runtime {
  const stop = new AbortController();
  const session = new Session({ config, environment: processEnvironment(), signal: stop.signal });
  const runtime = createRuntime(session);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void finish(session, stop));
  return runtime;
}

/** The engine is done with this process, or gives up: end all waiting, say what was called, and go. */
async function finish(session: Session, stop: AbortController): Promise<void> {
  stop.abort();
  const summary = session.settings.debug ? session.callSummary() : undefined;
  if (summary !== undefined) process.stderr.write(`${summary}\n`);
  await session.close();
  process.exit(0);
}

/**
 * The engine prints `message` to the user, and for some operations `stack` on top of it. A stack of ours helps nobody who runs
 * Pulumi; the message is complete.
 */
function forEngine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const message = conceal(known.message);
  const shown = new Error(
    isHarnessError(known) ? message : `${message} (a bug of pulumi-harness-images: please report it)`,
  );
  shown.stack = isHarnessError(known) ? "(see the error of this resource)" : conceal(known.stack ?? "");
  shown.toString = () => "harness-images";
  const kept = keptBy(known);
  // The engine's way to hear of a resource that is there and not as it should be; it does not add the provider's text itself.
  return kept === undefined
    ? shown
    : Object.assign(shown, { id: kept.id, properties: { ...kept.outs }, reasons: [message] });
}
