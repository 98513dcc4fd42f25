import type { RegistryAnswer, RegistryClientOptions, RegistryLogin } from "./client/registry-client";
import { RegistryClient } from "./client/registry-client";
import type { Images } from "./domain/ci-images";
import {
  lackingPlatforms,
  originOf,
  type Platforms,
  readImageConfig,
  readManifest,
  type WantedImage,
  wantedImages,
} from "./domain/verification";
import type { Look, LookedFor } from "./domain/verification-report";

/** What to look for, and where. */
export interface ImageSearch {
  /** Of the connector through which Harness will pull. */
  readonly url: string;
  readonly images: Images;
  /** @default all */
  readonly fields?: readonly string[] | undefined;
  /** @default linux/amd64, and linux/arm64 too of images that are made for several */
  readonly platforms?: readonly string[] | undefined;
  /** @default nobody */
  readonly login?: RegistryLogin | undefined;
}

/** Images that are asked for at a time: few enough for a registry that counts. */
const AT_A_TIME = 6;

/** Asks a registry for each image under the name Harness will pull it by, and for the platforms it is made for. */
export async function lookedFor(
  search: ImageSearch,
  surroundings: Omit<RegistryClientOptions, "login" | "origin">,
): Promise<LookedFor[]> {
  const client = new RegistryClient({ ...surroundings, login: search.login, origin: originOf(search.url) });
  const wanted = wantedImages(search.url, search.images, search.fields);
  const found: LookedFor[] = [];
  try {
    for (let from = 0; from < wanted.length; from += AT_A_TIME) {
      const some = wanted.slice(from, from + AT_A_TIME);
      found.push(
        ...(await Promise.all(
          some.map(async (one) => ({ wanted: one, look: await look(client, one, search.platforms) })),
        )),
      );
      // A registry that is down, or a wrong password, will not be otherwise for the rest.
      const [first] = found;
      if (first !== undefined && found.every(isWidespread)) {
        return [...found, ...wanted.slice(from + AT_A_TIME).map((one) => ({ wanted: one, look: first.look }))];
      }
    }
    return found;
  } finally {
    await client.close();
  }
}

function isWidespread({ look: seen }: LookedFor): boolean {
  return (
    seen.outcome === "unknown" &&
    (seen.trouble === "unreachable" || seen.trouble === "login" || seen.trouble === "throttled")
  );
}

const NOT_THERE: Look = { outcome: "missing" };

async function look(
  client: RegistryClient,
  { address }: WantedImage,
  platforms: readonly string[] | undefined,
): Promise<Look> {
  const head = await client.head(address);
  if (head.outcome !== "found") return absent(head);
  const manifest = await client.manifest(address);
  if (manifest.outcome !== "found") return absent(manifest);
  const read = readManifest(manifest.body);
  if (read === undefined)
    return { outcome: "unknown", trouble: "trouble", words: "what the manifest is for cannot be read" };
  const there = "config" in read ? await configuredFor(client, address, read.config) : read;
  if (!("platforms" in there && !("outcome" in there))) return there;
  const lacks = lackingPlatforms(there, platforms);
  if (lacks.length > 0) return { outcome: "lacking", lacks };
  return { outcome: "present", digest: head.digest ?? manifest.digest, platforms: there.platforms };
}

async function configuredFor(
  client: RegistryClient,
  address: WantedImage["address"],
  digest: string,
): Promise<Platforms | Look> {
  const blob = await client.blob(address, digest);
  if (blob.outcome !== "found") return absent(blob);
  return (
    readImageConfig(blob.body) ?? {
      outcome: "unknown",
      trouble: "trouble",
      words: "the image's configuration cannot be read",
    }
  );
}

function absent(answer: Exclude<RegistryAnswer, { outcome: "found" }>): Look {
  return answer.outcome === "missing"
    ? NOT_THERE
    : { outcome: "unknown", trouble: answer.trouble, words: answer.words };
}
