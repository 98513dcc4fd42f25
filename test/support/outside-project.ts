import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packPackage } from "../../tools/install-package";
import { engineEnvironment, testEngine } from "./engine-environment";
import { EngineTranscript } from "./engine-transcript";

const run = promisify(execFile);
const PULUMI = "@pulumi/pulumi@3.248.0";

/** A project outside the repository that has nothing but the published package and Pulumi installed. */
export class OutsideProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs the package and installs it as a user would. */
  static async create(): Promise<OutsideProject> {
    const project = new OutsideProject(await mkdtemp(join(tmpdir(), "outside-project-")));
    await project.write("package.json", JSON.stringify({ name: "outside", private: true }));
    const tarball = packPackage(project.folder);
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball, PULUMI], {
      cwd: project.folder,
    });
    return project;
  }

  /** Writes a file of the project. */
  write(name: string, content: string): Promise<void> {
    return writeFile(join(this.folder, name), content);
  }

  /** Runs a script of the project in a process of its own, with the pinned engine. @returns what it printed */
  async node(script: string, ...args: string[]): Promise<string> {
    const engine = await testEngine();
    const env = { ...process.env, ...engineEnvironment(this.folder), ENGINE_ROOT: engine.root };
    const { stdout, stderr } = await run(process.execPath, [join(this.folder, script), ...args], {
      cwd: this.folder,
      env,
    });
    new EngineTranscript("outside").append(stdout + stderr);
    return stdout;
  }

  /** Removes it. */
  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
