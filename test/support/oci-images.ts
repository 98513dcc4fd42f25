import { createHash } from "node:crypto";
import type { OciRegistry } from "./oci-registry";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar";

/** What kind of image to push. */
export interface ImageKind {
  /** Of an index with an image each; of one only, when `index` is false. @default linux/amd64 and linux/arm64 */
  readonly platforms?: readonly string[];
  /** Whether it is an index. @default true */
  readonly index?: boolean;
  /** Makes images with equal names differ. @default the name */
  readonly content?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Pushes a small real image. @returns the digest its tag leads to */
export async function pushImage(
  registry: OciRegistry,
  repository: string,
  tag: string,
  { platforms = ["linux/amd64", "linux/arm64"], index = true, content = `${repository}:${tag}` }: ImageKind = {},
): Promise<string> {
  const images = await Promise.all(
    platforms.map((platform) => pushOne(registry, repository, platform, content, index ? undefined : tag)),
  );
  const [first] = images;
  if (!index && first !== undefined) return first.digest;
  const manifests = images.map((image, position) => ({ ...image, platform: platformOf(platforms[position] ?? "") }));
  return (await put(registry, repository, { schemaVersion: 2, mediaType: INDEX, manifests }, tag)).digest;
}

async function pushOne(
  registry: OciRegistry,
  repository: string,
  platform: string,
  content: string,
  tag?: string,
): Promise<Descriptor> {
  const layer = await upload(registry, repository, LAYER, Buffer.from(`${content} ${platform}\n`));
  const rootfs = { type: "layers", diff_ids: [layer.digest] };
  const config = await upload(
    registry,
    repository,
    CONFIG,
    Buffer.from(JSON.stringify({ ...platformOf(platform), rootfs, config: {} })),
  );
  return put(registry, repository, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }, tag);
}

function platformOf(platform: string): Record<string, string> {
  const [os = "", architecture = "", variant] = platform.split("/");
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

async function upload(
  registry: OciRegistry,
  repository: string,
  mediaType: string,
  bytes: Buffer,
): Promise<Descriptor> {
  const started = await ask(registry, `/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const place = new URL(started.headers.get("location") ?? "", registry.url);
  const digest = digestOf(bytes);
  place.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  await ask(registry, place.pathname + place.search, { method: "PUT", body: new Uint8Array(bytes), headers });
  return { mediaType, digest, size: bytes.length };
}

async function put(
  registry: OciRegistry,
  repository: string,
  manifest: Readonly<Record<string, unknown>> & { readonly mediaType: string },
  tag?: string,
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(bytes);
  const { mediaType } = manifest;
  await ask(registry, `/v2/${repository}/manifests/${tag ?? digest}`, {
    method: "PUT",
    body: new Uint8Array(bytes),
    headers: { "content-type": mediaType },
  });
  return { mediaType, digest, size: bytes.length };
}

async function ask(registry: OciRegistry, path: string, request: RequestInit): Promise<Response> {
  const login = Buffer.from(`${registry.username}:${registry.password}`).toString("base64");
  const answer = await fetch(`${registry.url}${path}`, {
    ...request,
    headers: { ...request.headers, authorization: `Basic ${login}` },
  });
  if (!answer.ok) throw new Error(`${request.method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
