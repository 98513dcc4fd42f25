/** Which images a registry must have for builds to work with it, and what counts as having them. Pure. */
import { z } from "zod";
import type { Images } from "./ci-images";
import { pulledImageName } from "./image-name";
import { isUnknown } from "./unknown";

/** An image as Harness pulls it. */
export interface WantedImage {
  readonly field: string;
  /** `harness/ci-addon:1.16.92` */
  readonly image: string;
  /** `us.icr.io/my-ns/harness/ci-addon:1.16.92` */
  readonly pulled: string;
  readonly address: { readonly origin: string; readonly repository: string; readonly reference: string };
}

/** Docker Hub's registry, for names that are left as they are. */
const DOCKER_HUB = "https://registry-1.docker.io";

/** What Harness will pull through a connector with this URL; an image that is not known yet is left out. [H122] */
export function wantedImages(url: string, images: Images, fields?: readonly string[]): WantedImage[] {
  return Object.entries(images)
    .filter(([field, image]) => (fields?.includes(field) ?? true) && !isUnknown(image))
    .flatMap(([field, image]) => {
      const pulled = pulledImageName(url, image);
      return pulled === undefined ? [] : [{ field, image, pulled, address: addressOf(url, pulled) }];
    });
}

/** Where the images of a connector with this URL are. */
export function originOf(url: string): string {
  return addressOf(url, pulledImageName(url, "x/y") ?? "x/y").origin;
}

/** Where the registry has it. A name that begins with no host is one of Docker Hub's. */
function addressOf(url: string, pulled: string): WantedImage["address"] {
  const [first = "", ...rest] = pulled.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const scheme = /^http:/i.test(url) ? "http" : "https";
  const origin = hasHost ? `${scheme}://${first}` : DOCKER_HUB;
  const path = hasHost ? rest.join("/") : pulled;
  const [, name = path, digest, tag] = /^(.*?)(?:@(.+)|:([^/:@]+))?$/.exec(path.replace(/:[^/:@]+(?=@)/, "")) ?? [];
  const repository = hasHost || name.includes("/") ? name : `library/${name}`;
  return { origin, repository, reference: digest ?? tag ?? "latest" };
}

/** What an image must run on when nobody says it: what each must, and what one that is made for several must too. */
const USUAL_PLATFORMS = { all: ["linux/amd64"], multi: ["linux/amd64", "linux/arm64"] } as const;

/** The platforms that are wanted and not there. */
export function lackingPlatforms(there: Platforms, wanted: readonly string[] | undefined): string[] {
  const needed = wanted ?? (there.isIndex ? USUAL_PLATFORMS.multi : USUAL_PLATFORMS.all);
  return needed.filter(
    (platform) => !there.platforms.some((one) => one === platform || one.startsWith(`${platform}/`)),
  );
}

/** What an image is made for. */
export interface Platforms {
  readonly isIndex: boolean;
  readonly platforms: readonly string[];
}

const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const index = z.looseObject({ manifests: z.array(z.looseObject({ platform: platform.optional() })) });
const manifest = z.looseObject({ config: z.looseObject({ digest: z.string() }) });

/** Reads a manifest: an index names its platforms, an image names the blob that does. [H183] @returns undefined for anything else */
export function readManifest(body: string): Platforms | { readonly config: string } | undefined {
  const json = parsed(body);
  const found = index.safeParse(json);
  if (found.success)
    return { isIndex: true, platforms: found.data.manifests.flatMap(({ platform: one }) => named(one)) };
  const image = manifest.safeParse(json);
  return image.success ? { config: image.data.config.digest } : undefined;
}

/** Reads the configuration of an image. [H183] */
export function readImageConfig(body: string): Platforms | undefined {
  const config = platform.safeParse(parsed(body));
  return config.success ? { isIndex: false, platforms: named(config.data) } : undefined;
}

/** Proofs of origin stand beside the images, for the platform unknown/unknown. [H183] */
function named(one: z.infer<typeof platform> | undefined): string[] {
  if (one === undefined || one.os === "unknown") return [];
  return [`${one.os}/${one.architecture}${one.variant === undefined ? "" : `/${one.variant}`}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
