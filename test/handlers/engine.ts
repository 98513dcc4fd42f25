import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Emulator } from "../../emulator";
import type { Clock } from "../../provider/client/clock";
import { isPlain, omit, type Plain } from "../../provider/domain/plain";
import type { CheckAnswer, DiffAnswer, Handler } from "../../provider/handlers/handler";
import { Notices } from "../../provider/notices";
import { createRuntime } from "../../provider/runtime";
import { Session } from "../../provider/session";

/** What the engine keeps of a resource between two runs. */
export interface Stored {
  readonly id: string;
  readonly inputs: Plain;
  readonly outs: Plain;
}

/** What differs from an ordinary run. */
export interface RunOptions {
  /** The Pulumi resource, `organisation/project/stack/name`. */
  readonly owner?: string;
  /** Configuration besides endpoint and key; undefined takes one of these away. */
  readonly config?: Readonly<Record<string, string | undefined>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Texts that must not leave the provider, besides the API key. */
  readonly secrets?: readonly string[];
}

/** `check` found mistakes: a run ends here. */
export class CheckFailed extends Error {
  readonly code = "CHECK_FAILED";

  constructor(failures: CheckAnswer["failures"]) {
    super(failures.map((failure) => failure.reason).join("\n"));
  }
}

/** The value the engine sends for what is not known in preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const OWNER = "acme/images/dev/thing";
const PROVIDER_TEXT = "exports.handler = () => require('somewhere');";

/** Does with one resource type what the engine does: a process for each phase, everything sent as JSON, outputs kept as state. */
export class Engine {
  /** What the user was told so far, a line each. */
  readonly said: string[] = [];
  private readonly harness: Emulator;
  private readonly type: string;
  private readonly options: RunOptions;

  constructor(harness: Emulator, type: string, options: RunOptions = {}) {
    this.harness = harness;
    this.type = type;
    this.options = options;
  }

  /** The same program and settings with something changed. */
  with(options: RunOptions): Engine {
    const config = { ...this.options.config, ...options.config };
    return new Engine(this.harness, this.type, { ...this.options, ...options, config });
  }

  /** The same settings for another type of resource. */
  for(type: string): Engine {
    return new Engine(this.harness, type, this.options);
  }

  /** One plugin process. */
  async phase<T>(body: (phase: Phase) => Promise<T>): Promise<T> {
    const { endpoint, platformApiKey } = this.harness;
    const config = new Map<string, string | undefined>([
      ["harness:endpoint", endpoint],
      ["harness:platformApiKey", platformApiKey],
      ...Object.entries(this.options.config ?? {}),
    ]);
    const notices = new Notices((line) => {
      this.mayLeave(line);
      this.said.push(line);
    });
    const { environment = {}, clock } = this.options;
    const session = new Session({
      config: (key) => config.get(key),
      environment,
      notices,
      ...(clock === undefined ? {} : { clock }),
    });
    const handler = createRuntime(session).handler(this.type);
    try {
      return await body(new Phase(handler, this.options.owner ?? OWNER, (text) => this.mayLeave(text)));
    } finally {
      await session.close();
    }
  }

  /** `pulumi preview`: the completed inputs, and what would be done. @throws CheckFailed */
  preview(args: Plain, stored?: Stored): Promise<{ inputs: Plain; diff: DiffAnswer | undefined }> {
    return this.phase(async (phase) => {
      const inputs = await phase.checked(args, stored);
      return { inputs, diff: stored === undefined ? undefined : await phase.diff(stored, inputs) };
    });
  }

  /** `pulumi up`: a preview, then what it takes. @throws CheckFailed, or what the provider throws */
  async up(args: Plain, stored?: Stored): Promise<Stored> {
    await this.preview(args, stored);
    return this.apply(args, stored);
  }

  /** The second phase of `pulumi up`. */
  apply(args: Plain, stored?: Stored): Promise<Stored> {
    return this.phase(async (phase) => {
      const inputs = await phase.checked(args, stored);
      if (stored === undefined) return phase.create(inputs);
      const diff = await phase.diff(stored, inputs);
      if (!diff.changes) return { ...stored, inputs };
      if (diff.replaces.length === 0) return phase.update(stored, inputs);
      // The engine asks again without what was, to have the defaults of a new resource.
      const created = await phase.create(await phase.checked(args));
      await phase.delete(stored);
      return created;
    });
  }

