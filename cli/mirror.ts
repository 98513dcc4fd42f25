import { parseArgs } from "node:util";
import { HARNESS_REGISTRY } from "../provider/domain/image-name";
import { shellLine } from "../provider/domain/shell-line";
import * as provider from "../provider/runtime";
import { type Command, infraOf, type Surroundings, UsageError, urlOf } from "./command";
import { copyCommand, copyToolOn, run } from "./copy-tool";
import { type LockedImage, lockText, writeLock } from "./mirror-lock";
import { type MirroredImage, planOf } from "./mirror-plan";
import { Registries } from "./registries";

const LOCK = "harness-images.lock.json";

/** Copies the account's images to a registry of one's own. */
export const mirror: Command = {
  usage:
    "mirror --to URL [--from URL] [--infra K8|VM] [--defaults] [--only ci] [--scanner NAME]... [--image NAME:TAG]... [--lock FILE] [--dry-run]",
  run: async (args, surroundings) => {
    const options = optionsOf(args);
    const { tell } = surroundings;
    const images = options.images ?? (await provider.accountImages(surroundings, options.infra, options.list));
    const plan = planOf({ ...options, images });
    if (plan.length === 0) throw new UsageError("there is no image to copy");
    const registries = new Registries(surroundings.environment);
    try {
      const { locked, lost } = await lockedImages(plan, registries);
      if (!options.dryRun) await writtenLock(options, locked, lost.length === 0, tell);
      const { failed, printed } = await copied(locked, registries, surroundings, options.dryRun);
      if (options.scanners.length > 0) tell(customScan(options.to));
      list(lost, "cannot be copied", "Correct their tags, or leave them out: --image and --only ci choose.", tell);
      list(failed, "could not be copied", "Run the same command again: what is there is not copied twice.", tell);
      const isOpen = printed > 0 && !options.dryRun;
      if (isOpen)
        tell(
          "Nothing was copied. Run the script above, or put crane or skopeo on PATH and run the same command again.",
        );
      return lost.length + failed.length > 0 || isOpen ? 1 : 0;
    } finally {
      await registries.close();
    }
  },
};

interface Options {
  readonly from: string;
  readonly to: string;
  readonly infra: "K8" | "VM";
  /** Whether what is pinned counts, or Harness's own images beneath. */
  readonly list: "used" | "defaults";
  readonly onlyCi: boolean;
  readonly scanners: readonly string[];
  /** In place of the account's list. */
  readonly images: Readonly<Record<string, string>> | undefined;
  readonly lock: string;
  readonly dryRun: boolean;
}

/** @throws UsageError, TypeError */
function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      to: { type: "string" },
      from: { type: "string" },
      infra: { type: "string" },
      defaults: { type: "boolean" },
      only: { type: "string" },
      scanner: { type: "string", multiple: true },
      image: { type: "string", multiple: true },
      lock: { type: "string" },
      "dry-run": { type: "boolean" },
    },
  });
  const { only, scanner = [], image, lock = LOCK } = values;
  if (only !== undefined && only !== "ci") throw new UsageError(`--only can only be ci, not ${only}`);
  const strange = scanner.find((name) => !/^[a-z0-9][a-z0-9._-]*$/.test(name));
  if (strange !== undefined)
    throw new UsageError(`--scanner is the name in the scanner's image, e.g. snyk, not ${strange}`);
  return {
    to: urlOf("--to", values.to),
    from: urlOf("--from", values.from ?? HARNESS_REGISTRY),
    infra: infraOf(values.infra),
    list: values.defaults === true ? "defaults" : "used",
    onlyCi: only === "ci",
    scanners: scanner,
    images: image === undefined ? undefined : Object.fromEntries(image.map((name) => [name, name])),
    lock,
    dryRun: values["dry-run"] === true,
  };
}

/** Looks up what each tag leads to now. */
async function lockedImages(plan: readonly MirroredImage[], registries: Registries) {
  const locked: LockedImage[] = [];
  const lost: string[] = [];
  for (const one of plan) {
    const found = await registries.digest(one.source.address);
    if ("digest" in found) locked.push({ ...one, digest: found.digest });
    else lost.push(`${one.source.pulled} (${one.fields.join(", ")}): ${found.words}`);
  }
  return { locked, lost };
}

/** Copies what is not there yet, so that a run that was killed is taken up. @returns what went wrong */
async function copied(
  images: readonly LockedImage[],
  registries: Registries,
  { environment, out, tell }: Surroundings,
  dryRun: boolean,
): Promise<{ failed: string[]; printed: number }> {
  const tool = await copyToolOn(environment);
  const failed: string[] = [];
  let printed = 0;
  if (tool === undefined) tell("Neither crane nor skopeo is on PATH: this is the script that copies with crane.");
  for (const [index, one] of images.entries()) {
    const about = `[${index + 1}/${images.length}] ${one.image}`;
    const there = await registries.digest(one.target.address);
    if ("digest" in there && there.digest === one.digest) {
      tell(`${about}: already there`);
      continue;
    }
    const command = copyCommand(tool ?? "crane", one);
    if (dryRun || tool === undefined) {
      out(shellLine(command));
      printed += 1;
      continue;
    }
    tell(`${about}: copying to ${one.target.pulled}`);
    const problem = (await run(command, environment)) ?? (await unequal(one, registries));
    tell(`${about}: ${problem === undefined ? `copied, ${one.digest}` : "FAILED"}`);
    if (problem !== undefined) failed.push(`${one.target.pulled} (${one.fields.join(", ")}): ${problem}`);
  }
  return { failed, printed };
}

async function unequal({ target, digest }: LockedImage, registries: Registries): Promise<string | undefined> {
  const found = await registries.digest(target.address);
  if (!("digest" in found)) return `it was copied, but looking for it afterwards: ${found.words}`;
  return found.digest === digest ? undefined : `its digest is ${found.digest} there, and ${digest} at its source`;
}

/** What is in the file is what a program pins: a list with holes must not take the place of a whole one. */
async function writtenLock(
  { lock, from, to }: Options,
  locked: readonly LockedImage[],
  isWhole: boolean,
  tell: Surroundings["tell"],
): Promise<void> {
  if (isWhole) await writeLock(lock, lockText(from, to, locked));
  tell(
    isWhole
      ? `${locked.length} images with their digests are in ${lock}`
      : `${lock} is left as it is: not every image was found`,
  );
}

function list(images: readonly string[], what: string, next: string, tell: Surroundings["tell"]): void {
  if (images.length === 0) return;
  tell(`${images.length} image${images.length === 1 ? "" : "s"} ${what}:`);
  for (const text of images) tell(`  ${text}`);
  tell(next);
}

/** Custom Scan steps do not follow the stage's connector. [H186] */
function customScan(to: string): string {
  return (
    `Custom Scan steps do not follow the connector: give them runner_registry_domain: ${to.replace(/^https?:\/\//, "")}, ` +
    "runner_registry_image_prefix: harness, runner_registry_username and runner_registry_token"
  );
}
