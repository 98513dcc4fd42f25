import { createHash } from "node:crypto";
import type { CommitView } from "./views";

/** A line of commits and the files at its head. */
interface Branch {
  readonly commits: CommitView[];
  readonly files: Map<string, string>;
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** The id of a content, as Git computes it: equal contents have equal ids. [H164] */
export function blobId(text: string): string {
  return sha1(`blob ${Buffer.byteLength(text)}\0${text}`);
}

/** A Git server in memory: repositories by name, their branches, and what each commit changed. [H162] */
export class Git {
  private readonly repositories = new Map<string, Map<string, Branch>>();
  private count = 0;

  /** Tells whether anything was ever committed to a repository. */
  knows(repoName: string): boolean {
    return this.repositories.has(repoName);
  }

  /** The id of the newest commit of a branch; undefined when there is no such branch. */
  head(repoName: string, branch: string): string | undefined {
    return this.repositories.get(repoName)?.get(branch)?.commits.at(-1)?.commitId;
  }

  /** A file at the head of a branch. */
  file(repoName: string, branch: string, filePath: string): string | undefined {
    return this.repositories.get(repoName)?.get(branch)?.files.get(filePath);
  }

  /** The commits of a branch, newest last; copies. */
  commits(repoName: string, branch: string): CommitView[] {
    return (this.repositories.get(repoName)?.get(branch)?.commits ?? []).map((commit) => ({ ...commit }));
  }

  /** Starts a branch where another one stands. */
  fork(repoName: string, branch: string, base: string): void {
    const from = this.branch(repoName, base);
    this.repositories.get(repoName)?.set(branch, { commits: [...from.commits], files: new Map(from.files) });
  }

  /** Writes one file; repository and branch come into being with their first commit. Gives the commit's id. */
  commit(repoName: string, branch: string, file: { path: string; text: string; message: string }): string {
    const { commits, files } = this.branch(repoName, branch);
    this.count += 1;
    const commitId = sha1(`${this.count} ${commits.at(-1)?.commitId} ${file.path} ${file.message} ${file.text}`);
    commits.push({ commitId, message: file.message, filePath: file.path });
    files.set(file.path, file.text);
    return commitId;
  }

  /** Forgets everything. */
  clear(): void {
    this.repositories.clear();
  }

  private branch(repoName: string, name: string): Branch {
    const branches = this.repositories.get(repoName) ?? new Map<string, Branch>();
    const branch = branches.get(name) ?? { commits: [], files: new Map<string, string>() };
    this.repositories.set(repoName, branches.set(name, branch));
    return branch;
  }
}
