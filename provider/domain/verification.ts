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
/** Its other names, which are no registries themselves. */
const HUB_HOSTS: readonly string[] = ["docker.io", "index.docker.io", "registry.hub.docker.com"];

/** What Harness will pull through a connector with this URL; an image that is not known yet is left out. [H122] */
export function wantedImages(url: string, images: Images, fields?: readonly string[]): WantedImage[] {
  return Object.entries(images)
    .filter(([field, image]) => (fields?.includes(field) ?? true) && !isUnknown(image))
    .flatMap(([field, image]) => {
      const pulled = pulledImageName(url, image);
      return pulled === undefined ? [] : [{ field, image, pulled, address: addressOf(url, pulled) }];
    });
}

/** The registry of a connector with this URL: the only one that its login is for. */
export function originOf(url: string): string {
  const host = hostOf(url);
  return HUB_HOSTS.includes(host) ? DOCKER_HUB : plain(`${schemeOf(url)}://${host}`);
}

/** In small letters, without a port that goes without saying. */
function plain(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).origin : origin;
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? "";
}

function schemeOf(url: string): "http" | "https" {
  return /^http:/i.test(url) ? "http" : "https";
}

/** Where the registry has it. A name that begins with no host is one of Docker Hub's; one of another host is not the connector's. */
function addressOf(url: string, pulled: string): WantedImage["address"] {
  const [first = "", ...rest] = pulled.split("/");
  const hasHost = rest.length > 0 && (/[.:]|^localhost$/.test(first) || first === hostOf(url));
  const isHub = !hasHost || HUB_HOSTS.includes(first);
  const origin = isHub ? DOCKER_HUB : plain(`${first === hostOf(url) ? schemeOf(url) : "https"}://${first}`);
  const path = hasHost ? rest.join("/") : pulled;
  const [, name = path, digest, tag] = /^(.*?)(?:@(.+)|:([^/:@]+))?$/.exec(path.replace(/:[^/:@]+(?=@)/, "")) ?? [];
  const repository = !isHub || name.includes("/") ? name : `library/${name}`;
  return { origin, repository, reference: digest ?? tag ?? "latest" };
}

/** What an image must run on when nobody says it: what each must, and what one that is made for several must too. */
const USUAL_PLATFORMS = { all: ["linux/amd64"], multi: ["linux/amd64", "linux/arm64"] } as const;

/** The platforms that are wanted and not there. */
export function lackingPlatforms(there: Platforms, wanted: readonly string[] | undefined): string[] {
  const needed = wanted ?? (there.platforms.length > 1 ? USUAL_PLATFORMS.multi : USUAL_PLATFORMS.all);
  return needed.filter(
    (platform) => !there.platforms.some((one) => one === platform || one.startsWith(`${platform}/`)),
  );
}

/** What an image is made for. */
export interface Platforms {
  /** Each once, without proofs of origin, which an image for one platform has beside it too. */
  readonly platforms: readonly string[];
}

const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const index = z.looseObject({ manifests: z.array(z.looseObject({ platform: platform.nullish() })) });
const manifest = z.looseObject({ config: z.looseObject({ digest: z.string() }) });

/** Reads a manifest: an index names its platforms, an image names the blob that does. [H183] @returns undefined for anything else */
export function readManifest(body: string): Platforms | { readonly config: string } | undefined {
  const json = parsed(body);
  const found = index.safeParse(json);
  if (found.success) {
    const { manifests } = found.data;
    // An entry may be without: what it is for is then not known here.
    if (manifests.some((one) => one.platform === undefined || one.platform === null)) return undefined;
    return { platforms: [...new Set(manifests.flatMap(({ platform: one }) => named(one)))] };
  }
  const image = manifest.safeParse(json);
  return image.success ? { config: image.data.config.digest } : undefined;
}

/** Reads the configuration of an image. [H183] */
export function readImageConfig(body: string): Platforms | undefined {
  const config = platform.safeParse(parsed(body));
  return config.success ? { platforms: named(config.data) } : undefined;
}

/** Proofs of origin stand beside the images, for the platform unknown/unknown. [H183] */
function named(one: z.infer<typeof platform> | null | undefined): string[] {
  if (one === undefined || one === null || one.os === "unknown") return [];
  return [`${one.os}/${one.architecture}${one.variant === undefined ? "" : `/${one.variant}`}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
