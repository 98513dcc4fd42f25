import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Emulator } from "../../emulator";
import { isPlain, type Plain } from "../../provider/domain/plain";
import { EngineTranscript } from "../support/engine-transcript";
import { environment } from "./environment";
import type { Installed } from "./installed";

// The copies that @pulumi/pulumi uses itself: messages and credentials of another copy are not taken.
const ofPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const { Struct } = ofPulumi("google-protobuf/google/protobuf/struct_pb");
const grpc = ofPulumi("@grpc/grpc-js");

/** How gRPC reports a failure. */
export interface Status {
  readonly code: number;
  /** The status message. */
  readonly details: string;
}

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly ms: number;
}

/** The dynamic-provider process of Pulumi, driven as the engine drives it. */
export class Plugin {
  stdout = "";
  stderr = "";
  private readonly transcript = new EngineTranscript("plugin");
  private readonly child: ChildProcess;
  private readonly client: ResourceProviderClient;

  private constructor(child: ChildProcess, port: string) {
    this.child = child;
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  /** Starts a process in the folder of an installed package, without configuring it. */
  static async start({ folder }: Installed, env: Readonly<Record<string, string>> = {}): Promise<Plugin> {
    const program = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, [program, "127.0.0.1:1"], { cwd: folder, env: environment(env) });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
      child.once("exit", (code) => reject(new Error(`the plugin process ended with ${code}`)));
    });
    const plugin = new Plugin(child, port);
    child.stdout.on("data", (text: string) => {
      plugin.stdout += text;
      plugin.transcript.append(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      plugin.stderr += text;
      plugin.transcript.append(text);
    });
    return plugin;
  }

  /** The stack configuration that leads to an emulated Harness. */
  configureFor(harness: Emulator, more: Plain = {}): Promise<void> {
    return this.configure({
      "harness:endpoint": harness.endpoint,
      // A secret arrives in the engine's own wrapping.
      "harness:platformApiKey": { ...SECRET, value: harness.platformApiKey },
      "harness:requestsPerMinute": "30000",
      ...more,
    });
  }

  async configure(config: Plain): Promise<void> {
    const request = new ConfigureRequest().setArgs(Struct.fromJavaScript(config));
    await this.answer((done) => this.client.configure(request, done));
  }

  async check(olds: Plain, news: Plain): Promise<{ inputs: Plain; raw: Plain; failures: [string, string][] }> {
    const request = new CheckRequest().setOlds(Struct.fromJavaScript(olds)).setNews(Struct.fromJavaScript(news));
    const answer = await this.answer<CheckResponse>((done) => this.client.check(request, done));
    const failures = answer.getFailuresList().map((each): [string, string] => [each.getProperty(), each.getReason()]);
    const raw: unknown = answer.getInputs()?.toJavaScript();
    return { inputs: bare(raw), raw: plain(raw), failures };
  }

  async diff(id: string, olds: Plain, news: Plain): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new DiffRequest().setId(id);
    request.setOlds(Struct.fromJavaScript(olds)).setNews(Struct.fromJavaScript(news));
    const answer = await this.answer<DiffResponse>((done) => this.client.diff(request, done));
    const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
    assert.ok(
      [DIFF_NONE, DIFF_SOME].some((said) => said === answer.getChanges()),
      "diff did not say whether it differs",
    );
    return { changes: answer.getChanges() === DIFF_SOME, replaces: answer.getReplacesList() };
  }

  async create(inputs: Plain): Promise<{ id: string; outs: Plain }> {
    const request = new CreateRequest().setProperties(Struct.fromJavaScript(inputs));
    const answer = await this.answer<CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), outs: bare(answer.getProperties()?.toJavaScript()) };
  }

  async read(id: string, outs: Plain): Promise<{ id: string; outs: Plain; inputs: Plain | undefined }> {
    const request = new ReadRequest().setId(id).setProperties(Struct.fromJavaScript(outs));
    const answer = await this.answer<ReadResponse>((done) => this.client.read(request, done));
    const inputs = answer.getInputs();
    return {
      id: answer.getId(),
      outs: bare(answer.getProperties()?.toJavaScript()),
      inputs: inputs === undefined ? undefined : bare(inputs.toJavaScript()),
    };
  }

  async update(id: string, olds: Plain, news: Plain): Promise<Plain> {
    const request = new UpdateRequest().setId(id);
    request.setOlds(Struct.fromJavaScript(olds)).setNews(Struct.fromJavaScript(news));
    const answer = await this.answer<UpdateResponse>((done) => this.client.update(request, done));
    return bare(answer.getProperties()?.toJavaScript());
  }

  async delete(id: string, outs: Plain): Promise<void> {
    const request = new DeleteRequest().setId(id).setProperties(Struct.fromJavaScript(outs));
    await this.answer((done) => this.client.delete(request, done));
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals): Promise<End> {
    const began = performance.now();
    const ended = once(this.child, "close");
    this.child.kill(signal);
    const [code, by] = await ended;
    this.client.close();
    return { code, signal: by, ms: performance.now() - began };
  }

  /** Ends the process, whatever it does, at the end of a test. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await this.stop("SIGKILL");
  }

  private answer<T>(call: (done: (error: Status | null, answer: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, answer) => {
        if (error === null) return resolve(answer);
        this.transcript.append(`${error.details}\n`);
        reject(new CallFailed(error));
      });
    });
  }
}

/** A call that ended with a status other than OK. */
class CallFailed extends Error {
  readonly status: Status;

  constructor({ code, details }: Status) {
    super(details);
    this.status = { code, details };
  }
}

/** The status a call ends with. */
export async function statusOf(call: Promise<unknown>): Promise<Status> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CallFailed, `no gRPC status: ${error}`);
  return error.status;
}

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

function plain(value: unknown): Plain {
  assert.ok(isPlain(value));
  return value;
}

/** The engine takes secrets out of their wrapping before it sends values back to a dynamic provider. */
function bare(value: unknown): Plain {
  return plain(unwrapped(value));
}

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isPlain(value)) return value;
  if (Object.keys(SECRET).some((key) => key in value)) return unwrapped(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
