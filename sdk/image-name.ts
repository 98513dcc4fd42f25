import { pulledImageName } from "../provider/domain/image-name";

/**
 * The exact name under which Harness pulls one of its own images through a connector with this URL: where a mirror must have it.
 * Host, port and path of the URL go before the image; for Docker Hub the image stays as it is, so that it cannot be mirrored to a
 * namespace of your own there.
 *
 * @example imageName("https://us.icr.io/my-namespace", "harness/ci-addon:1.16.92") // "us.icr.io/my-namespace/harness/ci-addon:1.16.92"
 *
 * @throws an `Error` when Harness could not read the URL, as when it has no scheme
 */
export function imageName(url: string, image: string): string {
  const name = pulledImageName(url, image);
  if (name !== undefined) return name;
  const right = `https://${url}`;
  // Before an "@" there may be a password.
  const write = pulledImageName(right, image) === undefined ? "e.g. https://us.icr.io/my-namespace" : right;
  throw new Error(
    `imageName: the URL is none Harness can read, so that builds fail with "Malformed registryUrl"; write ${write}`,
  );
}