  /** `pulumi refresh`; undefined when the resource is gone. The engine ends with a diff against the old inputs. */
  refresh(stored: Stored): Promise<Stored | undefined> {
    return this.phase(async (phase) => {
      const found = await phase.read(stored);
      if (found !== undefined) await phase.diff(found, stored.inputs);
      return found;
    });
  }

  /** `pulumi destroy`. */
  destroy(stored: Stored): Promise<void> {
    return this.phase((phase) => phase.delete(stored));
  }

  /** Fails when a text on its way out of the provider holds a secret. */
  private mayLeave(text: string): void {
    const key = this.options.config?.["harness:platformApiKey"] ?? this.harness.platformApiKey;
    for (const secret of [key, key.split(".").at(-1) ?? key, ...(this.options.secrets ?? [])]) {
      assert.ok(!text.includes(secret), `a secret leaves the provider in: ${text}`);
    }
  }
}

/** The calls of one plugin process. */
export class Phase {
  private readonly handler: Handler;
  private readonly owner: string;
  private readonly mayLeave: (text: string) => void;

  constructor(handler: Handler, owner: string, mayLeave: (text: string) => void) {
    this.handler = handler;
    this.owner = owner;
    this.mayLeave = mayLeave;
  }

  /** The calls for another resource of the same program. */
  as(owner: string): Phase {
    return new Phase(this.handler, owner, this.mayLeave);
  }

  /** `check` of what the program says. */
  async check(args: Plain, stored?: Stored): Promise<CheckAnswer> {
    const news = { ...args, __owner: this.owner, __provider: PROVIDER_TEXT };
    const { inputs, failures } = await this.watched(() => this.handler.check(withText(stored?.inputs ?? {}), news));
    if (failures.length === 0) return { inputs: this.overTheWire(inputs), failures };
    // The engine drops the inputs then, and shows the reasons.
    for (const failure of failures) this.mayLeave(failure.reason);
    return { inputs: {}, failures };
  }

  /** The completed inputs. @throws CheckFailed */
  async checked(args: Plain, stored?: Stored): Promise<Plain> {
    const { inputs, failures } = await this.check(args, stored);
    if (failures.length > 0) throw new CheckFailed(failures);
    return inputs;
  }

  async diff({ id, outs }: Stored, inputs: Plain): Promise<DiffAnswer> {
    const answer = await this.watched(() => this.handler.diff(id, withText(outs), withText(inputs)));
    assert.equal(typeof answer.changes, "boolean");
    return answer;
  }

  async create(inputs: Plain): Promise<Stored> {
    const { id, outs } = await this.watched(() => this.handler.create(withText(inputs)));
    assert.ok(typeof id === "string" && id !== "");
    return { id, inputs, outs: this.overTheWire(outs) };
  }

  async read({ id, inputs, outs }: Stored): Promise<Stored | undefined> {
    const found = await this.watched(() => this.handler.read(id, withText(outs)));
    if (found.id === "") return undefined;
    const read = found.inputs === undefined ? inputs : this.overTheWire(found.inputs);
    return { id: found.id, inputs: read, outs: this.overTheWire(found.props ?? {}) };
  }

  async update({ id, outs }: Stored, inputs: Plain): Promise<Stored> {
    const updated = await this.watched(() => this.handler.update(id, withText(outs), withText(inputs)));
    return { id, inputs, outs: this.overTheWire(updated.outs) };
  }

  async delete({ id, outs }: Stored): Promise<void> {
    await this.watched(() => this.handler.delete(id, withText(outs)));
  }

  /** What the engine would store; it wants JSON without any `undefined`, and keeps only `value` as a secret. */
  private overTheWire(value: Plain): Plain {
    assertJson(value, "result");
    this.mayLeave(JSON.stringify(omit(value, ["value"])));
    const copy: unknown = JSON.parse(JSON.stringify(omit(value, ["__provider"])));
    assert.ok(isPlain(copy));
    return copy;
  }

  private async watched<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      assert.ok(error instanceof Error);
      for (const text of [error.message, error.stack ?? "", inspect(error, { depth: 9 })]) this.mayLeave(text);
      throw error;
    }
  }
}

/** The engine sends the provider's text with everything. */
function withText(value: Plain): Plain {
  return { ...value, __provider: PROVIDER_TEXT };
}

function assertJson(value: unknown, path: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (Number.isFinite(value)) return;
  assert.ok(typeof value === "object", `${path} is a ${typeof value}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || Array.isArray(value), `${path} is no plain object`);
  for (const [key, inner] of Object.entries(value)) assertJson(inner, `${path}.${key}`);
}
