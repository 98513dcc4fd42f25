import { join } from "node:path";
import { findCrane } from "./crane";
import { findEngine } from "./engine";
import { findRegistry } from "./registry";

const usage = "usage: ts-node tools/get.ts engine|registry|crane|all\n";

const tools = {
  engine: () => findEngine({ pinned: true }),
  registry: () => findRegistry(),
  crane: async () => ({ path: join(await findCrane(), "crane") }),
};

async function main(name: string | undefined): Promise<number> {
  const wanted = Object.entries(tools).filter(([tool]) => name === tool || name === "all");
  if (wanted.length === 0) {
    process.stderr.write(usage);
    return 2;
  }
  for (const [, find] of wanted) {
    const { path } = await find();
    process.stdout.write(`${path}\n`);
  }
  return 0;
}

main(process.argv[2]).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
