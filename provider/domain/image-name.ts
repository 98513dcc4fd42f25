/** How Harness names its own images. Free of dependencies: programs use it too. */

/** Where Harness publishes its images. [H116] */
export const HARNESS_REGISTRY = "https://us-docker.pkg.dev/gar-prod-setup/harness-public";

/** The hosts for which Harness leaves a name as it is; no other name of Docker Hub is among them. [H122] */
const DOCKER_HUB: readonly string[] = ["index.docker.io", "registry.hub.docker.com"];
/** Host with port and path, in the words of the URL: a URL parser would drop `:443` and rewrite capitals, which Harness does not. */
const ADDRESS = /^https?:\/\/((?:\[[\da-f:.]+\]|[^\s\\/?#@:[\]]+)(?::\d+)?)(\/[^\s\\?#]*)?(?:[?#]\S*)?$/i;

/**
 * The name under which Harness pulls one of its own images through a connector with this URL; undefined when it cannot read the
 * URL. [H122]
 */
export function pulledImageName(url: string, image: string): string | undefined {
  const [, host, path = ""] = ADDRESS.exec(url) ?? [];
  if (host === undefined) return undefined;
  if (DOCKER_HUB.includes(host) || image.includes(host)) return image;
  return `${`${host}${path}`.replace(/\/+$/, "")}/${image.replace(/^\/+/, "")}`;
}
