import { startEmulator } from "../emulator";
import { Differs } from "./demo/claim";
import { Narrator } from "./demo/narrator";
import { scenes } from "./demo/scenes";
import { Theatre } from "./demo/theatre";
import { openWorkspace, temporaryFolder } from "./demo/workspace";
import { type Engine, findEngine } from "./engine";

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What became of the scenes. */
interface Result {
  proved: string[];
  failure?: unknown;
}

async function main(narrator: Narrator): Promise<number> {
  const engine = await findEngine({ pinned: false });
  const interruption = onInterruption();
  const { folder, remove } = temporaryFolder();
  const harness = await startEmulator();
  introduce(narrator, engine, harness.endpoint);
  const { signal } = interruption;
  const result: Result = { proved: [] };
  try {
    const open = (example: string) => openWorkspace({ example, folder, engine, harness });
    const theatre = new Theatre({ harness, workspace: await open("quickstart"), open, narrator, signal });
    for (const [index, scene] of scenes.entries()) {
      narrator.heading(`${index + 1} of ${scenes.length}  ${scene.title}`);
      result.proved.push(await scene.play(theatre));
    }
  } catch (error) {
    result.failure = error;
  } finally {
    await harness.close();
    remove();
  }
  if (interruption.code !== undefined) {
    narrator.say("Interrupted. The emulator has ended and the temporary folder is gone.");
    return interruption.code;
  }
  return conclude(narrator, result);
}

/** The first Ctrl-C ends the engine in an orderly way; a second one ends this process at once, removing its folder. */
function onInterruption(): { readonly signal: AbortSignal; readonly code: number | undefined } {
  const controller = new AbortController();
  let code: number | undefined;
  const interrupt = (exitCode: number) => {
    if (code !== undefined) {
      process.exit(code);
    }
    code = exitCode;
    controller.abort();
  };
  for (const [name, exitCode] of Object.entries(signals)) {
    process.on(name, () => interrupt(exitCode));
  }
  // Whoever reads the output has gone: `npm run demo | head`.
  process.stdout.on("error", () => interrupt(signals.SIGHUP));
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
  };
}

function introduce(narrator: Narrator, engine: Engine, endpoint: string): void {
  narrator.gap();
  narrator.heading("One connector, one stage, all builds: on the real Pulumi engine");
  narrator.say(
    `Pulumi ${engine.version} runs three programs: examples/quickstart, a registry's token as a Harness secret and the Docker ` +
      "connector that uses it; examples/stage-override, two stages of somebody else's pipeline that pull through a connector " +
      "of their own; and examples/private-registry, the images and the connector all builds of the account depend on. " +
      `Harness is played by the emulator at ${endpoint}: no account, no login, no network. ` +
      "Pulumi's state is in a temporary folder. It takes about a minute.",
  );
  narrator.say(
    "Lines after $ are what you would type (the demo answers Pulumi's questions with yes). Lines after | are Pulumi's own " +
      "output, without progress rows and URNs. Everything else is the demo speaking, and what it says is checked against " +
      "what the emulator holds and against Pulumi's own count of changes.",
  );
}

function conclude(narrator: Narrator, { proved, failure }: Result): number {
  if (failure === undefined) {
    narrator.heading("What was proved");
    narrator.list(proved);
    narrator.say("The emulator has ended and the temporary folder is gone.");
    return 0;
  }
  narrator.gap();
  narrator.heading(failure instanceof Differs ? "This is not as the demo says" : "The demo cannot go on");
  narrator.list((failure instanceof Error ? failure.message : String(failure)).split("\n"));
  return 1;
}

const { stdout } = process;
const colours = stdout.isTTY === true && stdout.hasColors();
main(new Narrator({ write: (text) => void stdout.write(text), columns: stdout.columns, colours })).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
